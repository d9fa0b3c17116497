"""How many bytes of items CREATE INDEX leaves on a leaf page (src/backend/access/nbtree/nbtsort.c, _bt_buildadd).

A page is full where less than 10 % of it is left, the posting list of the last item not counted, or where the next item and
a heap TID do not fit. The last item then goes to the next page. Large posting lists leave pages less full than 90 %.
"""

import itertools
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from pgadvisor.whatif.sizes.shape import PAGE_BYTES

ITEM_ID = 4
TID_BYTES = 6
_POSTING_LIMIT = 808  # a tenth of a page, less an item id, aligned down (_bt_load, _bt_dedup_save_htid)
_SPACE = PAGE_BYTES - 24 - 16 - 2 * ITEM_ID  # page header, BTPageOpaqueData; the high key's item id and the next one's
_SOFT = _SPACE - PAGE_BYTES * 10 // 100  # BTREE_DEFAULT_FILLFACTOR
_TRUNCATION = 8  # MAXALIGN(sizeof(ItemPointerData))
_SMALL = 100  # bytes of items so small that where a page ends among them needs no trial
_PAGES = 40  # of a trial
_LONGEST = 30  # full posting lists of one key in a trial: after three pages one is like the other
_SAMPLE = 60  # keys of a trial

# An item with its item id, and what is left of it without its posting list.
Item = tuple[int, int]


def aligned(width: float, to: int = 8) -> int:
    return -int(-width // to) * to


def posting_limit(key: int) -> int:
    """Most TIDs of one posting list."""
    return max(1, (_POSTING_LIMIT - key) // TID_BYTES)


def posting_bytes(key: int, copies: int) -> int:
    """Bytes of the tuples and item ids that hold `copies` equal keys of `key` bytes."""
    return sum(size for size, _ in _items(key, copies % posting_limit(key))) + copies // posting_limit(key) * _full(key)[0]


def _full(key: int) -> Item:
    most = posting_limit(key)
    return (aligned(key + most * TID_BYTES) if most > 1 else key) + ITEM_ID, key + ITEM_ID


def _items(key: int, copies: int) -> Iterator[Item]:
    most = posting_limit(key)
    yield from itertools.repeat(_full(key), min(_LONGEST, copies // most))
    rest = copies % most
    if rest:
        yield (key if rest == 1 else aligned(key + rest * TID_BYTES)) + ITEM_ID, key + ITEM_ID


def plain_content(size: float, alike: bool) -> float:
    """Bytes of items on a page of items of `size` bytes without posting lists; `alike` where all are of that size."""
    return max(2, _SOFT // size) * size if alike else _SOFT - size / 2


def content(items: Sequence[Item]) -> float:
    """Bytes of items on a page, on average, where `items` come again and again in this order."""
    if len(set(items)) == 1:
        return _tried(items, 1)
    total = sum(size for size, _ in items)
    straddling = sum(size * size for size, _ in items) / total
    if straddling < _SMALL:
        posting = sum(size for size, bare in items if size > bare) / total
        return _SOFT - straddling / 2 * (1 - 2 * posting) - posting * min(bare for _, bare in items)
    return _tried(items, _PAGES)


def _tried(items: Sequence[Item], most: int) -> float:
    pages, kept, used, count = 0, 0, 0, 0
    last = (0, 0)
    for item in itertools.cycle(items):
        soft = used - last[0] + last[1] > _SOFT and count > 1
        if soft or used + item[0] + _TRUNCATION - ITEM_ID > _SPACE:
            pages, kept, used, count = pages + 1, kept + used - last[0], last[0], 1
            if pages == most:
                return kept / pages
        used, count, last = used + item[0], count + 1, item
    raise AssertionError  # a cycle has no end


def sample(sizes: Sequence[int], groups: float, mean: float, named: Sequence[int]) -> list[Item]:
    """Items of some of the keys: `groups` that come `mean` times on average at random, and `named` numbers of copies, of
    tuples as wide as one of `sizes` each."""
    dice = random.Random(1)
    unnamed = round(_SAMPLE * groups / max(1.0, groups + len(named)))
    copies = [max(1, round(dice.gauss(mean, math.sqrt(mean)))) if mean > 20 else _poisson(dice, mean) for _ in range(unnamed)]
    copies += dice.choices(named, k=_SAMPLE - unnamed) if named else []
    dice.shuffle(copies)
    return list(itertools.chain.from_iterable(_items(dice.choice(sizes), count) for count in copies)) or [_full(sizes[0])]


def _poisson(dice: random.Random, mean: float) -> int:
    """A number of copies that is at least 1 (Knuth's method, drawn again where it is 0)."""
    while True:
        limit, count, product = math.exp(-mean), 0, dice.random()
        while product > limit:
            count, product = count + 1, product * dice.random()
        if count:
            return count
        if mean < 0.05:
            return 1


def mean_bytes(sizes: Counter[int], copies: int) -> float:
    """Average of `posting_bytes` over keys of `sizes`."""
    return sum(posting_bytes(size, copies) * count for size, count in sizes.items()) / sizes.total()
