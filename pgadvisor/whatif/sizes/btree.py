"""Size of a B-tree as CREATE INDEX builds it (src/backend/access/nbtree/nbtsort.c, nbtdedup.c; src/include/access/nbtree.h)."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject, possible_together
from pgadvisor.whatif.sizes.packing import ITEM_ID, aligned, content, mean_bytes, plain_content, sample
from pgadvisor.whatif.sizes.sampling import possible_values
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape
from pgadvisor.whatif.sizes.widths import SAMPLE

_TUPLE_HEADER = 8  # IndexTupleData
_NULL_HEADER = 16  # IndexTupleData and IndexAttributeBitMapData, aligned
_PAGE_SPACE = PAGE_BYTES - 24 - 16  # page header, BTPageOpaqueData
_INNER_FILL = 0.70  # BTREE_NONLEAF_FILLFACTOR
_RARE = 1e-6  # copies of a key so few that none comes twice
_STRIDES = (1, 23, 37, 11, 53)  # odd: each key goes through its whole sample, in an order of its own
_MAX_ITEM = 2704  # BTMaxItemSize


def _layout(keys: tuple[KeyFacts, ...], number: int) -> int:
    """Bytes of the `number`th tuple of a sample, in which each key is null, and of each width, as often as it should be."""
    position, nulls = 0, False
    for place, key in enumerate(keys):
        turn = (number * _STRIDES[place % len(_STRIDES)] + place) % SAMPLE
        if (turn + 0.5) / SAMPLE < key.null_fraction:
            nulls = True
            continue
        if key.widths:
            position += key.widths[turn]
        elif key.variable:  # only the average is known: the ends fall anywhere in their 8 bytes
            position += max(1, round(key.width + turn % 8 - 3.5))
        else:
            position = aligned(position, key.align) + round(key.width)
    return min(_MAX_ITEM, aligned((_NULL_HEADER if nulls else _TUPLE_HEADER) + max(0, position)))


def tuple_sizes(keys: tuple[KeyFacts, ...]) -> tuple[int, ...]:
    """Sizes of index tuples, without their item ids, as often as they should be; one where all are alike."""
    if not any(key.variable or key.null_fraction > 0.5 / SAMPLE for key in keys):
        return (_layout(keys, 0),)
    return tuple(_layout(keys, number) for number in range(SAMPLE))


def _mean(sizes: tuple[int, ...]) -> float:
    return sum(sizes) / len(sizes)


def _poisson_bytes(sizes: Counter[int], groups: float, mean: float) -> float:
    """Bytes of `groups` keys that come `mean` times on average, at random."""
    if mean > 200:
        return groups * mean_bytes(sizes, round(mean))
    if mean < _RARE:
        return groups * mean * mean_bytes(sizes, 1)
    share, total = math.exp(-mean), 0.0
    for copies in range(1, int(mean + 8 * math.sqrt(mean) + 10)):
        share *= mean / copies
        total += share * mean_bytes(sizes, copies)
    return groups * total


def _pages(keys: tuple[KeyFacts, ...], rows: float, together: float | None) -> float:
    """Leaf pages of `rows` items with equal keys merged, of whose keys there are `together` possible combinations."""
    sizes = tuple_sizes(keys)
    groups = possible_together(keys, rows) if together is None else together
    return _packed(sizes, (), groups, rows) if rows >= 1 else 0.0


def _packed(sizes: tuple[int, ...], named: Sequence[int], groups: float, rows: float) -> float:
    """Leaf pages of values that come `named` times, and of `rows` rows of `groups` equally likely values."""
    counted = Counter(sizes)
    mean = rows / groups if groups else 0.0
    data = sum(mean_bytes(counted, copies) for copies in named) + _poisson_bytes(counted, groups, mean)
    return data / content(sample(sizes, groups, mean, named)) if data else 0.0


def _single(key: KeyFacts, rows: float) -> float:
    """Leaf pages of one key: its nulls, the values that statistics name, which come as often as they say, and the others."""
    nulls = round(key.null_fraction * rows)
    named = [copies for frequency in _frequencies(key) if (copies := round(frequency * rows)) > 0]
    left = max(0.0, rows - nulls - sum(named))
    groups = possible_values(key.distinct - len(named), left) if left >= 1 else 0.0
    present = _packed(tuple_sizes((replace(key, null_fraction=0.0),)), named, groups, left if groups else 0.0)
    return present + _packed((_NULL_HEADER,), [nulls] if nulls else (), 0.0, 0.0)


def _merged(keys: tuple[KeyFacts, ...], rows: float) -> float:
    """Leaf pages with equal keys merged, rows where a key is null apart from those where it is not: of the nulls' rows only
    the other keys tell one from another."""
    mixed = next((place for place, key in enumerate(keys) if 0.01 < key.null_fraction < 0.99), None)
    if len(keys) == 1:
        return _single(keys[0], rows)
    if mixed is None:
        return _pages(keys, rows, None)
    key = keys[mixed]
    absent, present = replace(key, null_fraction=1.0, distinct=0.0), replace(key, null_fraction=0.0)
    return sum(
        _merged((*keys[:mixed], part, *keys[mixed + 1 :]), rows * share)
        for part, share in ((absent, key.null_fraction), (present, 1 - key.null_fraction))
    )


def _frequencies(key: KeyFacts) -> tuple[float, ...]:
    return (key.statistics.most_common_frequencies or ()) if key.statistics is not None else ()


def btree_level(leaves: int, inner_item: float) -> tuple[int, int]:
    """The root's level over `leaves` leaf pages, and the number of inner pages."""
    fanout = max(2, int(_PAGE_SPACE * _INNER_FILL // (inner_item + ITEM_ID)))
    level, inner, width = 0, 0, leaves
    while width > 1:
        width = math.ceil(width / fanout)
        inner += width
        level += 1
    return level, inner


def _apart(sizes: tuple[int, ...], rows: float) -> float:
    """Leaf pages of items that are not merged."""
    size = _mean(sizes) + ITEM_ID
    return (rows - 1) * size / plain_content(size, len(set(sizes)) == 1)  # the last page takes an item that others pass on


def btree_shape(subject: Subject) -> Shape:
    """The shape of a B-tree as CREATE INDEX leaves it."""
    index, rows, keys = subject.index, subject.rows, subject.keys
    sizes = tuple_sizes((*keys, *subject.included))
    if index.include or index.unique or subject.together == math.inf or not all(key.deduplicates for key in keys):
        pages = _apart(sizes, rows)
    elif subject.together is not None:
        pages = _pages(keys, rows, subject.together)
    else:
        pages = _merged(keys, rows)
    leaves = max(1, math.ceil(pages))
    level, inner = btree_level(leaves, _mean(tuple_sizes(keys) if subject.included else sizes))
    return Shape(pages=leaves + inner + 1, rows=rows, level=level)
