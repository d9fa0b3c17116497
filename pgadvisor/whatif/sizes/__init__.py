"""The size an index would have if it were built now, from statistics alone."""

from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes.btree import btree_shape
from pgadvisor.whatif.sizes.keys import table_rows
from pgadvisor.whatif.sizes.shape import Shape


def index_shape(index: Index, lookup: Lookup, rows: float | None = None) -> Shape:
    """Pages and meta data of `index` over `rows` rows, None for all rows of its table."""
    return btree_shape(index, lookup, table_rows(lookup, index.table) if rows is None else rows)


def index_size_bytes(index: Index, lookup: Lookup, rows: float | None = None) -> int:
    """Bytes of the main fork of `index`; `rows` is the number of rows its predicate leaves, None for all."""
    return index_shape(index, lookup, rows).size_bytes
