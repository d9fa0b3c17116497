"""The fraction of rows a predicate keeps, reckoned as the planner does (src/backend/utils/adt/selfuncs.c)."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from pgadvisor.advisor.facts.columns import ColumnFacts, column_facts, from_scalar, scalar
from pgadvisor.advisor.facts.types import TypeFacts
from pgadvisor.model.arrays import read_array
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Predicate

DEFAULT_EQUALITY = 0.005  # DEFAULT_EQ_SEL
DEFAULT_RANGE = 1 / 3  # DEFAULT_INEQ_SEL
DEFAULT_BETWEEN = 0.005  # DEFAULT_RANGE_INEQ_SEL
SMALLEST_RANGE = 1e-4
DEFAULT_MATCH = 0.005  # DEFAULT_MATCH_SEL
DEFAULT_CONTAINMENT = 0.01  # DEFAULT_CONTAIN_SEL is 0.005 for arrays, contsel 0.001 elsewhere
DEFAULT_NETWORK = 0.001  # one network of many, or the networks of one address
RANGES = ("<", "<=", ">", ">=")
_CONTAINMENTS = ("@>", "<@", "?", "?|", "?&", "&&", "@@", "%", ">>=", "<<=", ">>", "<<", "~", "~*", "@?")


def equality_fraction(facts: ColumnFacts, value: str | None) -> float:
    """Rows equal to `value`; to an average value where it is None."""
    if value is not None:
        for common, fraction in facts.common:
            if common == value:
                return fraction
        return facts.rest_fraction / facts.rest_distinct
    return max(0.0, 1.0 - facts.null_fraction) / facts.distinct


def quantile(facts: ColumnFacts, value: str) -> float | None:
    """The fraction of the histogram's values below `value`; None without a histogram."""
    if len(facts.bounds) < 2:
        return None
    point, numbers = scalar(value, facts.type), _scalars(facts.bounds, facts.type)
    if point is None or numbers is None:
        return bisect_left(facts.bounds, value) / len(facts.bounds)
    return _position(numbers, point)


@lru_cache(maxsize=1024)
def _scalars(texts: tuple[str, ...], kind: TypeFacts) -> tuple[float, ...] | None:
    """All of `texts` on the number line; None where one of them has no place there."""
    numbers = [scalar(text, kind) for text in texts]
    known = tuple(number for number in numbers if number is not None)
    return known if len(known) == len(numbers) else None


@lru_cache(maxsize=1024)
def _ladder(common: tuple[tuple[str, float], ...], kind: TypeFacts) -> tuple[tuple[float | str, ...], tuple[float, ...]]:
    """The common values in order, and the fraction of rows below each of them and below the end."""
    texts = tuple(text for text, _ in common)
    points: tuple[float | str, ...] = _scalars(texts, kind) or texts
    ordered = sorted(zip(points, (fraction for _, fraction in common), strict=True))
    return tuple(point for point, _ in ordered), (0.0, *accumulate(fraction for _, fraction in ordered))


def _position(numbers: Sequence[float], point: float) -> float:
    if point <= numbers[0]:
        return 0.0
    if point >= numbers[-1]:
        return 1.0
    right = bisect_left(numbers, point)
    width = numbers[right] - numbers[right - 1]
    return (right - 1 + (point - numbers[right - 1]) / width) / (len(numbers) - 1)


def value_at(facts: ColumnFacts, fraction: float) -> str | None:
    """The value below which `fraction` of the histogram lies; None without a histogram."""
    if len(facts.bounds) < 2:
        return None
    place = min(max(fraction, 0.0), 1.0) * (len(facts.bounds) - 1)
    left = min(int(place), len(facts.bounds) - 2)
    low, high = scalar(facts.bounds[left], facts.type), scalar(facts.bounds[left + 1], facts.type)
    if low is None or high is None:
        return facts.bounds[round(place)]
    if place in (left, left + 1):
        return facts.bounds[int(place)]
    return from_scalar(low + (high - low) * (place - left), facts.type)


def below_fraction(facts: ColumnFacts, value: str) -> float | None:
    """Rows below `value`: the common values that are, and the histogram's share of the rest."""
    common = _common_below(facts, value)
    part = quantile(facts, value)
    if part is None:
        return common if facts.common else None
    cutoff = 0.01 / (len(facts.bounds) - 1)  # scalarineqsel never trusts the ends of a histogram entirely
    return common + min(max(part, cutoff), 1 - cutoff) * facts.rest_fraction


def _common_below(facts: ColumnFacts, value: str) -> float:
    points, below = _ladder(facts.common, facts.type)
    if not points:
        return 0.0
    point = value if isinstance(points[0], str) else scalar(value, facts.type)
    return below[bisect_left(points, point)] if point is not None else 0.0


def range_fraction(facts: ColumnFacts, operator: str, value: str | None) -> float:
    """Rows for which `column operator value` holds."""
    below = below_fraction(facts, value) if value is not None else None
    if below is None:
        return DEFAULT_RANGE
    equal = next((fraction for common, fraction in facts.common if common == value), 0.0)
    upto = below + equal if operator in ("<=", ">") else below
    return min(1.0, upto) if operator in ("<", "<=") else max(0.0, 1.0 - facts.null_fraction - upto)


def between_fraction(facts: ColumnFacts, lower: float, upper: float) -> float:
    """Rows between two bounds that keep `lower` and `upper` by themselves (clauselist_selectivity's range query)."""
    if DEFAULT_RANGE in (lower, upper):
        return DEFAULT_BETWEEN
    kept = lower + upper - (1.0 - facts.null_fraction)
    return max(kept, SMALLEST_RANGE)


def null_fraction(facts: ColumnFacts) -> float:
    return facts.null_fraction if facts.known else DEFAULT_EQUALITY


def boolean_fraction(facts: ColumnFacts, wanted: bool) -> float:
    """Rows whose boolean is `wanted`."""
    for value, fraction in facts.common:
        if value == ("t" if wanted else "f"):
            return fraction
    return facts.rest_fraction if facts.known else 0.5


def predicate_fraction(predicate: Predicate, table: Name, lookup: Lookup) -> float:
    """Rows of `table` that `predicate` keeps. Parameters count as average values; join conditions as 1 / distinct."""
    column = predicate.key.column
    facts = column_facts(lookup, table, column) if column else _expression_facts(predicate, table, lookup)
    kept = _fraction(predicate, facts)
    return min(1.0, max(0.0, 1.0 - facts.null_fraction - kept if predicate.negated else kept))


def _expression_facts(predicate: Predicate, table: Name, lookup: Lookup) -> ColumnFacts:
    """An expression over one column is taken to be as distinct as that column; over several, unknown."""
    columns = predicate.key.columns
    facts = column_facts(lookup, table, columns[0] if columns else "")
    distinct = facts.distinct if len(columns) == 1 and facts.known else min(facts.rows, 1 / DEFAULT_EQUALITY)
    return ColumnFacts(facts.type, facts.rows, facts.known, facts.null_fraction, distinct, facts.width_bytes)


def _fraction(predicate: Predicate, facts: ColumnFacts) -> float:
    operator, operand = predicate.operator, predicate.operand
    value = operand.values[0] if operand.kind == "constant" and operand.values else None
    if operator in ("=", "is not distinct from"):
        return null_fraction(facts) if operand.kind == "null" else equality_fraction(facts, _spelt(value, facts))
    if operator in ("<>", "is distinct from", "not in"):
        kept = [equality_fraction(facts, _spelt(each, facts)) for each in list_values(predicate)]
        return 1.0 - facts.null_fraction - sum(kept or [equality_fraction(facts, None)])
    if operator == "in":
        return _list_fraction(predicate, facts)
    if operator in RANGES:
        return range_fraction(facts, operator, value)
    return _unary_fraction(operator, facts)


def list_values(predicate: Predicate) -> tuple[str, ...]:
    """The constants of a list; those of an array literal, where the list is `ANY ('{a,b}')`."""
    values = predicate.operand.values
    if not (predicate.array and len(values) == 1 and values[0].startswith("{")):
        return values
    try:
        return tuple(value for value in read_array(values[0]) if value is not None)
    except ValueError:
        return ()


def _list_fraction(predicate: Predicate, facts: ColumnFacts) -> float:
    operand = predicate.operand
    listed = list_values(predicate)
    if listed:
        return sum(equality_fraction(facts, _spelt(each, facts)) for each in listed)
    if operand.kind == "subquery":
        return 0.5
    count = 10 if predicate.array or operand.squashed else max(1, len(operand.parameters))
    return count * equality_fraction(facts, None)


def _unary_fraction(operator: str, facts: ColumnFacts) -> float:
    if operator in ("is null", "is not null"):
        nulls = null_fraction(facts)
        return nulls if operator == "is null" else 1.0 - nulls
    if operator in ("is true", "is not false"):
        return boolean_fraction(facts, True) + (facts.null_fraction if operator == "is not false" else 0.0)
    if operator in ("is false", "is not true"):
        return boolean_fraction(facts, False) + (facts.null_fraction if operator == "is not true" else 0.0)
    if operator in ("like", "ilike"):
        return DEFAULT_MATCH
    if facts.type.family == "network":
        return DEFAULT_NETWORK
    if operator in _CONTAINMENTS:
        return DEFAULT_CONTAINMENT
    return 1.0 if operator.startswith(("not ", "!")) else 0.5


def _spelt(value: str | None, facts: ColumnFacts) -> str | None:
    """A constant of a statement as pg_stats would write it, where the two differ."""
    if value is not None and facts.type.name == "boolean":
        return "t" if value.strip("'").lower() in ("t", "true", "1", "on", "yes") else "f"
    return value
