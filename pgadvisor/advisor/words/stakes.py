"""What a recommendation can win and lose: its saving at the low end of what is known, its write cost at the high end.

The planner's ratio of costs, after to before, is right in its order of magnitude rather than in its digits, so the low saving
takes the promise at the square root of that ratio (100 times cheaper may be 10 times), at its power of 2/3 where the values are
the application's own; and where more rows were counted than planned, the new plan is taken to be that much dearer. The write
cost's interval is measured: `entries.SPREAD`. Advice that does not earn its price even so is given with low confidence; the
choice itself charges the high end, so that what may cost more than it promises to save is not advised at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgadvisor.advisor.facts.limits import HARMLESS_RATIO, MANY_INDEXES, WRITE_HEAVY_SHARE
from pgadvisor.advisor.facts.wording import amount, percent
from pgadvisor.advisor.plans.rowfactor import rows_beyond
from pgadvisor.advisor.price.writes import WriteCost
from pgadvisor.advisor.proof.prove import Proof, Proven
from pgadvisor.model.finding import EvidenceValue, Level

_OWN_VALUES_POWER, _INFERRED_POWER = 2 / 3, 1 / 2
_LEAST_DAYS = 1 / 24  # counters of less do not tell what a day is like
_MOST_OFF = 10.0  # rows that differ by more are another question than what the index saves


@dataclass(frozen=True, slots=True)
class Stakes:
    """`saving_low_ms` to `saving_ms` against `write`; `indexes` that the table has, and the share of the time spent on it that
    its writes take."""

    saving_ms: float
    saving_low_ms: float
    write: WriteCost
    indexes: int
    write_share: float
    measured: bool

    @property
    def earns(self) -> bool:
        """Whether it earns more than it costs in the worst case too; what costs no writes need not."""
        return self.saving_low_ms > self.write.high_ms or not self.write.high_ms

    @property
    def burdened(self) -> bool:
        """Whether one more index on this table is no small matter."""
        heavy = self.indexes >= MANY_INDEXES or self.write_share >= WRITE_HEAVY_SHARE
        return heavy and self.saving_low_ms < HARMLESS_RATIO * self.write.high_ms


def low_saving_ms(proof: Proof, shares: Mapping[int, float]) -> float:
    """The least that statements save of which an index is due `shares`, by their positions."""
    return sum(_low_share(proof.statements[at]) * share_ms for at, share_ms in shares.items() if share_ms > 0.0)


def _low_share(one: Proven) -> float:
    """The part of a statement's promised saving that is sure."""
    gain = one.case.weight.gain(one.plan.cost)
    if gain <= 0.0:
        return 0.0
    power = _INFERRED_POWER if one.case.probe.inferred else _OWN_VALUES_POWER
    ratio: float = min(_MOST_OFF, rows_beyond(one.case)) * max(0.0, 1.0 - gain) ** power
    return max(0.0, 1.0 - ratio) / gain


def lowered(level: Level, stakes: Stakes) -> Level:
    """The severity, a step less where the table is burdened; low where the advice may not earn its price."""
    if not stakes.earns:
        return Level.LOW
    return Level.MEDIUM if level is Level.HIGH and stakes.burdened else Level.LOW if stakes.burdened else level


def warnings(stakes: Stakes) -> str:
    """What speaks against the index, in a sentence or two; '' where nothing does."""
    found = []
    if stakes.indexes >= MANY_INDEXES:
        found.append(f"The table has {stakes.indexes} indexes already.")
    if stakes.write_share >= WRITE_HEAVY_SHARE and stakes.write.high_ms > 0.0:
        found.append(f"It is write-heavy: writes take {percent(stakes.write_share)} of the time spent on it.")
    if not stakes.earns:
        low, high = (amount(ms, stakes.measured) for ms in (stakes.saving_low_ms, stakes.write.high_ms))
        found.append(f"In the worst case it saves only {low} and costs writes {high}: measure it before you keep it.")
    return "".join(f" {sentence}" for sentence in found)


def stakes_evidence(stakes: Stakes) -> Sequence[tuple[str, EvidenceValue]]:
    cost = stakes.write
    facts: list[tuple[str, EvidenceValue]] = [
        ("saving_low_ms", stakes.saving_low_ms),
        ("saving_high_ms", stakes.saving_ms),
        ("write_cost_low_ms", cost.low_ms),
        ("write_cost_high_ms", cost.high_ms),
        ("earns_in_worst_case", stakes.earns),
        ("index_entries_written", round(cost.entries)),
        ("wal_bytes", round(cost.wal.total_bytes)),
    ]
    if cost.days is not None and cost.days >= _LEAST_DAYS:
        facts.append(("write_cost_ms_per_day", cost.total_ms / cost.days))
        facts.append(("wal_bytes_per_day", wal_bytes_per_day(cost)))
    if cost.row_wal_bytes is not None:
        facts.append(("wal_bytes_per_inserted_row_now", round(cost.row_wal_bytes)))
    return (*facts, ("indexes_on_table", stakes.indexes), ("write_share", round(stakes.write_share, 4)))


def wal_bytes_per_day(cost: WriteCost) -> int | None:
    """Bytes of WAL that the index adds a day; None where the length of the period is not known, or too short to tell."""
    if cost.days is None or cost.days < _LEAST_DAYS:
        return None
    return round(cost.wal.total_bytes / cost.days)
