"""Markdown as GitHub and GitLab read it: for an issue, a pull request or a wiki."""

from collections.abc import Iterator

from pgadvisor.model.finding import Finding, StatementEffect
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Skipped
from pgadvisor.report import phrases
from pgadvisor.report.hygiene import code_span, fenced, safe_markdown
from pgadvisor.report.layout import cut
from pgadvisor.report.order import ranked, skipped_by_reason, told_once, verdicts_by_time
from pgadvisor.report.units import duration, percent
from pgadvisor.rewrite import pretty

_VERDICTS = 50
_REASONS = 12
_STATEMENTS = 8
_CELL = 120  # characters of a statement in a table


def render_markdown(report: Report, verbose: bool) -> str:
    """The whole report; `verbose` lists every statement, verdict and skipped thing."""
    lines = [
        f"# {safe_markdown(report.tool)}: {safe_markdown(phrases.heading(report))}",
        safe_markdown(phrases.coverage(report)),
        f"**{safe_markdown(phrases.saving(report))}**",
        *([safe_markdown(curve)] if (curve := phrases.other_budgets(report.summary)) else []),
        f"## Findings ({len(report.findings)})" if report.findings else "No findings.",
    ]
    for number, finding in enumerate(told_once(ranked(report.findings, report.summary.total_ms)), 1):
        lines += finding_lines(finding, number, report.summary.total_ms, verbose)
    lines += _verdicts(report, verbose)
    lines += skipped_lines(report.skipped, verbose)
    facts = (phrases.gap(report.summary), phrases.effort(report.summary), phrases.footprint(report.footprint))
    lines += ["---", safe_markdown(" ".join(fact for fact in facts if fact))]
    return "\n\n".join(lines) + "\n"


def finding_lines(finding: Finding, number: int, total_ms: float, verbose: bool) -> Iterator[str]:
    """One finding as paragraphs and blocks."""
    yield f"### {number}. {safe_markdown(finding.title)}"
    facts = [f"`{finding.rule}`", phrases.levels(finding), safe_markdown(phrases.gain(finding, total_ms))]
    yield " · ".join(fact for fact in facts if fact)
    yield safe_markdown(finding.message)
    for effect in finding.statements if verbose else finding.statements[:_STATEMENTS]:
        yield _effect(effect)
        yield fenced(pretty(effect.query))
    yield safe_markdown(finding.help)
    if phrases.rewritten(finding):
        yield fenced(pretty(phrases.rewritten(finding)))
    if finding.changes:
        yield fenced("\n".join(line for change in finding.changes for line in phrases.to_run(change)))
        yield from _prices(finding)
    if any(change.undo_sql for change in finding.changes):
        undo = "\n".join(change.undo_sql + ";" for change in finding.changes if change.undo_sql)
        yield "To undo:"
        yield fenced(undo)
    yield f"*How to check this:* {safe_markdown(finding.refute)}"


def _prices(finding: Finding) -> Iterator[str]:
    prices = [f"- {code_span(change.name)}: {safe_markdown(phrases.price(change))}" for change in finding.changes
              if change.name and phrases.price(change)]  # fmt: skip
    if prices:
        yield "\n".join(prices)


def _effect(effect: StatementEffect) -> str:
    name = f"{code_span(effect.label)}: " if effect.label else ""
    return name + safe_markdown("; ".join(fact for fact in (phrases.usage(effect), phrases.costs(effect)) if fact))


def table(headers: tuple[str, ...], align: str, rows: list[tuple[str, ...]]) -> str:
    """A table of cells that are safe already; `align` has one of l and r for each column."""
    rule = ["---:" if a == "r" else "---" for a in align]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headers, rule, *rows))


def _verdicts(report: Report, verbose: bool) -> Iterator[str]:
    verdicts = verdicts_by_time(report)
    shown = verdicts if verbose else verdicts[:_VERDICTS]
    if not shown:
        return
    yield f"## Verdicts ({len(shown)} of {len(verdicts)})" if len(shown) < len(verdicts) else f"## Verdicts ({len(verdicts)})"
    total_ms = report.summary.total_ms
    yield table(
        ("share", "time", "calls", "mean", "verdict", "statement", "why"),
        "rrrrlll",
        [
            (
                safe_markdown(percent(verdict.total_ms / total_ms)) if total_ms else "",
                duration(verdict.total_ms),
                f"{verdict.calls:,}",
                duration(verdict.total_ms / verdict.calls) if verdict.calls else "",
                verdict.verdict,
                statement_cell(verdict.query, verdict.label),
                safe_markdown(verdict.reason),
            )
            for verdict in shown
        ],
    )


def statement_cell(query: str, label: str | None) -> str:
    """A statement cut for a table, after its name where it has one."""
    name = f"{code_span(label, in_table=True)}: " if label else ""
    return name + code_span(cut(query, _CELL), in_table=True)


def skipped_lines(skipped: tuple[Skipped, ...], verbose: bool) -> Iterator[str]:
    """What was left out, by reason."""
    if not skipped:
        return
    yield f"## Skipped ({len(skipped)})"
    reasons = skipped_by_reason(skipped)
    lines = []
    for why, things in reasons if verbose else reasons[:_REASONS]:
        names = ", ".join(things if verbose else things[:3]) + (", …" if len(things) > 3 and not verbose else "")
        lines.append(f"- {len(things)} × {safe_markdown(why)}: {safe_markdown(names)}")
    yield "\n".join(lines)
