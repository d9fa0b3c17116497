"""The size an index would have if it were built now, from statistics alone."""

from collections.abc import Callable

from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes.brin import brin_shape
from pgadvisor.whatif.sizes.btree import btree_shape
from pgadvisor.whatif.sizes.gin import gin_shape
from pgadvisor.whatif.sizes.gist import gist_shape
from pgadvisor.whatif.sizes.hashed import hash_shape
from pgadvisor.whatif.sizes.keys import Derived, Subject, subject, table_rows
from pgadvisor.whatif.sizes.shape import Shape
from pgadvisor.whatif.sizes.spgist import spgist_shape

_METHODS: dict[str, Callable[[Subject], Shape]] = {
    "btree": btree_shape,
    "hash": hash_shape,
    "gin": gin_shape,
    "gist": gist_shape,
    "spgist": spgist_shape,
    "brin": brin_shape,
}


def index_shape(index: Index, lookup: Lookup, rows: float | None = None, derived: Derived | None = None) -> Shape:
    """Pages and meta data of `index` over `rows` rows, None for all rows of its table.

    `derived` gives types and statistics of expressions; one that is not in it is judged by the columns it reads.
    """
    shape_of = _METHODS.get(index.method, btree_shape)  # a method of an extension stores its keys somehow
    indexed = table_rows(lookup, index.table) if rows is None else rows
    return shape_of(subject(index, lookup, indexed, derived or {}))


def index_size_bytes(index: Index, lookup: Lookup, rows: float | None = None) -> int:
    """Bytes of the main fork of `index`; `rows` is the number of rows its predicate leaves, None for all."""
    return index_shape(index, lookup, rows).size_bytes
