"""One statement's activity before and in the interval, all its entries (users, queryids, levels) together."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pgadvisor.history.deltas import Delta, EntryKey, deltas, squares_ms2
from pgadvisor.history.identity import Identity, identities_of_both
from pgadvisor.history.interval import Interval, counting_since, hours_between
from pgadvisor.model.statement import Counters, Statement


@dataclass(frozen=True, slots=True)
class Sample:
    """Counters and the spread of the times behind them."""

    counters: Counters = field(default_factory=Counters)
    squares_ms2: float = 0.0

    @property
    def variance_of_mean(self) -> float:
        """σ²/n of the mean time per call, 0 without calls."""
        calls = self.counters.calls
        return max(0.0, self.squares_ms2 / calls - self.counters.mean_ms**2) / calls if calls else 0.0


@dataclass(frozen=True, slots=True)
class Activity:
    """`calls_per_hour_before` is None where nobody knows since when the older counters count."""

    identity: Identity
    queryid: int
    users: tuple[str, ...]
    now: Sample
    before: Sample
    known_before: bool
    calls_per_hour_before: float | None
    reset: bool

    @property
    def ratio(self) -> float:
        """Mean time per call over the former mean."""
        return self.now.counters.mean_ms / self.before.counters.mean_ms if self.before.counters.mean_ms else math.inf

    @property
    def extra_ms(self) -> float:
        """What the calls of the interval took beyond the same calls at the former mean."""
        return (self.now.counters.mean_ms - self.before.counters.mean_ms) * self.now.counters.calls

    @property
    def sigmas(self) -> float:
        """The difference of the means in standard errors (Welch's t)."""
        error = math.sqrt(self.now.variance_of_mean + self.before.variance_of_mean)
        difference = abs(self.now.counters.mean_ms - self.before.counters.mean_ms)
        return difference / error if error else math.inf if difference else 0.0


def activities(between: Interval) -> list[Activity]:
    """Every statement known to either snapshot."""
    identity_of = identities_of_both(between.older, between.newer)
    now: dict[str, list[Delta]] = {}
    before: dict[str, list[Statement]] = {}
    for key, delta in deltas(between).items():
        now.setdefault(identity_of[key].key, []).append(delta)
    for statement in between.older.statements if between.older is not None else ():
        before.setdefault(identity_of[statement.key].key, []).append(statement)
    return [_activity(identity_of, now.get(key, []), before.get(key, []), between) for key in {**now, **before}]


def _activity(identity_of: dict[EntryKey, Identity], now: list[Delta], before: list[Statement], between: Interval) -> Activity:
    ran = [delta.statement for delta in now if delta.counters.calls] or [delta.statement for delta in now] or before
    heaviest = max(ran, key=lambda statement: (statement.counters.total_ms, statement.queryid))
    return Activity(
        identity=identity_of[heaviest.key],
        queryid=heaviest.queryid,
        users=tuple(sorted({statement.user for statement in ran})),
        now=Sample(total(delta.counters for delta in now), sum(delta.squares_ms2 for delta in now)),
        before=Sample(total(statement.counters for statement in before), sum(squares_ms2(statement) for statement in before)),
        known_before=bool(before),
        calls_per_hour_before=_calls_per_hour(before, between),
        reset=any(delta.reset for delta in now),
    )


def _calls_per_hour(before: list[Statement], between: Interval) -> float | None:
    if between.older is None or not before:
        return None
    rates = [_rate(statement, counting_since(between.older), between.older.collected_at) for statement in before]
    return None if None in rates else sum(rate for rate in rates if rate is not None)


def _rate(statement: Statement, since: datetime | None, until: datetime) -> float | None:
    hours = hours_between(statement.stats_since or since, until)
    return statement.counters.calls / hours if hours else None


def total(counters: Iterable[Counters]) -> Counters:
    """The sum of all of them."""
    everything = Counters()
    for one in counters:
        everything = everything.plus(one)
    return everything
