"""Text for a terminal of 80 to 200 columns. Everything is wrapped to the width but SQL that is there to be copied."""

from collections.abc import Iterator, Sequence

from tabulate import tabulate

from pgadvisor.model.finding import Change, Finding, StatementEffect, Verdict
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Skipped
from pgadvisor.report import phrases
from pgadvisor.report.hygiene import safe_text
from pgadvisor.report.layout import cut, wrap
from pgadvisor.report.order import ranked, skipped_by_reason, told_once, verdicts_by_time
from pgadvisor.report.paint import Paint
from pgadvisor.report.units import count, duration, percent

_PROSE = 116  # columns; longer lines of prose are hard to read
_LABEL = 9
_STATEMENTS = 4
_VERDICTS = 20
_REASONS = 6


def render_text(report: Report, width: int, color: bool, verbose: bool) -> str:
    """The whole report; `verbose` lists every statement, verdict and skipped thing."""
    paint = Paint(color)
    blocks = [
        _head(report, width, paint),
        *_findings(report, width, paint, verbose),
        _verdicts(report, width, paint, verbose),
        skipped_block(report.skipped, width, paint, verbose),
        _foot(report, width, paint),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def prose(text: str, width: int, indent: int = 0) -> list[str]:
    """Plain text wrapped for reading."""
    return [" " * indent + line for line in wrap(safe_text(text), min(width, _PROSE) - indent)]


def _head(report: Report, width: int, paint: Paint) -> list[str]:
    title = cut(safe_text(f"{report.tool}: {phrases.heading(report)}"), width)
    lines = [paint.title(title), *prose(phrases.coverage(report), width), ""]
    lines += [paint.good(line) for line in prose(phrases.saving(report), width)]
    curve = phrases.other_budgets(report.summary)
    return lines + (prose(curve, width) if curve else [])


def _findings(report: Report, width: int, paint: Paint, verbose: bool) -> Iterator[list[str]]:
    found = ranked(report.findings, report.summary.total_ms)
    yield [paint.title(f"FINDINGS ({len(found)})") if found else "No findings."]
    for number, finding in enumerate(told_once(found), 1):
        yield list(finding_block(finding, number, report.summary.total_ms, width, paint, verbose))


def finding_block(finding: Finding, number: int, total_ms: float, width: int, paint: Paint, verbose: bool) -> Iterator[str]:
    """One finding: what, which statements, why, at what price, the SQL, and how to check it."""
    head = wrap(f"{number}. {safe_text(finding.title)}", width)
    yield paint.level(finding.severity, head[0])
    yield from (paint.level(finding.severity, "   " + line) for line in wrap(" ".join(head[1:]), width - 3) if line)
    facts = [finding.rule, phrases.levels(finding), phrases.gain(finding, total_ms)]
    yield from (paint.faint(line) for line in prose(" · ".join(fact for fact in facts if fact), width, 3))
    yield from _labelled("why", finding.message, width, paint)
    shown = finding.statements if verbose else finding.statements[:_STATEMENTS]
    for effect in shown:
        yield from _effect(effect, width, paint, verbose)
    if len(finding.statements) > len(shown):
        yield from _labelled("", f"and {count(len(finding.statements) - len(shown), 'more statement')}", width, paint)
    yield from _labelled("do", finding.help, width, paint)
    if phrases.rewritten(finding):
        yield from _labelled("write", phrases.rewritten(finding), width, paint)
    for change in finding.changes:
        yield from _change(change, width, paint)
    yield from _labelled("refute", finding.refute, width, paint)


def _labelled(label: str, text: str, width: int, paint: Paint, most_lines: int | None = None) -> Iterator[str]:
    room = min(width, _PROSE) - 3 - _LABEL
    for position, line in enumerate(wrap(safe_text(text), room, most_lines) if text else ()):
        yield "   " + paint.faint((label if position == 0 else "").ljust(_LABEL)) + line


def _effect(effect: StatementEffect, width: int, paint: Paint, verbose: bool) -> Iterator[str]:
    name = f"{effect.label}: " if effect.label else ""
    facts = "; ".join(fact for fact in (phrases.usage(effect), phrases.costs(effect)) if fact)
    yield from _labelled("for", name + facts, width, paint)
    yield from _labelled("", effect.query, width, paint, None if verbose else 3)


def _change(change: Change, width: int, paint: Paint) -> Iterator[str]:
    for position, line in enumerate(phrases.to_run(change)):
        yield "   " + paint.faint(("run" if position == 0 else "").ljust(_LABEL)) + paint.code(safe_text(line))
    if change.undo_sql:
        yield "   " + paint.faint("undo".ljust(_LABEL) + safe_text(change.undo_sql) + ";")
    yield from _labelled("takes" if change.action != "drop_index" else "gives", phrases.price(change), width, paint)


def _verdicts(report: Report, width: int, paint: Paint, verbose: bool) -> list[str]:
    verdicts = verdicts_by_time(report)
    shown = verdicts if verbose else verdicts[:_VERDICTS]
    if not shown:
        return []
    rows = [(_figures(verdict, report.summary.total_ms), _two_lines(verdict)) for verdict in shown]
    left = f" ({len(shown)} of {len(verdicts)} by time; all with -v)" if len(shown) < len(verdicts) else f" ({len(verdicts)})"
    return [paint.title("VERDICTS" + left), *table(rows, ("share", "time", "calls", "mean", "statement, and why"), width)]


def _figures(verdict: Verdict, total_ms: float) -> tuple[str, ...]:
    mean = duration(verdict.total_ms / verdict.calls) if verdict.calls else ""
    share = percent(verdict.total_ms / total_ms) if total_ms else ""
    return (share, duration(verdict.total_ms), f"{verdict.calls:,}", mean)


def _two_lines(verdict: Verdict) -> tuple[str, str]:
    name = f"{verdict.label}: " if verdict.label else ""
    return name + verdict.query, f"{verdict.verdict}: {verdict.reason}"


def table(rows: Sequence[tuple[tuple[str, ...], tuple[str, str]]], headers: tuple[str, ...], width: int) -> list[str]:
    """Figures to the right, then a column of a text, cut, over a remark, wrapped to what is left of the width."""
    figures = [row for row, _ in rows]
    alignment = ["right"] * (len(headers) - 1)
    head, rule, *lines = tabulate(
        figures, headers[:-1], tablefmt="simple", colalign=alignment, disable_numparse=True
    ).splitlines()
    room = width - len(rule) - 2
    written = [f"{head}  {headers[-1]}", f"{rule}  {'-' * min(room, _PROSE)}"]
    for line, (_, (text, remark)) in zip(lines, rows, strict=True):
        written.append(f"{line}  {cut(safe_text(text), room)}".rstrip())
        written += [" " * (len(rule) + 2) + words for words in _remark(remark, room)]
    return written


def _remark(text: str, room: int) -> list[str]:
    return ["  " + line for line in wrap(safe_text(text), room - 2)] if text else []


def skipped_block(skipped: tuple[Skipped, ...], width: int, paint: Paint, verbose: bool) -> list[str]:
    """What was left out, by reason."""
    if not skipped:
        return []
    reasons = skipped_by_reason(skipped)
    shown = reasons if verbose else reasons[:_REASONS]
    lines = [paint.title(f"SKIPPED ({len(skipped)})")]
    for why, things in shown:
        names = ", ".join(things if verbose else things[:3]) + (", …" if len(things) > 3 and not verbose else "")
        lines += [
            " " * (2 if i else 0) + line for i, line in enumerate(wrap(safe_text(f"{len(things)} x {why}: {names}"), width - 2))
        ]
    if len(reasons) > len(shown):
        lines.append(f"and {count(len(reasons) - len(shown), 'more reason')}, all with -v")
    return lines


def _foot(report: Report, width: int, paint: Paint) -> list[str]:
    facts = (phrases.gap(report.summary), phrases.effort(report.summary), phrases.footprint(report.footprint))
    return [paint.faint(line) for line in prose(" ".join(fact for fact in facts if fact), width)]
