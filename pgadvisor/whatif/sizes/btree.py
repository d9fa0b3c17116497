"""Size of a B-tree as CREATE INDEX builds it (src/backend/access/nbtree/nbtsort.c, nbtdedup.c; src/include/access/nbtree.h)."""

import math

from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes.keys import KeyFacts, all_keys, possible_together, possible_values
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM_ID = 4
_TUPLE_HEADER = 8  # IndexTupleData
_NULL_HEADER = 16  # IndexTupleData and IndexAttributeBitMapData, aligned
_PAGE_SPACE = PAGE_BYTES - 24 - 16  # page header, BTPageOpaqueData
_LEAF_FILL, _INNER_FILL = 0.90, 0.70  # BTREE_DEFAULT_FILLFACTOR, BTREE_NONLEAF_FILLFACTOR
_POSTING_LIMIT = 812  # nbtsort.c: a tenth of a page, less an item id
_TID_BYTES = 6
_MAX_ITEM = 2704  # BTMaxItemSize


def aligned(width: float, to: int = 8) -> int:
    return math.ceil(width / to) * to


def tuple_bytes(keys: tuple[KeyFacts, ...]) -> float:
    """Expected size of an index tuple whose keys are `keys`; a value of variable width ends anywhere in its 8 bytes."""
    position = 0.0
    variable = False
    for key in keys:
        if not variable:
            position = aligned(position, key.align)
        elif key.align > 1:
            position += (key.align - 1) / 2
        position += key.width * (1 - key.null_fraction)
        variable = variable or (key.variable or 0 < key.null_fraction < 1)
    nulls = 1 - math.prod(1 - key.null_fraction for key in keys)
    header = _TUPLE_HEADER + nulls * (_NULL_HEADER - _TUPLE_HEADER)
    size = header + position
    return min(_MAX_ITEM, size + 3.5 if variable else aligned(size) if nulls == 0 else size + 3.5)


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


def _fill(index_options: float | None = None) -> float:
    return index_options or _LEAF_FILL


def btree_shape(index: Index, lookup: Lookup, rows: float) -> Shape:
    """The shape of a B-tree over `rows` rows."""
    facts = all_keys(lookup, index, rows)
    keys = facts[: len(index.keys)]
    size = tuple_bytes(facts)
    merged = not index.include and not index.unique and all(key.deduplicates for key in keys)
    data = _deduplicated(keys, size, rows) if merged else rows * (size + _ITEM_ID)
    space = _PAGE_SPACE * _fill() - size - _ITEM_ID + (size + _ITEM_ID) / 2
    leaves = max(1, math.ceil(data / space))
    level, inner = btree_level(leaves, tuple_bytes(keys))
    return Shape(pages=leaves + inner + 1, rows=rows, level=level)
