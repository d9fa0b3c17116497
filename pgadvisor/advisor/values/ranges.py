"""Bounds for range predicates: the place in the histogram that keeps as many rows as wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from pgadvisor.advisor.facts.columns import ColumnFacts, scalar
from pgadvisor.advisor.facts.selectivity import DEFAULT_RANGE, RANGES, range_fraction, value_at
from pgadvisor.advisor.facts.types import type_facts
from pgadvisor.advisor.values.literals import literal, moment, quoted, stand_in
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Predicate
from pgadvisor.parse.slot_types import Slot

USUAL_FRACTION = 0.05
PAGED_FRACTION = 0.5  # of a key that pages are turned by
_MOST_COMMON = 100  # tried as a bound
_RECENT = 0.98  # where a window of moments ends; at the very end the planner trusts no histogram
_DAY_SECONDS = 86_400
_START = datetime(2000, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range: the parameter that gives it, the operator, and the place the parameter stands in."""

    number: int
    operator: str
    slot: Slot | None

    @property
    def lower(self) -> bool:
        return self.operator in (">", ">=")


@dataclass(frozen=True, slots=True)
class Range:
    """A range over one column, open at the end that is missing. `members` are positions in `Query.predicates`."""

    facts: ColumnFacts
    lower: Bound | None
    upper: Bound | None
    members: tuple[int, ...]
    paged: bool = False

    @property
    def usual_fraction(self) -> float:
        if len(self.facts.bounds) < 2 and not self.facts.common:
            return DEFAULT_RANGE
        if self.upper is None and self.lower is not None and any(text == "0" for text, _ in self.facts.common):
            return range_fraction(self.facts, self.lower.operator, "0")  # "has any at all"
        return PAGED_FRACTION if self.paged else USUAL_FRACTION


def is_range(predicate: Predicate) -> bool:
    return predicate.operator in RANGES and bool(predicate.operand.parameters)


def bound_of(predicate: Predicate, slots: Mapping[int, Slot], facts: ColumnFacts, lookup: Lookup) -> Bound | None:
    """The end of a range that a predicate gives; None where its parameter sits too deep in an expression."""
    operand = predicate.operand
    slot = slots.get(operand.parameters[-1])
    if len(operand.parameters) != 1 or (operand.kind != "parameter" and not _reaches(slot, facts, lookup)):
        return None
    return Bound(operand.parameters[0], predicate.operator, slot)


def _reaches(slot: Slot | None, facts: ColumnFacts, lookup: Lookup) -> bool:
    """Whether a value in the place decides on the bound: taken from a moment, or a cast to such a value itself."""
    if slot is None or slot.role not in ("shift", "cast", "typed"):
        return False
    family = type_facts(slot.type_sql, lookup).family
    return family in ("moment", "interval") if slot.role == "shift" else family in ("interval", facts.type.family)


def bounds_for(span: Range, fraction: float, now: datetime) -> tuple[dict[int, str], float]:
    """Literals by parameter for about `fraction` of the rows, and the fraction the planner will see."""
    low, high = _ends(span, fraction, now)
    literals: dict[int, str] = {}
    kept = 1.0
    if span.lower is not None and low is not None:
        literals[span.lower.number] = _spelt(span.lower, low, span.facts, now)
        kept += range_fraction(span.facts, span.lower.operator, low) - 1.0
    if span.upper is not None and high is not None:
        literals[span.upper.number] = _spelt(span.upper, high, span.facts, now)
        kept += range_fraction(span.facts, span.upper.operator, high) - 1.0
    if span.lower is not None and span.upper is not None:
        kept += span.facts.null_fraction
    return literals, max(kept, 1e-9)


def until_now(span: Range, now: datetime) -> tuple[dict[int, str], float] | None:
    """The same up to the snapshot's time: what is due, has expired or was sent by now. None for any other range."""
    if span.lower is not None or span.upper is None or span.facts.type.family != "moment" or not span.facts.bounds:
        return None
    text = moment(span.facts.type, now)
    return {span.upper.number: _spelt(span.upper, text, span.facts, now)}, range_fraction(span.facts, span.upper.operator, text)


def _ends(span: Range, fraction: float, now: datetime) -> tuple[str | None, str | None]:
    facts = span.facts
    if not facts.known or (len(facts.bounds) < 2 and not facts.common):
        return stand_in(facts.type, now), stand_in(facts.type, now, 2)
    part = min(1.0, fraction / max(1.0 - facts.null_fraction, 1e-9))
    if span.lower is None:
        return None, _value_where(facts, "<", part)
    if span.upper is None:
        return _value_where(facts, ">", part), None
    top = max(part, _RECENT) if facts.type.family == "moment" else min(1.0, 0.5 + part / 2)
    return _value_where(facts, "<", top - part), _value_where(facts, "<", top)


def _value_where(facts: ColumnFacts, operator: str, part: float) -> str | None:
    """The value for which `operator` keeps `part` of the values that are not null."""
    wanted = part * (1.0 - facts.null_fraction)
    options = [text for text, _ in facts.common[:_MOST_COMMON]]
    if facts.bounds and facts.rest_fraction > 0:
        below = wanted if operator == "<" else 1.0 - facts.null_fraction - wanted
        options += _around(facts, min(1.0, max(0.0, below)))
    return min(options, key=lambda text: abs(range_fraction(facts, operator, text) - wanted), default=None)


def _around(facts: ColumnFacts, below: float) -> list[str]:
    """Values near the one with `below` of all rows under it, whatever part of them the common values are."""
    rest = facts.rest_fraction
    common = [(scalar(text, facts.type), fraction) for text, fraction in facts.common]
    found = [value_at(facts, below / rest), value_at(facts, (below - (1 - facts.null_fraction - rest)) / rest)]
    for _ in range(4):
        point = scalar(found[-1] or "", facts.type)
        if point is None:
            break
        under = sum(fraction for each, fraction in common if each is not None and each < point)
        found.append(value_at(facts, (below - under) / rest))
    return [text for text in found if text is not None]


def _spelt(bound: Bound, text: str, facts: ColumnFacts, now: datetime) -> str:
    """The end at `text`, given as the time before now where the statement reckons from the clock."""
    slot = bound.slot
    role = slot.role if slot is not None else "value"
    to_interval = role == "shift" or (role == "cast" and slot is not None and slot.type_sql == "interval")
    if not to_interval:
        return quoted(text) if role == "cast" else literal(text, facts.type)
    seconds = _before(text, facts, now)
    if role == "shift" and slot is not None and slot.type_sql == "date":
        return str(max(0, round(seconds / _DAY_SECONDS)))
    if facts.type.family != "moment":
        return "'1'" if role == "cast" else "1"
    span = quoted(f"{seconds:.0f} seconds")
    return span if role == "cast" else f"{span}::interval"


def _before(text: str, facts: ColumnFacts, now: datetime) -> float:
    """Seconds from the moment `text` to `now`."""
    point = scalar(text, facts.type)
    current = (now.astimezone(timezone.utc) - _START).total_seconds()
    return current - point if point is not None else _DAY_SECONDS
