"""The WAL that an index's new entries make: a record for each, and after a checkpoint an image of every page first touched.

The parts of a record are those of src/include/access/xlogrecord.h and nbtxlog.h: 24 bytes of header, 24 for the block and its
data, and the entry. A page that fills is split, which writes half of it; over a page's life an entry is written that way
about once at most. Images come with full_page_writes, once a page and checkpoint (manual, "WAL Configuration"): an index whose
new entries stand together (the latest time, the next number) touches few pages, one of random keys touches all of them.
The constants of GIN, GiST and SP-GiST were measured: benchmarks/writes.py.
"""

from dataclasses import dataclass
from math import exp, inf

from pgadvisor.advisor.facts.columns import PAGE_BYTES, column_facts
from pgadvisor.advisor.price.entries import elements
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.snapshot import Lookup

_RECORD_BYTES = 48
_TUPLE_HEADER_BYTES = 8  # IndexTupleData
_LINE_POINTER_BYTES = 4
_SPLIT_SHARE = 0.5  # of an entry's bytes written again when its page is split
_OTHER_ENTRY_BYTES = {"hash": 72.0, "gist": 160.0, "spgist": 125.0, "brin": 0.0}
_GIN_ROW_BYTES, _GIN_ELEMENT_BYTES = 60.0, 55.0
_DEFAULT_WIDTH_BYTES = 16
_FILLED = 0.9  # of a page; an image leaves out its free space
_TOUCHED = {"hash": 0.45, "gin": 0.4}  # of the pages so reckoned: buckets in reserve, a list of pending entries
_ORDERED = 0.9  # |correlation| from which new values follow the last ones
_CHECKPOINT_S = 300.0  # checkpoint_timeout by default


@dataclass(frozen=True, slots=True)
class Wal:
    """Bytes: the records, and the images of full pages."""

    records_bytes: float
    images_bytes: float

    @property
    def total_bytes(self) -> float:
        return self.records_bytes + self.images_bytes


def entry_bytes(index: Index, lookup: Lookup) -> float:
    """WAL of one row's entry, without images."""
    if index.method == "gin":
        return _GIN_ROW_BYTES + _GIN_ELEMENT_BYTES * elements(index, lookup)
    if index.method != "btree":
        return _OTHER_ENTRY_BYTES.get(index.method, _OTHER_ENTRY_BYTES["gist"])
    widths = [_width(key, index, lookup) for key in index.keys]
    widths += [column_facts(lookup, index.table, column).width_bytes for column in index.include]
    entry = _TUPLE_HEADER_BYTES + _aligned(sum(widths))
    return _RECORD_BYTES + entry + _SPLIT_SHARE * (entry + _LINE_POINTER_BYTES)


def images_bytes(index: Index, pages: int, entries: float, period_s: float, lookup: Lookup) -> float:
    """Page images that `entries`, spread evenly over `period_s` seconds, make in an index of `pages` pages.

    Of n pages, k entries that fall on them at random touch n (1 - exp(-k / n)) (Cardenas, CACM 18(5), 1975).
    """
    if index.method == "brin" or not pages or not entries:
        return 0.0
    spots = min(float(pages), _spots(index, lookup))
    checkpoints = max(1.0, period_s / checkpoint_s(lookup))
    touched = spots * (1.0 - exp(-entries / checkpoints / spots))
    return checkpoints * touched * _TOUCHED.get(index.method, 1.0) * PAGE_BYTES * _FILLED


def checkpoint_s(lookup: Lookup) -> float:
    """Seconds between two checkpoints, as far as time brings them about."""
    return lookup.setting_number("checkpoint_timeout", _CHECKPOINT_S)


def _spots(index: Index, lookup: Lookup) -> float:
    """Places of the index where new entries go: one where they follow the last one, else one for each distinct key."""
    if index.method not in ("btree", "hash"):
        return inf
    spots = 1.0
    for key in index.keys:
        if key.column is None:
            return inf
        facts = column_facts(lookup, index.table, key.column)
        ordered = index.method == "btree" and abs(facts.correlation or 0.0) >= _ORDERED
        if ordered and facts.distinct > spots:
            return spots
        spots *= facts.distinct
    return spots


def _width(key: IndexKey, index: Index, lookup: Lookup) -> int:
    return column_facts(lookup, index.table, key.column).width_bytes if key.column is not None else _DEFAULT_WIDTH_BYTES


def _aligned(width_bytes: int) -> int:
    return -(-width_bytes // 8) * 8
