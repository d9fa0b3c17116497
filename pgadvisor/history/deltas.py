"""What each entry of pg_stat_statements counted in an interval. Never negative, never more than really ran."""

from dataclasses import dataclass, fields

from pgadvisor.history.interval import Interval
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters, Statement

EntryKey = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class Delta:
    """An entry's counters over the interval. `squares_ms2` is the sum of its squared times, from which a variance follows.

    `reset`: the entry began anew in between, so what it counted before that is lost: the counters are a lower bound.
    """

    statement: Statement
    counters: Counters
    squares_ms2: float
    reset: bool = False


def squares_ms2(statement: Statement) -> float:
    """Sum of squared times: n (mean² + σ²), with the population's σ that pg_stat_statements keeps."""
    counters = statement.counters
    return counters.calls * (counters.mean_ms**2 + statement.stddev_ms**2)


def deltas(between: Interval) -> dict[EntryKey, Delta]:
    """By entry, those included that did not run. Without an older snapshot: all that was counted.

    An entry that is not in the older snapshot, that began after it, or that has any counter below its former value
    started from zero since: its counters alone are the interval's.
    """
    before = {} if between.older is None else {statement.key: statement for statement in between.older.statements}
    return {now.key: _delta(before.get(now.key), now, between) for now in between.newer.statements}


def _delta(before: Statement | None, now: Statement, between: Interval) -> Delta:
    if before is None or between.older is None:
        return Delta(now, now.counters, squares_ms2(now), reset=False)
    if between.reset or _began_anew(before, now, between.older):
        return Delta(now, now.counters, squares_ms2(now), reset=True)
    grown = max(0.0, squares_ms2(now) - squares_ms2(before))
    return Delta(now, now.counters.minus(before.counters), grown)


def _began_anew(before: Statement, now: Statement, older: Snapshot) -> bool:
    if now.stats_since is not None and now.stats_since > older.collected_at:
        return True
    return any(getattr(now.counters, field.name) < getattr(before.counters, field.name) for field in fields(Counters))
