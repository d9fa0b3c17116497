"""How wide a column's values are stored, one by one: tuples are aligned, so that an average width is not enough."""

from collections.abc import Callable, Sequence

from pgadvisor.model.arrays import read_array
from pgadvisor.model.catalog import ColumnStatistics

_SHORT_LIMIT = 126  # bytes of data that a one-byte varlena header can count
_TEXTS = ("text", "character varying", "character", "citext", "name")
SAMPLE = 64


def _text_width(text: str) -> int:
    size = len(text.encode())
    return size + (1 if size <= _SHORT_LIMIT else 4)


def _numeric_width(text: str) -> int:
    """A short varlena header, NumericShort's header of 2 bytes, 2 bytes for each four digits (utils/adt/numeric.c)."""
    whole, _, fraction = text.lstrip("-").partition(".")
    if not whole.isdigit():
        return 3
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    groups = -(-len(whole) // 4) + -(-len(fraction) // 4)
    if not whole:
        groups -= (len(fraction) - len(fraction.lstrip("0"))) // 4
    return 1 + 2 + 2 * max(0, groups)


def _measure(type_name: str) -> Callable[[str], int] | None:
    if type_name in _TEXTS:
        return _text_width
    return _numeric_width if type_name == "numeric" else None


def _values(array: str | None) -> list[str]:
    try:
        return [value for value in read_array(array or "{}") if value is not None]
    except ValueError:
        return []


def _spread(values: Sequence[int], count: int) -> list[int]:
    """`count` of the values, evenly taken."""
    return [values[place * len(values) // count] for place in range(count)] if values and count else []


def sampled_widths(type_name: str, statistics: ColumnStatistics | None) -> tuple[int, ...]:
    """Stored widths of values as frequent as statistics say; empty where they cannot be told."""
    measure = _measure(type_name)
    if measure is None or statistics is None:
        return ()
    common = _values(statistics.most_common_values)
    frequencies = statistics.most_common_frequencies or ()
    rest = [measure(value) for value in _values(statistics.histogram_bounds)]
    not_null = max(1e-9, 1 - statistics.null_fraction)
    taken: list[int] = []
    for value, frequency in zip(common, frequencies, strict=False):
        taken += [measure(value)] * round(frequency / not_null * SAMPLE * 4)
    rest_share = max(0.0, 1 - sum(frequencies) / not_null)
    taken += _spread(sorted(rest), round(rest_share * SAMPLE * 4))
    return tuple(_spread(taken, SAMPLE)) if taken else ()
