"""The nightly report as Markdown: for an issue, a chat or a wiki."""

from collections.abc import Iterator, Sequence

from pgadvisor.model.nightly import Nightly, StatementTrend
from pgadvisor.report.hygiene import code_span, safe_markdown
from pgadvisor.report.markdown import finding_lines, skipped_lines, statement_cell, table
from pgadvisor.report.nightly import phrases
from pgadvisor.report.order import ranked, told_once
from pgadvisor.report.phrases import footprint
from pgadvisor.report.units import duration, percent, size

_HEADERS = ("share", "time", "calls", "mean", "was", "statement", "remark")


def render_markdown(nightly: Nightly) -> str:
    """The whole report; sections without content are left out."""
    lines = [
        f"# {safe_markdown(phrases.heading(nightly))}",
        safe_markdown(phrases.period(nightly)),
        *(safe_markdown(note) for note in nightly.notes),
        f"**{safe_markdown(phrases.summary(nightly))}**",
        *_findings(nightly),
        *_statements("New", [trend for trend in nightly.changed("new") if not trend.heavy], nightly),
        *_statements("Better", nightly.changed("better"), nightly),
        *_statements("Gone", nightly.changed("gone"), nightly),
        *_statements("Top by time", nightly.heaviest, nightly, told=True),
        *_tables(nightly),
        *_list("Indexes", [_index_line(nightly, position) for position in range(len(nightly.indexes))]),
        *_list("Settings", [f"{code_span(t.name)}: {code_span(t.before)} → {code_span(t.after)}" for t in nightly.settings]),
        *skipped_lines(nightly.skipped, False),
        "---",
        safe_markdown(" ".join(text for text in (f"Made by {nightly.tool}.", footprint(nightly.footprint)) if text)),
    ]
    return "\n\n".join(lines) + "\n"


def _findings(nightly: Nightly) -> Iterator[str]:
    if nightly.findings:
        yield f"## Findings ({len(nightly.findings)})"
    for number, finding in enumerate(told_once(ranked(nightly.findings, nightly.total_ms)), 1):
        yield from finding_lines(finding, number, nightly.total_ms, False)


def _statements(title: str, trends: Sequence[StatementTrend], nightly: Nightly, *, told: bool = False) -> Iterator[str]:
    if trends:
        yield f"## {title} ({len(trends)})"
        yield table(_HEADERS, "rrrrrll", [_row(trend, phrases.remark(trend, nightly.reports, told=told)) for trend in trends])


def _row(trend: StatementTrend, remark: str) -> tuple[str, ...]:
    counters, before = trend.counters, trend.before
    return (
        safe_markdown(percent(trend.share if counters.calls else trend.share_before)),
        duration(counters.total_ms) if counters.calls else "",
        f"{counters.calls:,}",
        duration(counters.mean_ms) if counters.calls else "",
        duration(before.mean_ms) if before.calls else "",
        statement_cell(trend.query, trend.label),
        safe_markdown(remark),
    )


def _tables(nightly: Nightly) -> Iterator[str]:
    if not nightly.tables:
        return
    yield "## Tables"
    rows = [
        (
            code_span(str(trend.table), in_table=True),
            size(trend.size_bytes) if trend.size_bytes is not None else "",
            safe_markdown(phrases.growth(trend)),
            *(f"{number:,}" for number in (trend.inserted, trend.updated, trend.deleted)),
            phrases.hot(trend),
            f"{trend.seq_rows_read:,}",
        )
        for trend in nightly.tables
    ]
    yield table(("table", "size", "growth", "inserted", "updated", "deleted", "HOT", "rows scanned"), "lrrrrrrr", rows)


def _index_line(nightly: Nightly, position: int) -> str:
    trend = nightly.indexes[position]
    return f"{code_span(str(trend.index))} on {code_span(str(trend.table))}: {safe_markdown(phrases.index_change(trend))}"


def _list(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}"
        yield "\n".join(f"- {line}" for line in lines)
