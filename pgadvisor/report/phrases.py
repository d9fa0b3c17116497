"""Sentences that every format for people shares: plain text, to be escaped by the format that prints them."""

from pgadvisor.model.finding import Change, EvidenceValue, Finding, StatementEffect
from pgadvisor.model.report import BudgetPoint, Report, Source, Summary
from pgadvisor.model.server import Footprint
from pgadvisor.report.units import count, duration, figure, moment, percent, size, times, version

KINDS = {"live": "a live server", "snapshot": "a snapshot file", "workload": "a workload file"}
_BY_PARTITION = "-- blocks writes until built; pgadvisor migrate builds by partition"


def heading(report: Report) -> str:
    """Tool, database, version and time."""
    source = report.source
    return f"{source.database} on {version(source.server_version_num)}, {moment(report.generated_at)}"


def coverage(report: Report) -> str:
    """How much was looked at, since when, and what planned it."""
    source, summary = report.source, report.summary
    return (
        f"{count(summary.statements, 'statement')} {since(source)}, {duration(summary.total_ms)} in all; "
        f"{summary.analysed:,} analysed ({percent(summary.covered_fraction)} of the time). "
        f"Read from {KINDS.get(source.kind, source.kind)}, planned in {source.planner}."
        + ("" if summary.measured else " Without measured times a unit of planner cost stands for a millisecond.")
    )


def since(source: Source) -> str:
    """Since when the counters count."""
    if source.kind == "workload":
        return "of a workload file"
    return f"since {moment(source.stats_since)}"


def saving(report: Report) -> str:
    """What all the advice together would save, and what it takes."""
    summary = report.summary
    if summary.saving_ms <= 0:
        if any(verdict.verdict == "improved" for verdict in report.verdicts):
            return "New indexes are left out of these findings, as was asked for."
        if any(verdict.verdict == "over-budget" for verdict in report.verdicts):
            return "No new index that would save time has room within the limits given."
        return _no_saving(summary)
    share = summary.saving_ms / summary.total_ms if summary.total_ms else 0.0
    indexes = sum(change.action == "create_index" for finding in report.findings for change in finding.changes)
    return (
        f"Saves {duration(summary.saving_ms)} of {duration(summary.total_ms)} ({percent(share)}) with "
        f"{count(indexes, 'new index', 'new indexes')} of {size(summary.new_index_bytes)}; "
        + (
            f"writes take {duration(summary.write_cost_ms)} longer."
            if summary.write_cost_ms
            else "no write that was counted is slower."
        )
    )


def _no_saving(summary: Summary) -> str:
    if summary.late:
        return f"No new index was found in time: {count(summary.late, 'statement')} could not be planned; raise --deadline."
    if not summary.analysed:
        return "No statement could be analysed." if summary.statements else "There is no statement to analyse."
    return "No new index would save time worth having."


def gap(summary: Summary) -> str:
    """How far from the best choice this one can be."""
    if summary.gap_fraction is None or not summary.whatif_calls:
        return ""
    if summary.gap_fraction <= 0:
        return "No set of the candidates considered is better than this one."
    return f"This set is within {percent(summary.gap_fraction).removeprefix('<')} of the best set of the candidates considered."


def other_budgets(summary: Summary) -> str:
    """What less and more room for indexes would buy."""
    if not summary.budget_curve:
        return ""
    given = summary.budget_bytes
    buys = "; ".join(f"{_room(point, given)} {_bought(point, summary)}" for point in summary.budget_curve)
    return ("Other budgets: " if given is not None else "With less room: ") + buys + "."


def _room(point: BudgetPoint, given: int | None) -> str:
    if given is None:
        return f"{size(point.budget_bytes)} would keep"
    return f"{'half' if point.budget_bytes < given else 'double'} ({size(point.budget_bytes)}) would buy"


def _bought(point: BudgetPoint, summary: Summary) -> str:
    if not point.indexes:
        return "no index"
    share = f" ({percent(point.saving_ms / summary.total_ms)})" if summary.total_ms else ""
    indexes = count(point.indexes, "index", "indexes")
    return f"at least {duration(point.saving_ms)}{share} with {indexes} of {size(point.index_bytes)}"


def effort(summary: Summary) -> str:
    """What the analysis took here."""
    plans = count(summary.whatif_calls, "plan")
    late = f" The time limit left out {count(summary.late, 'statement')}." if summary.late else ""
    return f"Analysed in {duration(summary.elapsed_ms)} with {plans}; nothing was planned on the server.{late}"


def footprint(reading: Footprint | None) -> str:
    """What the reading cost the server."""
    if reading is None:
        return ""
    locked = f" {count(reading.locked_objects, 'locked object')} left out." if reading.locked_objects else ""
    return (
        f"On the server: {count(reading.connections, 'connection')}, {count(reading.statements, 'statement')}, "
        f"{duration(reading.elapsed_ms)}, 0 writes.{locked}"
    )


def gain(finding: Finding, total_ms: float) -> str:
    """The time a finding saves, or nothing."""
    if finding.saving_ms <= 0:
        return ""
    share = f" ({percent(finding.saving_ms / total_ms)} of all time)" if total_ms else ""
    return f"saves {duration(finding.saving_ms)}{share}"


def usage(effect: StatementEffect) -> str:
    """Calls and time of a statement."""
    mean = f", {duration(effect.total_ms / effect.calls)} each" if effect.calls else ""
    return f"{count(effect.calls, 'call')}, {duration(effect.total_ms)}{mean}"


def costs(effect: StatementEffect) -> str:
    """The planner's costs before and after, and what they mean in time."""
    saved = f"saves {duration(effect.saving_ms)}" if effect.saving_ms else ""
    if effect.cost_before is None or effect.cost_after is None:
        return saved
    change = f"cost {figure(effect.cost_before)} -> {figure(effect.cost_after)}"
    if 0 < effect.cost_after < effect.cost_before:
        change += f" ({times(effect.cost_before / effect.cost_after)} less)"
    return f"{change}, {saved}" if saved else change


def to_run(change: Change) -> tuple[str, ...]:
    """The lines of SQL that carry out a change; a comment first where the statement is not what is to be run on a busy server."""
    sql = f"{change.sql};"
    return (_BY_PARTITION, sql) if change.blocks_writes else (sql,)


def price(change: Change) -> str:
    """What a change takes: bytes and time of writing."""
    words = []
    if change.size_bytes is not None:
        words.append(f"frees {size(change.size_bytes)}" if change.action == "drop_index" else size(change.size_bytes))
    if change.write_cost_ms:
        spared = change.write_cost_ms < 0 or change.action == "drop_index"
        words.append(f"{'spares' if spared else 'costs'} {duration(abs(change.write_cost_ms))} of writing")
    elif change.write_cost_ms is not None and change.action != "drop_index":
        words.append("slows no writes that were counted")
    if change.wal_bytes_per_day:
        words.append(f"{size(change.wal_bytes_per_day)} of WAL a day")
    return ", ".join(words)


def rewritten(finding: Finding) -> str:
    """The statement written anew, or as it would be with another interface; nothing where there is none."""
    found = (value for key, value in finding.evidence if key in ("rewritten_sql", "example_sql"))
    return next((value for value in found if isinstance(value, str)), "")


def levels(finding: Finding) -> str:
    """Severity and confidence in words."""
    return f"{finding.severity.value} severity, {finding.confidence.value} confidence"


def evidence(value: EvidenceValue) -> str:
    """A figure or name that supports a finding."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,}" if isinstance(value, int) else figure(value)
    return ", ".join(value) if isinstance(value, tuple) else value


def capitalized(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
