"""Size of a hash index (src/include/access/hash.h; src/backend/access/hash/hashpage.c, hashutil.c)."""

import math

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.sampling import possible_values
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM = 20  # IndexTupleData, the 4 byte hash aligned to 8, ItemIdData
_PAGE_ITEMS = (PAGE_BYTES - 24 - 16) // _ITEM
_TARGET_ITEMS = PAGE_BYTES * 75 // 100 // _ITEM  # HASH_DEFAULT_FILLFACTOR
_GROUPS_OF_ONE_PHASE = 10  # HASH_SPLITPOINT_GROUPS_WITH_ONE_PHASE
_PHASES = 4  # HASH_SPLITPOINT_PHASES_PER_GRP


def _buckets(wanted: int) -> int:
    """The buckets that are allocated: whole split points, powers of two and above 512 quarters of them."""
    power = max(1, math.ceil(math.log2(max(2, wanted))))
    if power < _GROUPS_OF_ONE_PHASE:
        return int(2**power)
    base = 2 ** (power - 1)
    phase = base / _PHASES
    return int(base + math.ceil((wanted - base) / phase) * phase)


def _overflow_of(items: float) -> float:
    return max(0.0, math.ceil(items / _PAGE_ITEMS) - 1)


def _overflow(key: KeyFacts, total: float, buckets: int) -> float:
    """Pages beyond the first of each bucket: those of frequent values, and those of buckets that hold more by chance."""
    frequencies = (key.statistics.most_common_frequencies or ()) if key.statistics is not None else ()
    frequent = [frequency * total for frequency in frequencies if frequency * total > _PAGE_ITEMS / 4]
    left = max(0.0, total * (1 - key.null_fraction) - sum(frequent))
    mean = left / buckets
    groups = max(1.0, possible_values(max(1.0, key.distinct - len(frequent)), max(1.0, left)))
    spread = math.sqrt(mean * max(1.0, left / groups))
    return sum(_overflow_of(count + mean) for count in frequent) + buckets * _chance_of_overflow(mean, spread)


def _chance_of_overflow(mean: float, spread: float) -> float:
    """Expected overflow pages of a bucket that holds `mean` items, normally distributed."""
    if spread == 0:
        return _overflow_of(mean)
    return sum(0.5 * math.erfc((pages * _PAGE_ITEMS - mean) / spread / math.sqrt(2)) for pages in range(1, 40))


def hash_shape(subject: Subject) -> Shape:
    """Buckets at three quarters full, their overflow pages, a bitmap and a meta page."""
    key = subject.keys[0]
    wanted = max(2, math.ceil(subject.total / _TARGET_ITEMS))  # hash.c, hashbuild: from the table's rows, whichever are indexed
    pages = _buckets(wanted) + _overflow(key, subject.rows, wanted)
    return Shape(math.ceil(pages) + 2, subject.rows * (1 - key.null_fraction))
