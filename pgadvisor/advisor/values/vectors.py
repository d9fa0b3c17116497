"""Which values to plan a statement with: those that return the rows it was seen to return, else the likely ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import exp, log, prod

from pgadvisor.advisor.values.choices import Choice
from pgadvisor.advisor.values.ranges import Range, bounds_for, until_now
from pgadvisor.advisor.values.rows import Observed, RowModel

MOST_VECTORS = 3
MOST_WIDE_VECTORS = 8
_UNLIKELY = 0.1  # the weight of all values that the rows do not ask for
_MOST_COMBINATIONS = 2000
_MISFIT = 1e-9  # of what fits no better than by chance, the less the further off
_MOST_WEIGHED = 400
_TOLERANCE = 0.35  # of the logarithm of predicted over observed rows: a factor of about 1.4
_VAGUE_TOLERANCE = 1.2  # where a fraction is a mere default
_LEAST_SHARE = 0.08  # of the best vector's weight
_FILLED = 0.01  # the weight of a bound that is just where it makes up the rows, beside one that is the present
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
    """The heaviest vector of each of the heaviest groups of like ones, with the group's weight and that of the other groups that
    are nearest to it. Many values of little weight may so outweigh a single one that is more likely than each of them."""
    groups: list[Vector] = []
    for vector in sorted(vectors, key=lambda each: -each.weight):
        twin = next((place for place, each in enumerate(groups) if _alike(each.signature, vector.signature)), None)
        if twin is None:
            groups.append(vector)
        else:
            groups[twin] = _with_weight_of(groups[twin], vector)
    groups.sort(key=lambda each: -each.weight)
    least = least_share * max((group.weight for group in groups), default=0.0)
    kept = [group for group in groups[:most_vectors] if group.weight >= least]
    for group in groups[len(kept) :]:
        nearest = min(range(len(kept)), key=lambda place: _distance(kept[place].signature, group.signature))
        kept[nearest] = _with_weight_of(kept[nearest], group)
    return kept


def _with_weight_of(kept: Vector, other: Vector) -> Vector:
    return Vector(kept.literals, kept.weight + other.weight, kept.rows, kept.signature)


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(abs(log((a + 1e-9) / (b + 1e-9))) for a, b in zip(one, other, strict=True))


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(0.5 <= (a + 1e-9) / (b + 1e-9) <= 2.0 for a, b in zip(one, other, strict=True))


class _Search:
    """The combinations of one statement's choices."""

    def __init__(self, units: Sequence[Unit], ranges: Sequence[tuple[Range, bool]], model: RowModel, now: datetime) -> None:
        self.units, self.ranges, self.model, self.now = units, ranges, model, now
        self.ends_now = any(until_now(span, now) is not None for span, _ in ranges)

    def fitting(self, seen: Observed | None) -> list[Vector]:
        """Combinations by how near their rows come to the observed, ranges filling the gap."""
        target, soft = (max(seen.rows, 1.0), seen.soft) if seen is not None else (1.0, False)
        whole = _MOST_COMBINATIONS // (10 if self.ranges else 1)
        most = int(whole ** (1 / max(1, sum(unit.main for unit in self.units))))
        lists = [_thinned(unit.choices, most) if unit.main else _representatives(unit.choices)[:1] for unit in self.units]
        vague = self.model.vague - {unit.member for unit in self.units if len(unit.choices) > 1}
        weighed = [
            _weighed(vector, target, soft, bool(vague) or any(choice.most for choice in combination))
            for combination in product(*lists)
            for vector in self._either(combination, target)
        ]
        return sorted(weighed, key=lambda each: -each.weight)[:_MOST_WEIGHED]

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

    def _vector(self, combination: Sequence[Choice], target: float | None, *, now: bool = False) -> Vector:
        literals = {number: text for choice in combination for number, text in choice.literals}
        fractions = {unit.member: choice.fraction for unit, choice in zip(self.units, combination, strict=True)}
        literals.update(self._spans(fractions, target, now))
        rows = self.model.rows(fractions)
        weight = prod(choice.prior for choice in combination)
        return Vector(literals, max(weight, 1e-12), rows, tuple(choice.fraction for choice in combination))

    def _either(self, combination: Sequence[Choice], target: float) -> list[Vector]:
        """With the ranges filling the gap, and with those that end at a moment reaching up to now."""
        fitted = self._vector(combination, target)
        if not self.ends_now:
            return [fitted]
        filled = Vector(fitted.literals, fitted.weight * _FILLED, fitted.rows, fitted.signature)
        return [filled, self._vector(combination, target, now=True)]

    def _spans(self, fractions: dict[int, float], target: float | None, now: bool) -> dict[int, str]:
        """Literals of the ranges; their fractions go into `fractions`. Those that can make up rows share them, those over columns
        of few values first, so that the others make up for what these cannot."""
        literals: dict[int, str] = {}
        making_up = [
            span for span, main in self.ranges if target is not None and main and set(span.members) <= self.model.conjuncts
        ]
        making_up.sort(key=lambda span: len(span.facts.bounds) > 1)
        others = [span for span, _ in self.ranges if span not in making_up]
        fractions.update(dict.fromkeys((place for span, _ in self.ranges for place in span.members), 1.0))
        for number, span in enumerate((*others, *making_up), -len(others)):
            wanted = span.usual_fraction
            if number >= 0 and target is not None:
                wanted = min(1.0, target / max(self.model.rows(fractions), 1e-9)) ** (1 / (len(making_up) - number))
            texts, kept = (until_now(span, self.now) if now else None) or bounds_for(span, max(wanted, _RANGE_FLOOR), self.now)
            literals.update(texts)
            fractions[span.members[0]] = kept
        return literals


def _weighed(vector: Vector, target: float, soft: bool, vague: bool) -> Vector:
    """The weight by how near the predicted rows are; `soft`: too many are not as wrong as too few. `vague`: a condition of
    which nothing is known may have kept any part of the rows, so that too many say nothing of the other conditions."""
    error = log(max(vector.rows, 1.0) / target)
    if error > 0 and (soft or vague):
        likeness = 1.0 if vague else exp(-error / 2)
    else:
        likeness = exp(-((error / (_VAGUE_TOLERANCE if vague else _TOLERANCE)) ** 2) / 2)
    weight = vector.weight**0.5 * likeness + _MISFIT * exp(-abs(error))
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
