"""Whether ranges are narrow or wide: how they are spread over pages depends on it."""

from pgadvisor.model.arrays import read_array
from pgadvisor.whatif.sizes.keys import KeyFacts
from pgadvisor.whatif.sizes.sampling import as_integers

_NARROW = 0.05  # of all that the ranges span
# Subtypes of ranges, and how many of as_integers' units a length of 1 in pg_stats is.
_SUBTYPES = {
    "int4range": ("integer", 1000), "int8range": ("bigint", 1000), "numrange": ("numeric", 1000), "daterange": ("date", 86400),
    "tsrange": ("timestamp without time zone", 1), "tstzrange": ("timestamp with time zone", 1),
}  # fmt: skip


def is_range(type_name: str) -> bool:
    return type_name.endswith("range")


def is_narrow(key: KeyFacts) -> bool | None:
    """Whether half of the ranges are short beside what all of them span; None where pg_stats does not tell (before 17)."""
    statistics = key.statistics
    if statistics is None or key.type_name not in _SUBTYPES:
        return None
    subtype, units = _SUBTYPES[key.type_name]
    try:
        lengths = [float(length) for length in read_array(statistics.range_length_histogram or "{}") if length is not None]
        bounds = [bound for bound in read_array(statistics.range_bounds_histogram or "{}") if bound is not None]
    except ValueError:
        return None
    lowest = [bound.strip("[(").partition(",")[0].strip('"') for bound in bounds]
    numbers = as_integers([bound for bound in lowest if bound], subtype)
    if len(numbers) < 2 or not lengths:
        return None
    return lengths[len(lengths) // 2] * units < _NARROW * (max(numbers) - min(numbers))
