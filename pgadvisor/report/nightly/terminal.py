"""The nightly report as text for a terminal or an e-mail."""

from collections.abc import Iterator

from pgadvisor.model.nightly import Nightly, StatementTrend, TableTrend
from pgadvisor.report.hygiene import safe_text
from pgadvisor.report.layout import cut, wrap
from pgadvisor.report.nightly import phrases
from pgadvisor.report.order import ranked, told_once
from pgadvisor.report.paint import Paint
from pgadvisor.report.phrases import footprint
from pgadvisor.report.terminal import finding_block, prose, skipped_block, table
from pgadvisor.report.units import duration, figure, percent, size

_FIGURES = ("share", "time", "calls", "mean", "was", "statement")
_GONE = ("share", "calls/h", "was", "statement")


def render_text(nightly: Nightly, width: int, color: bool) -> str:
    """The whole report; blocks without content are left out."""
    paint = Paint(color)
    blocks = [
        _head(nightly, width, paint),
        *_findings(nightly, width, paint),
        _changed("NEW", [t for t in nightly.changed("new") if not t.heavy], nightly, width, paint),
        _changed("BETTER", list(nightly.changed("better")), nightly, width, paint),
        _gone(nightly, width, paint),
        _changed("TOP BY TIME", list(nightly.heaviest), nightly, width, paint, told=True),
        _tables(nightly, width, paint),
        _lines("INDEXES", [f"{t.index} on {t.table}: {phrases.index_change(t)}" for t in nightly.indexes], width, paint),
        _lines("SETTINGS", [f"{t.name}: {t.before} -> {t.after}" for t in nightly.settings], width, paint),
        skipped_block(nightly.skipped, width, paint, False),
        [paint.faint(line) for line in prose(footprint(nightly.footprint), width)] if nightly.footprint else [],
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def _head(nightly: Nightly, width: int, paint: Paint) -> list[str]:
    lines = [paint.title(cut(safe_text(f"{nightly.tool}: {phrases.heading(nightly)}"), width))]
    lines += prose(phrases.period(nightly), width)
    for note in nightly.notes:
        lines += prose(note, width)
    style = paint.bad if nightly.findings else paint.good
    return [*lines, "", *(style(line) for line in prose(phrases.summary(nightly), width))]


def _findings(nightly: Nightly, width: int, paint: Paint) -> Iterator[list[str]]:
    if nightly.findings:
        yield [paint.title(f"FINDINGS ({len(nightly.findings)})")]
    for number, finding in enumerate(told_once(ranked(nightly.findings, nightly.total_ms)), 1):
        yield list(finding_block(finding, number, nightly.total_ms, width, paint, False))


def _changed(
    title: str, trends: list[StatementTrend], nightly: Nightly, width: int, paint: Paint, *, told: bool = False
) -> list[str]:
    if not trends:
        return []
    rows = [(_figures(trend), _named(trend, phrases.remark(trend, nightly.reports, told=told))) for trend in trends]
    return [paint.title(f"{title} ({len(trends)})"), *table(rows, _FIGURES, width)]


def _figures(trend: StatementTrend) -> tuple[str, ...]:
    counters, before = trend.counters, trend.before
    was = duration(before.mean_ms) if before.calls else ""
    return (percent(trend.share), duration(counters.total_ms), f"{counters.calls:,}", duration(counters.mean_ms), was)


def _named(trend: StatementTrend, remark: str) -> tuple[str, str]:
    return (f"{trend.label}: " if trend.label else "") + trend.query, remark


def _gone(nightly: Nightly, width: int, paint: Paint) -> list[str]:
    trends = nightly.changed("gone")
    rows = [
        (
            (
                percent(trend.share_before),
                figure(trend.calls_per_hour_before) if trend.calls_per_hour_before is not None else "",
                duration(trend.before.mean_ms),
            ),
            _named(trend, phrases.remark(trend, nightly.reports)),
        )
        for trend in trends
    ]
    return [paint.title(f"GONE ({len(trends)})"), *table(rows, _GONE, width)] if rows else []


def _tables(nightly: Nightly, width: int, paint: Paint) -> list[str]:
    if not nightly.tables:
        return []
    headers = ("size", "growth", "ins", "upd", "HOT", "del", "rows scanned", "table")
    rows = [(_traffic(trend), (str(trend.table), "")) for trend in nightly.tables]
    return [paint.title("TABLES"), *table(rows, headers, width)]


def _traffic(trend: TableTrend) -> tuple[str, ...]:
    return (
        size(trend.size_bytes) if trend.size_bytes is not None else "",
        phrases.growth(trend),
        *(figure_or_nothing(n) for n in (trend.inserted, trend.updated)),
        phrases.hot(trend),
        *(figure_or_nothing(n) for n in (trend.deleted, trend.seq_rows_read)),
    )


def figure_or_nothing(number: int) -> str:
    """A count in few columns; nothing for none."""
    for unit, name in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**4, "k")):
        if number >= unit:
            return figure(number / (1000 if name == "k" else unit)) + f" {name}"
    return f"{number:,}" if number else ""


def _lines(title: str, lines: list[str], width: int, paint: Paint) -> list[str]:
    if not lines:
        return []
    return [paint.title(title), *(piece for line in lines for piece in wrap(safe_text(line), width))]
