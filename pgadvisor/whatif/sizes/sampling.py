"""How many different values there are, judged by a sample of them."""

import math
import re
from collections.abc import Sequence
from datetime import datetime, timezone

_MOMENTS = ("date", "timestamp without time zone", "timestamp with time zone")
_NUMBERS = ("integer", "bigint", "smallint", "numeric", "double precision", "real")
_NUMBERED = re.compile(r"[A-Za-z_:#/ -]*(\d{1,15})")


def sampled_distinct(sample: int, distinct: int, once: int, rows: float) -> float:
    """Distinct values of `rows` rows of which `sample` were seen, `distinct` different ones, `once` of them once: the
    estimator of Haas and Stokes (1998) that ANALYZE uses (src/backend/commands/analyze.c, compute_scalar_stats)."""
    if sample == 0 or rows <= 0:
        return 0.0
    if once == sample:
        return rows
    return min(rows, max(distinct, sample * distinct / (sample - once + once * sample / rows)))


def possible_values(distinct: float, rows: float) -> float:
    """How many equally likely values there are, where `rows` drawn at random hold `distinct` different ones.

    Solves d / n = (1 - exp(-m)) / m for m = rows per value (the expected number of occupied cells).
    """
    share = max(distinct, 1.0) / max(rows, 1.0)
    low, high = 1e-9, max(2.0, 2 / share)
    for _ in range(60):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if -math.expm1(-middle) / middle > share else (low, middle)
    return rows / low


def steps(texts: Sequence[str], type_name: str) -> float:
    """How many values a type can have between the least and the greatest of `texts`, judged by the greatest common step:
    days for dates that were moments. Infinite where the type has no steps."""
    numbers = as_integers(texts, type_name)
    if len(numbers) < 3:
        return math.inf
    low = min(numbers)
    step = math.gcd(*(number - low for number in numbers))
    return (max(numbers) - low) / step + 1 if step else 1.0


def as_integers(texts: Sequence[str], type_name: str) -> list[int]:
    """The values as integers: seconds of moments, thousandths of numbers; texts that are a word and a number
    ("SKU-17") by their numbers. Empty where one is none."""
    try:
        if type_name in _MOMENTS:
            moments = [datetime.fromisoformat(_padded(text)) for text in texts]
            return [round(moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp()) for moment in moments]
        if type_name in _NUMBERS:
            return [round(float(text) * 1000) for text in texts]
    except (ValueError, OverflowError):
        return []
    numbered = [_NUMBERED.fullmatch(text) for text in texts]
    return [int(found.group(1)) for found in numbered if found is not None] if all(numbered) else []


def _padded(text: str) -> str:
    """ISO text as Python 3.10 reads it: time zones with minutes."""
    return text + ":00" if len(text) > 10 and text[-3] in "+-" else text
