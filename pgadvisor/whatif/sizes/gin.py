"""Size of a GIN index as CREATE INDEX builds it (src/backend/access/gin; src/include/access/ginblock.h)."""

import math

from pgadvisor.whatif.sizes.entries import Entries, entries_of
from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM_ID, _TUPLE_HEADER = 4, 8
_LIST_HEADER = 8  # GinPostingList: the first TID whole, and the number of bytes
_MAX_ITEM = 2704  # GinMaxItemSize: three to a page
_ENTRY_SPACE = PAGE_BYTES - 24 - 8
_ENTRY_FILL = 0.5  # ginentrypage.c, entrySplitPage: entries come in order, and a page is split in the middle …
_OVERSHOOT = 0.75  # … of its bytes and what the item across the middle and the new one add, in items
_LEAF_BYTES = PAGE_BYTES * 3 / 4 + 128  # gindatapage.c: appending leaves a page three quarters full
_SEGMENT_BYTES = 256  # GinPostingListSegmentTargetSize
_ORDERED = 0.99  # of a correlation: displacement as in distinct.py


def _tid_bytes(rows: float, pages: float) -> float:
    """Average bytes of a TID after the first: varbyte of its distance from the one before (ginpostinglist.c), where a page
    is a distance of 2048. The rows of an entry are taken to lie anywhere in the table."""
    density = rows / max(1.0, pages)
    beyond = [math.exp(-density * gap) for gap in (1, 8, 1024, 131072)]
    return 1 + sum(beyond)


def _list_bytes(rows: float, pages: float) -> float:
    return _LIST_HEADER + max(0.0, rows - 1) * _tid_bytes(rows, pages)


def _aligned(size: float) -> float:
    return math.ceil(size / 8) * 8


def _space(width: float, rows: float, pages: float, columns: int) -> tuple[float, float]:
    """Bytes in the entry tree of an entry that is in `rows` rows, and pages of its posting tree (0 where the list fits)."""
    key = _aligned(_TUPLE_HEADER + width + (2 if columns > 1 else 0))
    listed = _list_bytes(rows, pages)
    inline = _aligned(key + listed)
    if inline <= _MAX_ITEM:
        return inline + _ITEM_ID, 0.0
    data = listed * (1 + _LIST_HEADER / _SEGMENT_BYTES)
    leaves = math.ceil(data / _LEAF_BYTES)
    return key + _ITEM_ID, leaves + (1 if leaves > 1 else 0)


def _spaces(entries: Entries, pages: float, columns: int) -> tuple[float, float]:
    """The same for entries that are in as many rows on average: some in one more than others."""
    fewer = max(1, math.floor(entries.rows))
    low, high = (_space(entries.width, rows, pages, columns) for rows in (fewer, fewer + 1))
    share = max(0.0, entries.rows - fewer)
    return low[0] * (1 - share) + high[0] * share, low[1] * (1 - share) + high[1] * share


def _pages_spanned(key: KeyFacts, entries: Entries, subject: Subject) -> float:
    """Pages of the table among which the rows of an entry lie: few of them where the column follows the order of the rows."""
    correlation = key.statistics.correlation if key.statistics is not None else None
    if correlation is None or abs(correlation) < _ORDERED:
        return subject.pages
    return subject.pages * min(1.0, entries.rows / max(1.0, subject.total) + 2 * math.sqrt(max(0.0, 1 - abs(correlation)) / 6))


def gin_shape(subject: Subject) -> Shape:
    """Entry pages, posting tree pages and entries of a GIN index."""
    rows = subject.rows
    entry_bytes, squares, data_pages, count = 0.0, 0.0, 0.0, 0.0
    for key, opclass in zip(subject.keys, subject.opclasses, strict=True):
        for entries in entries_of(key, opclass, max(1.0, rows * (1 - key.null_fraction))):
            each_bytes, each_pages = _spaces(entries, _pages_spanned(key, entries, subject), len(subject.keys))
            entry_bytes += entries.count * each_bytes
            squares += entries.count * each_bytes**2
            data_pages += entries.count * each_pages
            count += entries.count
    half = _ENTRY_SPACE * _ENTRY_FILL
    leaves = max(1, math.ceil(entry_bytes / (half + _OVERSHOOT * squares / max(1.0, entry_bytes))))
    inner = math.ceil(leaves * 28 / half) if leaves > 1 else 0
    entry_pages, data = leaves + inner, math.ceil(data_pages)
    return Shape(1 + entry_pages + data, rows, entry_pages=entry_pages, data_pages=data, entries=max(1, round(count)))
