"""Size of an SP-GiST index (src/include/access/spgist_private.h; src/backend/access/spgist).

How full leaf pages are depends on how values split and on the order in which they come: the fractions are measured
(benchmarks/sizes.py).
"""

import itertools
import math

from pgadvisor.model.arrays import read_array
from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.ranges import is_narrow, is_range
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM_ID = 4
_LEAF_HEADER = 16  # SpGistLeafTupleData, aligned
_SPACE = PAGE_BYTES - 24 - 8
_FILL = 0.84
_INET_FILL = 0.72
# Narrow ranges lie near the diagonal, where two of four quadrants stay empty: 0.4 in order, 0.65 at random.
_RANGE_FILL = {True: 0.50, False: 0.74, None: 0.53}
_INNER = 1.025  # all pages over leaf pages
_FIXED_PAGES = 3  # meta page, root, root of nulls
_CHAIN = 28.0  # rows of a leaf chain, which is split at 64 (spgdoinsert.c, checkSplitConditions)
_STRIDES = (1, 2, 4, 8)
_LEAST_SLOPE, _MOST_SLOPE = 1 / math.log(60), 1 / math.log(3)  # characters for each e times as many rows


def _sample(key: KeyFacts) -> list[bytes]:
    values = (key.statistics and (key.statistics.histogram_bounds or key.statistics.most_common_values)) or "{}"
    try:
        return sorted(value.encode() for value in read_array(values) if value is not None)
    except ValueError:
        return []


def _shared(one: bytes, other: bytes) -> int:
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _slope(sample: list[bytes]) -> float:
    """How many characters more neighbours share where they are e times as near, from values of a sample and those 2, 4 and 8
    places on."""
    places = [math.log(stride) for stride in _STRIDES]
    means = []
    for stride in _STRIDES:
        pairs = list(zip(sample, sample[stride:], strict=False))
        means.append(sum(_shared(*pair) for pair in pairs) / len(pairs))
    middle, mean = sum(places) / len(places), sum(means) / len(means)
    rise = sum((place - middle) * (mean - one) for place, one in zip(places, means, strict=True))
    return min(_MOST_SLOPE, max(_LEAST_SLOPE, rise / sum((place - middle) ** 2 for place in places)))


def _suffix_bytes(key: KeyFacts, rows: float) -> list[float]:
    """What is left of each text of a sample below the inner nodes, which spell what the rows of its leaf chain share and the
    character after it. A text that fills a chain by itself is spelled whole."""
    sample = _sample(key)
    if rows / max(1.0, key.distinct) >= _CHAIN:
        return [0.0]
    if len(sample) <= 2 * _STRIDES[-1]:
        return [key.width * 0.5]
    deeper = _slope(sample) * math.log(max(1.0, rows / len(sample)) / _CHAIN) + 1
    shared = [_shared(*pair) for pair in itertools.pairwise(sample)]
    near = [max(pair) for pair in itertools.pairwise((shared[0], *shared, shared[-1]))]
    return [max(0.0, len(value) - depth - deeper) for value, depth in zip(sample, near, strict=True)]


def _leaf_bytes(width: float) -> int:
    return math.ceil((_LEAF_HEADER + width) / 8) * 8 + _ITEM_ID


def _fill(key: KeyFacts) -> float:
    if is_range(key.type_name):
        return _RANGE_FILL[is_narrow(key)]
    return _INET_FILL if key.type_name in ("inet", "cidr") else _FILL


def spgist_shape(subject: Subject) -> Shape:
    """Leaf chains of the rows, nulls apart from them, and a few inner pages."""
    key = subject.keys[0]
    filled = subject.rows * (1 - key.null_fraction)
    widths = [1 + width for width in _suffix_bytes(key, filled)] if key.widths else [key.width]
    item = sum(map(_leaf_bytes, widths)) / len(widths)
    data = filled * item + (subject.rows - filled) * _leaf_bytes(0)
    return Shape(_FIXED_PAGES + math.ceil(data / (_SPACE * _fill(key)) * _INNER), subject.rows)
