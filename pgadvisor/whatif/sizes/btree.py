"""Size of a B-tree as CREATE INDEX builds it (src/backend/access/nbtree/nbtsort.c, nbtdedup.c; src/include/access/nbtree.h)."""

import math
from dataclasses import replace

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject, possible_together
from pgadvisor.whatif.sizes.sampling import possible_values
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape
from pgadvisor.whatif.sizes.widths import SAMPLE

_ITEM_ID = 4
_TUPLE_HEADER = 8  # IndexTupleData
_NULL_HEADER = 16  # IndexTupleData and IndexAttributeBitMapData, aligned
_PAGE_SPACE = PAGE_BYTES - 24 - 16  # page header, BTPageOpaqueData
_LEAF_FILL, _INNER_FILL = 0.90, 0.70  # BTREE_DEFAULT_FILLFACTOR, BTREE_NONLEAF_FILLFACTOR
_POSTING_LIMIT = 812  # nbtsort.c: a tenth of a page, less an item id
_TID_BYTES = 6
_STRIDES = (1, 23, 37, 11, 53)  # odd: each key goes through its whole sample, in an order of its own
_MAX_ITEM = 2704  # BTMaxItemSize


def aligned(width: float, to: int = 8) -> int:
    return -int(-width // to) * to


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


def tuple_bytes(keys: tuple[KeyFacts, ...]) -> float:
    """Average size of an index tuple, without its item id."""
    if not any(key.variable or key.null_fraction > 0.5 / SAMPLE for key in keys):
        return float(_layout(keys, 0))  # all are alike
    return sum(_layout(keys, number) for number in range(SAMPLE)) / SAMPLE


def _posting_bytes(key: float, copies: int) -> float:
    """Bytes of the tuples and item ids that hold `copies` equal keys."""
    most = max(1, int((_POSTING_LIMIT - key) // _TID_BYTES))
    full, rest = divmod(copies, most)
    size = full * (aligned(key + most * _TID_BYTES) + _ITEM_ID) if most > 1 else copies * (key + _ITEM_ID)
    if most > 1 and rest:
        size += (key if rest == 1 else aligned(key + rest * _TID_BYTES)) + _ITEM_ID
    return size


def _poisson_bytes(key: float, groups: float, mean: float) -> float:
    """Bytes of `groups` keys that come `mean` times on average, at random."""
    if mean > 200:
        return groups * _posting_bytes(key, round(mean))
    share, total = math.exp(-mean), 0.0
    for copies in range(1, int(mean + 8 * math.sqrt(mean) + 10)):
        share *= mean / copies
        total += share * _posting_bytes(key, copies)
    return groups * total


def _deduplicated(keys: tuple[KeyFacts, ...], size: float, rows: float) -> float:
    """Bytes of all leaf items with equal keys merged. The values that statistics name come as often as they say."""
    total, left = 0.0, rows
    frequencies: tuple[float, ...] = ()
    if len(keys) == 1:
        frequencies = (keys[0].null_fraction, *(_frequencies(keys[0])))
        for frequency in frequencies:
            if frequency > 0:
                total += _posting_bytes(size, round(frequency * rows))
                left -= frequency * rows
    if left < 1:
        return total
    groups = possible_together(keys, rows) if len(keys) > 1 else possible_values(keys[0].distinct - len(frequencies), left)
    return total + _poisson_bytes(size, groups, left / groups)


def _merged(keys: tuple[KeyFacts, ...], rows: float) -> float:
    """Bytes of all leaf items with equal keys merged, rows where a key is null apart from those where it is not: of the
    nulls' rows only the other keys tell one from another."""
    mixed = next((place for place, key in enumerate(keys) if 0.01 < key.null_fraction < 0.99), None)
    if mixed is None or len(keys) == 1:
        return _deduplicated(keys, tuple_bytes(keys), rows)
    key = keys[mixed]
    absent, present = replace(key, null_fraction=1.0, distinct=0.0), replace(key, null_fraction=0.0)
    return sum(
        _merged((*keys[:mixed], part, *keys[mixed + 1 :]), rows * share)
        for part, share in ((absent, key.null_fraction), (present, 1 - key.null_fraction))
    )


def _merged_data(subject: Subject, size: float) -> float:
    if subject.together is None:
        return _merged(subject.keys, subject.rows)
    groups = possible_values(subject.together, subject.rows)
    return _poisson_bytes(size, groups, subject.rows / groups)


def _frequencies(key: KeyFacts) -> tuple[float, ...]:
    return (key.statistics.most_common_frequencies or ()) if key.statistics is not None else ()


def btree_level(leaves: int, inner_item: float) -> tuple[int, int]:
    """The root's level over `leaves` leaf pages, and the number of inner pages."""
    fanout = max(2, int(_PAGE_SPACE * _INNER_FILL // (inner_item + _ITEM_ID)))
    level, inner, width = 0, 0, leaves
    while width > 1:
        width = math.ceil(width / fanout)
        inner += width
        level += 1
    return level, inner


def btree_shape(subject: Subject) -> Shape:
    """The shape of a B-tree as CREATE INDEX leaves it."""
    index, rows, keys = subject.index, subject.rows, subject.keys
    size = tuple_bytes((*keys, *subject.included))
    merged = not index.include and not index.unique and all(key.deduplicates for key in keys)
    data = _merged_data(subject, size) if merged else rows * (size + _ITEM_ID)
    space = _PAGE_SPACE * _LEAF_FILL - (size + _ITEM_ID) / 2  # the high key, and what the last item leaves
    last = min(_POSTING_LIMIT, data / 2) if merged and data < rows * size else size + _ITEM_ID  # the last page takes it too
    leaves = max(1, math.ceil((data - last) / space))
    level, inner = btree_level(leaves, tuple_bytes(keys) if subject.included else size)
    return Shape(pages=leaves + inner + 1, rows=rows, level=level)
