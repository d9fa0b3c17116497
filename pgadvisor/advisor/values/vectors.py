"""Which values to plan a statement with: those that return the rows it was seen to return, else the likely ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import exp, log, prod

from pgadvisor.advisor.values.choices import Choice
from pgadvisor.advisor.values.ranges import Range, bounds_for
from pgadvisor.advisor.values.rows import Observed, RowModel

MOST_VECTORS = 3
MOST_WIDE_VECTORS = 8
_UNLIKELY = 0.1  # the weight of all values that the rows do not ask for
_MOST_COMBINATIONS = 2000
_TOLERANCE = 0.35  # of the logarithm of predicted over observed rows: a factor of about 1.4
_VAGUE_TOLERANCE = 1.2  # where a fraction is a mere default
_LEAST_SHARE = 0.08  # of the best vector's weight
_RANGE_FLOOR = 1e-4  # the planner trusts no histogram further


@dataclass(frozen=True, slots=True)
class Unit:
    """A predicate with its choices; `member` is its position in `Query.predicates`, `main` whether it decides on rows."""

    member: int
    choices: tuple[Choice, ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Vector:
    """Literals by parameter, the share among the statement's vectors, and the rows the model predicts."""

    literals: Mapping[int, str]
    weight: float
    rows: float
    signature: tuple[float, ...] = ()


def choose(
    units: Sequence[Unit],
    ranges: Sequence[tuple[Range, bool]],
    model: RowModel,
    seen: Observed | None,
    now: datetime,
    *,
    wide: bool = False,
) -> list[Vector]:
    """At most three vectors with weights that sum to 1; always at least one. The flag of a range is `Unit.main`.

    With `wide` up to eight, some of which are unlikely by what the statistics and the rows say.
    """
    search = _Search(units, ranges, model, now)
    if seen is None:
        found = search.likely(None)
    else:
        first, second = (search.fitting, search.likely) if seen.exact else (search.likely, search.fitting)
        found = _scaled(first(seen), 1.0 - seen.doubt)
        if seen.doubt:
            found += _scaled(second(seen), seen.doubt)
    if wide:
        found += _scaled(search.likely(None), _UNLIKELY)
        return _scaled(_distinct(found, MOST_WIDE_VECTORS, 0.0), 1.0)
    return _scaled(_distinct(found, MOST_VECTORS, _LEAST_SHARE), 1.0)


def few(vectors: Sequence[Vector]) -> list[Vector]:
    """At most three of `vectors`, like ones put together, with weights that sum to 1."""
    return _scaled(_distinct(vectors, MOST_VECTORS, _LEAST_SHARE), 1.0)


def _scaled(vectors: Sequence[Vector], total: float) -> list[Vector]:
    whole = sum(vector.weight for vector in vectors) or 1.0
    return [Vector(each.literals, each.weight * total / whole, each.rows, each.signature) for each in vectors]


def _distinct(vectors: Sequence[Vector], most_vectors: int, least_share: float) -> list[Vector]:
    """The heaviest vectors that differ from each other by a factor of two somewhere; like ones add their weights."""
    kept: list[Vector] = []
    for vector in sorted(vectors, key=lambda each: -each.weight):
        twin = next((place for place, each in enumerate(kept) if _alike(each.signature, vector.signature)), None)
        if twin is not None:
            same = kept[twin]
            kept[twin] = Vector(same.literals, same.weight + vector.weight, same.rows, same.signature)
        elif len(kept) < most_vectors:
            kept.append(vector)
    most = max((vector.weight for vector in kept), default=0.0)
    return [vector for vector in kept if vector.weight >= least_share * most or vector.weight == most]


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(0.5 <= (a + 1e-9) / (b + 1e-9) <= 2.0 for a, b in zip(one, other, strict=True))


class _Search:
    """The combinations of one statement's choices."""

    def __init__(self, units: Sequence[Unit], ranges: Sequence[tuple[Range, bool]], model: RowModel, now: datetime) -> None:
        self.units, self.ranges, self.model, self.now = units, ranges, model, now

    def fitting(self, seen: Observed | None) -> list[Vector]:
        """Combinations by how near their rows come to the observed, ranges filling the gap."""
        target, soft = (max(seen.rows, 1.0), seen.soft) if seen is not None else (1.0, False)
        whole = _MOST_COMBINATIONS // (10 if self.ranges else 1)
        most = int(whole ** (1 / max(1, sum(unit.main for unit in self.units))))
        lists = [_thinned(unit.choices, most) if unit.main else _representatives(unit.choices)[:1] for unit in self.units]
        vague = self.model.vague - {unit.member for unit in self.units if len(unit.choices) > 1}
        weighed = [
            _weighed(self._vector(combination, target), target, soft, bool(vague) or any(choice.most for choice in combination))
            for combination in product(*lists)
        ]
        return sorted(weighed, key=lambda each: -each.weight)[:50]

    def likely(self, seen: Observed | None) -> list[Vector]:
        """Combinations of representatives by their prior weight; those that return too few rows are put back."""
        lists = [_representatives(unit.choices) if unit.main else _representatives(unit.choices)[:2] for unit in self.units]
        vectors = [self._vector(combination, None) for combination in _bounded(lists)]
        if seen is None:
            return vectors
        enough = [vector for vector in vectors if vector.rows >= 0.9 * seen.rows]
        if enough:
            return enough
        return [self._vector(combination, seen.rows) for combination in _bounded(lists)]

    def _vector(self, combination: Sequence[Choice], target: float | None) -> Vector:
        literals = {number: text for choice in combination for number, text in choice.literals}
        fractions = {unit.member: choice.fraction for unit, choice in zip(self.units, combination, strict=True)}
        literals.update(self._spans(fractions, target))
        rows = self.model.rows(fractions)
        weight = prod(choice.prior for choice in combination)
        return Vector(literals, max(weight, 1e-12), rows, tuple(choice.fraction for choice in combination))

    def _spans(self, fractions: dict[int, float], target: float | None) -> dict[int, str]:
        """Literals of the ranges; their fractions go into `fractions`."""
        literals: dict[int, str] = {}
        open_spans = [span for span, main in self.ranges if main and set(span.members) <= self.model.conjuncts]
        share = None
        if target is not None and open_spans:
            without = {**fractions, **dict.fromkeys((place for span in open_spans for place in span.members), 1.0)}
            share = min(1.0, target / max(self.model.rows(without), 1e-9)) ** (1 / len(open_spans))
        for span, _ in self.ranges:
            wanted = share if share is not None and span in open_spans else span.usual_fraction
            texts, kept = bounds_for(span, max(wanted, _RANGE_FLOOR), self.now)
            literals.update(texts)
            fractions[span.members[0]] = kept
            fractions.update(dict.fromkeys(span.members[1:], 1.0))
        return literals


def _weighed(vector: Vector, target: float, soft: bool, vague: bool) -> Vector:
    """The weight by how near the predicted rows are; `soft`: too many are not as wrong as too few. `vague`: a condition of
    which nothing is known may have kept any part of the rows, so that too many say nothing of the other conditions."""
    error = log(max(vector.rows, 1.0) / target)
    if error > 0 and (soft or vague):
        likeness = 1.0 if vague else exp(-error / 2)
    else:
        likeness = exp(-((error / (_VAGUE_TOLERANCE if vague else _TOLERANCE)) ** 2) / 2)
    weight = vector.weight**0.5 * likeness + 1e-9 / (1 + error * error)
    return Vector(vector.literals, weight, vector.rows, vector.signature)


def _bounded(lists: Sequence[Sequence[Choice]]) -> Iterator[tuple[Choice, ...]]:
    """The product of the lists, of their first members only where it would be too large."""
    most = max(1, int(_MOST_COMBINATIONS ** (1 / max(1, len(lists)))))
    yield from product(*(each[:most] for each in lists))


def _thinned(choices: Sequence[Choice], most: int) -> list[Choice]:
    """At most `most` choices, evenly over their fractions, the extremes among them."""
    ordered = sorted(choices, key=lambda each: -each.fraction)
    if len(ordered) <= most or most < 2:
        return ordered[: max(1, most)]
    return [ordered[round(place * (len(ordered) - 1) / (most - 1))] for place in range(most)]


def _representatives(choices: Sequence[Choice]) -> list[Choice]:
    """At most three choices that stand for groups of like fractions, heaviest group first, with the groups' weights."""
    ordered = sorted(choices, key=lambda each: -each.fraction)
    high, low = max(ordered[0].fraction, 1e-9), max(ordered[-1].fraction, 1e-9)
    groups = 1 if high < 3 * low else 2 if high < 100 * low else 3
    members: list[list[Choice]] = [[] for _ in range(groups)]
    for choice in ordered:
        place = 0 if high == low else log(high / max(choice.fraction, 1e-9)) / log(high / low)
        members[min(groups - 1, int(place * groups))].append(choice)
    found = [_middle(group) for group in members if group]
    return sorted(found, key=lambda each: -each.prior)


def _middle(group: Sequence[Choice]) -> Choice:
    """The choice nearest to the group's mean fraction, with the group's weight."""
    whole = sum(choice.prior for choice in group) or 1.0
    mean = sum(choice.prior * choice.fraction for choice in group) / whole
    chosen = min(group, key=lambda each: abs(log((each.fraction + 1e-9) / (mean + 1e-9))))
    return Choice(chosen.literals, chosen.fraction, whole)
