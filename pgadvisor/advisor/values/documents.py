"""The key that a statement with `document ->> $1 = $2` asks for, where the documents in the statistics leave only one.

A key is out whose values do not have the type that the statement casts to, or of which no value could have kept as many rows
as were returned. How often two documents of the sample have the same value tells how many rows an unlisted value keeps.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pgadvisor.advisor.facts.columns import ColumnFacts, column_facts
from pgadvisor.advisor.facts.selectivity import RANGES
from pgadvisor.advisor.values.choices import choices
from pgadvisor.advisor.values.literals import quoted
from pgadvisor.advisor.values.ranges import is_range
from pgadvisor.advisor.values.rows import observed, row_model
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Predicate, Query
from pgadvisor.parse.slot_types import Slot
from pgadvisor.parse.slots import parameter_slots

_MEMBER = re.compile(r'\(*"?\w+"? ->> \$(\d+)\)*(?:::(\w+)(?:\(\d+(?:, ?\d+)?\))?)?\Z')
_WHOLE, _NUMBER = re.compile(r"[+-]?\d+\Z"), re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SPELT: dict[str | None, re.Pattern[str]] = {
    **dict.fromkeys(("int", "int2", "int4", "int8", "integer", "bigint", "smallint"), _WHOLE),
    **dict.fromkeys(("numeric", "decimal", "real", "float", "float4", "float8", "double"), _NUMBER),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), _DAY),
    **dict.fromkeys(("bool", "boolean"), re.compile(r"(true|false)\Z")),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"),
    **dict.fromkeys((None, "text", "varchar"), re.compile(r"")),
}  # what the values of a key must look like for a cast
_FEWEST_DOCUMENTS = 20  # of a sample that is to tell of values it does not have
_UNSEEN_PAIRS = 3.0  # the 95 % bound of a count of which none came
_TOLERANCE = 1.5
_RARE = 0.1  # of the mean: how often a rare value comes
_RANGE_FRACTIONS = (1e-4, 1.0)


@dataclass(frozen=True, slots=True)
class Member:
    """A key of the documents: what its values look like, and the least and most rows one value keeps, as fractions."""

    key: str
    values: tuple[str, ...]
    least: float
    most: float

    def is_of(self, cast: str | None) -> bool:
        """Whether a cast to the type takes all of its values."""
        spelling = _SPELT.get(cast)
        return spelling is not None and all(spelling.match(value) for value in self.values)


def assumed_keys(query: Query, lookup: Lookup, slots: Mapping[int, Slot] | None = None) -> dict[int, str]:
    """SQL of the keys by parameter; none for a parameter of which a value was seen, or where several keys fit."""
    found: dict[int, str] = {}
    if query.vectors or "->>" not in query.sql:
        return found
    for place, predicate in enumerate(query.predicates):
        member = _MEMBER.match(predicate.key.expression or "")
        if (
            member is None
            or predicate.operator not in ("=", *RANGES)
            or not predicate.conjunct
            or len(predicate.key.columns) != 1
        ):
            continue
        facts = column_facts(lookup, query.relations[predicate.key.relation].table, predicate.key.columns[0])
        asked = _fractions(query, place, lookup, slots if slots is not None else parameter_slots(query.sql))
        fitting = [each.key for each in members(facts) if each.is_of(member[2]) and _overlap(each, asked)]
        if len(fitting) == 1:
            found[int(member[1])] = quoted(fitting[0])
    return found


def _overlap(member: Member, asked: tuple[float, float]) -> bool:
    return asked[0] <= member.most * _TOLERANCE and member.least / _TOLERANCE <= asked[1]


def _fractions(query: Query, place: int, lookup: Lookup, slots: Mapping[int, Slot]) -> tuple[float, float]:
    """The least and the most of its rows that the predicate at `place` may have kept, by the rows per call."""
    seen = observed(query)
    equal = query.predicates[place].operator == "="
    if seen is None or not seen.exact or seen.doubt or len(query.relations) != 1 or not equal:
        return 0.0, 1.0
    least: dict[int, float] = {place: 1.0}
    most: dict[int, float] = {place: 1.0}
    for other, predicate in enumerate(query.predicates):
        if other != place and predicate.operand.parameters:
            least[other], most[other] = _bounds(query, predicate, lookup, slots)
    model = row_model(query, lookup)
    low = seen.rows / max(model.rows(most), 1e-9)
    return low, max(low, max(seen.rows, 1.0) / max(model.rows(least), 1e-9))


def _bounds(query: Query, predicate: Predicate, lookup: Lookup, slots: Mapping[int, Slot]) -> tuple[float, float]:
    if is_range(predicate):
        return _RANGE_FRACTIONS
    kept = [choice.fraction for choice in choices(query, predicate, lookup, slots)]
    return (min(kept), max(kept)) if kept else _RANGE_FRACTIONS


@lru_cache(maxsize=64)
def members(facts: ColumnFacts) -> tuple[Member, ...]:
    """The keys of the documents that the statistics show."""
    share = facts.rest_fraction / max(1, len(facts.bounds))
    documents = [(*each, 0) for each in facts.common] + [(bound, share, 1) for bound in facts.bounds]
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    sampled: dict[str, Counter[str]] = defaultdict(Counter)
    for text, fraction, drawn in documents:  # the common ones are all different, and tell nothing of pairs
        for key, value in _strings(text):
            weights[key][value] += fraction
            sampled[key][value] += drawn
    known = len(facts.bounds) == 0
    if not known and len(facts.bounds) < _FEWEST_DOCUMENTS:
        return ()
    return tuple(
        Member(key, tuple(kept), *(_listed(kept) if known else _estimated(kept, sampled[key], facts.rows)))
        for key, kept in sorted(weights.items())
    )


def _strings(text: str) -> list[tuple[str, str]]:
    """The members of a document as ->> gives them."""
    try:
        value = json.loads(text)
    except ValueError:
        return []
    pairs = value.items() if isinstance(value, dict) else ()
    return [(key, each if isinstance(each, str) else json.dumps(each)) for key, each in pairs if each is not None]


def _listed(kept: Mapping[str, float]) -> tuple[float, float]:
    return min(kept.values()), max(kept.values())


def _estimated(kept: Mapping[str, float], counts: Counter[str], rows: float) -> tuple[float, float]:
    """Of a sample: values that came several times keep their share of it; of the others the mean is known, from how many pairs of
    documents share a value, and how many there are, from how many came once and twice (Chao, 1984). Where hardly a pair shares
    one, each row may have its own."""
    whole, number = sum(kept.values()), sum(counts.values())
    pairs = sum(count * (count - 1) / 2 for count in counts.values())
    mean = (pairs + _UNSEEN_PAIRS) / max(1.0, number * (number - 1) / 2)
    often = [kept[value] for value, count in counts.items() if count > 2]
    once, twice = (sum(count == times for count in counts.values()) for times in (1, 2))
    if not once:
        return min(kept.values()), max(kept.values())
    told = twice and pairs > _UNSEEN_PAIRS
    distinct = min(rows, len(kept) + once * once / (2 * twice)) if told else rows
    return _RARE * whole / max(1.0, distinct), max(mean * whole, *often, 1.0 / max(rows, 1.0))
