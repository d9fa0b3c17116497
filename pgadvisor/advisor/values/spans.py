"""Ranges and moments that a column of ranges is asked for, with the fraction of rows that has to do with each.

Reckoned from the histogram of bounds as the planner does (calc_hist_selectivity, src/backend/utils/adt/rangetypes_selfuncs.c):
of the rows those overlap [a, b] whose lower bound is not above b, less those whose upper bound is below a.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pgadvisor.advisor.facts.columns import ColumnFacts
from pgadvisor.advisor.facts.selectivity import DEFAULT_CONTAINMENT, quantile, value_at
from pgadvisor.advisor.facts.types import TypeFacts
from pgadvisor.advisor.values.literals import quoted, stand_in, typed_literal
from pgadvisor.model.workload import Predicate
from pgadvisor.parse.slot_types import Slot

Literals = tuple[tuple[int, str], ...]

_ENDS = re.compile(r'[\[(]"?([^",]*)"?,"?([^",\])]*)"?[\])]\Z')
_SHARES = (0.0, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)  # of the rows that begin in between
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Span:
    """The texts of both ends, the same for one point; `fraction` of all rows."""

    low: str
    high: str
    fraction: float

    @property
    def text(self) -> str:
        """The span as a range."""
        return f'["{self.low}","{self.high}"{"]" if self.low == self.high else ")"}'


def spanning(
    facts: ColumnFacts, subtype: TypeFacts, predicate: Predicate, slots: Mapping[int, Slot], now: datetime
) -> Iterator[tuple[Literals, float]]:
    """Literals, and the fraction of rows: of a range given whole or by its two ends, or of a value such as the ranges hold. None
    where the parameters stand deeper, or nothing is known."""
    numbers = predicate.operand.parameters
    found = list(_spans(facts, subtype, predicate.operator))
    if predicate.operand.kind == "parameter":
        slot = slots.get(numbers[0])
        if slot is None or slot.role not in ("cast", "typed") or (slot.type_sql or "").endswith("range"):
            yield from ((((numbers[0], quoted(span.text)),), span.fraction) for span in found)
            return
        text = found[0].low if found else stand_in(subtype, now)
        point = quoted(text) if slot.role == "cast" else typed_literal(text, subtype)
        yield ((numbers[0], point),), found[0].fraction if found else DEFAULT_CONTAINMENT
        return
    ends = {number: slot.position for number in numbers if (slot := slots.get(number)) is not None and _is_end(slot)}
    if sorted(end or 0 for end in ends.values()) == [0, 1]:
        for span in found[1:]:
            yield tuple((number, quoted(span.high if end else span.low)) for number, end in ends.items()), span.fraction


def _is_end(slot: Slot) -> bool:
    return slot.role == "argument" and (slot.function or "").endswith("range") and slot.position in (0, 1)


def _spans(facts: ColumnFacts, subtype: TypeFacts, operator: str) -> Iterator[Span]:
    """A point amid the rows and ever wider ranges from there, for `&&` and `@>`, and `<@` (rows inside the range); none without
    a histogram of bounds, which the statistics have since PostgreSQL 17."""
    ends = [match.groups() for match in map(_ENDS.match, facts.bounds) if match]
    lowers, uppers = ([end[side] for end in ends if end[side]] for side in (0, 1))
    if len(lowers) < 2:
        return
    begin, finish = (ColumnFacts(subtype, facts.rows, known=True, bounds=tuple(texts)) for texts in (lowers, uppers))
    bounded = len(uppers) / len(ends)
    for share in _SHARES:
        low, high = value_at(begin, _MIDDLE), value_at(begin, _MIDDLE + share)
        if low is None or high is None:
            return
        inside = operator == "<@"
        until = (quantile(finish, high) or 0.0) * bounded if inside else quantile(begin, high) or 0.0
        before = quantile(begin, low) or 0.0 if inside else (quantile(finish, low) or 0.0) * bounded
        yield Span(low, high, max(until - before, 1.0 / max(facts.rows, 1.0)) * (1.0 - facts.null_fraction))
