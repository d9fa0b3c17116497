"""The time that one new entry takes in an index, by access method."""

from collections.abc import Sequence

from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query

# Milliseconds per entry, WAL included, index in memory: benchmarks/writes.py. `measured_factor` fits them to the server.
_ENTRY_MS = {"btree": 0.003, "hash": 0.002, "gist": 0.01, "spgist": 0.004, "brin": 0.0003, "bloom": 0.004}
_GIN_ELEMENT_MS = 0.001
_UNKNOWN_METHOD_MS = 0.1
_WIDTH_PER_ELEMENT_BYTES = 10.0
_LEAST_FACTOR, _LARGEST_FACTOR = 0.5, 10.0
# The true time is within these factors of the estimated one for nine indexes of ten: benchmarks/writes.py.
SPREAD = 2.5
UNMEASURED_SPREAD = 3.0  # where no INSERT of the server's own tells how fast it is


def entry_ms(index: Index, lookup: Lookup) -> float:
    """Milliseconds to add one row's entry to `index`; for GIN, to add all of the row's elements."""
    if index.method == "gin":
        return _GIN_ELEMENT_MS * elements(index, lookup)
    return _ENTRY_MS.get(index.method, _UNKNOWN_METHOD_MS)


def measured_factor(inserts: Sequence[Query], existing_indexes: int) -> float | None:
    """How much slower (or faster) than the default an entry is on this table, from its own INSERT ... VALUES statements: a
    row's time is shared by the table and its indexes. Capped, for an INSERT also waits for locks, triggers and disks. None
    where no INSERT was measured."""
    rows = sum(max(query.counters.rows, query.counters.calls) for query in inserts)
    if not rows:
        return None
    row_ms = sum(query.counters.total_ms for query in inserts) / rows
    return min(_LARGEST_FACTOR, max(_LEAST_FACTOR, row_ms / (1 + existing_indexes) / _ENTRY_MS["btree"]))


def elements(index: Index, lookup: Lookup) -> float:
    """Elements that an average row has in all keys of a GIN index."""
    return sum(_elements(index, column, lookup) for column in index.columns or ("",))


def _elements(index: Index, column: str, lookup: Lookup) -> float:
    """Elements of an average row: the last value of pg_stats.elem_count_histogram, else by the column's width."""
    statistics = lookup.column_statistics(index.table, column)
    if statistics is None:
        return 10.0
    if statistics.element_count_histogram:
        return max(1.0, statistics.element_count_histogram[-1])
    return max(1.0, statistics.average_width_bytes / _WIDTH_PER_ELEMENT_BYTES)
