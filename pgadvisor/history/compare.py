"""`compare`: two snapshots, one nightly report."""

from dataclasses import replace

from pgadvisor import __version__
from pgadvisor.history.activity import Activity, activities
from pgadvisor.history.deltas import Delta, deltas
from pgadvisor.history.findings import findings
from pgadvisor.history.interval import Interval, counting_since, hours_between, interval
from pgadvisor.history.judge import Load, change_of, expected_calls, heavy
from pgadvisor.history.objects import index_trends, setting_trends, table_trends
from pgadvisor.history.reasons import reason, related
from pgadvisor.model.nightly import Nightly, StatementTrend
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Statement

_HOUR_MS = 3_600_000.0


def compare(older: Snapshot | None, newer: Snapshot, *, top: int = 20, wanted: Options | None = None) -> Nightly:
    """What ran between the two, the `top` heaviest statements and all that are new, worse, better or gone (`top` of each);
    only of the schemas, tables and rules that are `wanted`. Totals are the whole server's.

    Without `older`, or where it is of another server: what ran since the counters began, and nothing is judged.
    """
    between, wanted = interval(older, newer), wanted or Options()
    total_ms, total_before_ms = _total_ms(between), _total_before_ms(between)
    load = Load(total_ms, total_before_ms, between.hours, between.older is not None)
    trends = [_trend(activity, load, between) for activity in activities(between)]
    report = Nightly(
        tool=f"pgadvisor {__version__}",
        generated_at=newer.collected_at,
        database=newer.server.database,
        server_version_num=newer.server.version_num,
        since=between.since,
        until=newer.collected_at,
        first=between.older is None,
        total_ms=total_ms,
        calls=sum(delta.counters.calls for delta in _sent(between)),
        active=sum(trend.counters.calls > 0 for trend in trends),
        busy=_busy(total_ms, between.hours),
        busy_before=_busy(total_before_ms, _hours_before(between)),
        restarted_at=between.restarted_at,
        reset=between.reset,
        evictions=between.evictions,
        top=top,
        notes=between.notes,
        tables=tuple(trend for trend in table_trends(between, top) if wanted.concerns((trend.table,))),
        indexes=tuple(trend for trend in index_trends(between) if wanted.concerns((trend.table,))),
        settings=setting_trends(between),
        skipped=newer.skipped,
        footprint=newer.footprint,
    )
    told = _explained(_worth_telling([trend for trend in trends if wanted.concerns(trend.tables)], top), report)
    found = tuple(finding for finding in findings(told, total_ms) if wanted.wants(finding))
    return replace(report, statements=told, findings=found)


def _total_ms(between: Interval) -> float:
    """Time of the statements that clients sent: those inside functions are part of them."""
    return sum(delta.counters.total_ms for delta in _sent(between))


def _sent(between: Interval) -> list[Delta]:
    return [delta for delta in deltas(between).values() if delta.statement.toplevel]


def _total_before_ms(between: Interval) -> float:
    statements: tuple[Statement, ...] = between.older.statements if between.older is not None else ()
    return sum(statement.counters.total_ms for statement in statements if statement.toplevel)


def _hours_before(between: Interval) -> float | None:
    return None if between.older is None else hours_between(counting_since(between.older), between.older.collected_at)


def _busy(milliseconds: float, hours: float | None) -> float | None:
    return milliseconds / (hours * _HOUR_MS) if hours else None


def _trend(activity: Activity, load: Load, between: Interval) -> StatementTrend:
    change = change_of(activity, load)
    return StatementTrend(
        identity=activity.identity.key,
        queryid=activity.queryid,
        label=activity.identity.label,
        query=activity.identity.query,
        users=activity.users,
        tables=activity.identity.tables,
        change=change,
        reason=reason(change, activity, load, bool(between.evictions) or between.reset),
        counters=activity.now.counters,
        share=activity.now.counters.total_ms / load.total_ms if load.total_ms else 0.0,
        before=activity.before.counters,
        share_before=activity.before.counters.total_ms / load.total_before_ms if load.total_before_ms else 0.0,
        calls_per_hour_before=activity.calls_per_hour_before,
        extra_ms=_extra_ms(change, activity, load),
        heavy=change == "new" and heavy(activity, load),
        reset=activity.reset,
    )


def _extra_ms(change: str, activity: Activity, load: Load) -> float:
    if change == "new":
        return activity.now.counters.total_ms
    if change == "gone":
        return -(expected_calls(activity, load) or 0.0) * activity.before.counters.mean_ms
    return activity.extra_ms if activity.known_before else 0.0


def _worth_telling(trends: list[StatementTrend], top: int) -> tuple[StatementTrend, ...]:
    """The heaviest, and of each change the largest; each once."""
    by_time = sorted(trends, key=lambda trend: (-trend.counters.total_ms, trend.identity))
    told = [trend for trend in by_time if trend.counters.calls][:top]
    for change in ("worse", "new", "better", "gone"):
        changed = [trend for trend in by_time if trend.change == change]
        told += sorted(changed, key=lambda trend: (-trend.heavy, -abs(trend.extra_ms), trend.identity))[:top]
    return tuple(dict.fromkeys(told))


def _explained(trends: tuple[StatementTrend, ...], report: Nightly) -> tuple[StatementTrend, ...]:
    """With what happened to the statements' tables, where a statement got worse or better."""

    def explained(trend: StatementTrend) -> StatementTrend:
        if trend.change not in ("worse", "better"):
            return trend
        return replace(trend, reason=f"{trend.reason} {related(trend.tables, report.indexes, report.tables)}".strip())

    return tuple(explained(trend) for trend in trends)
