"""The size model alone: never absurd, never less for more rows, and right where it can be reckoned by hand."""

from dataclasses import replace
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.model.catalog import Column, ColumnStatistics, ExtendedStatistics, Table
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.server import Server
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.whatif.sizes import index_shape, index_size_bytes
from pgadvisor.whatif.sizes.sampling import possible_values, sampled_distinct, steps

_TABLE = Name("public", "t")
_TYPES = {"id": "bigint", "small": "integer", "name": "text", "tags": "text[]", "doc": "jsonb", "amount": "numeric(10,2)"}
METHODS = ("btree", "hash", "gin", "gist", "spgist", "brin")


def lookup_of(rows: float, *statistics: ColumnStatistics, pages: int | None = None) -> Lookup:
    columns = tuple(Column(name, number + 1, type_sql, False) for number, (name, type_sql) in enumerate(_TYPES.items()))
    table = Table(_TABLE, 1, "r", "p", rows, int(rows / 60) if pages is None else pages, 0, None, columns)
    server = Server(180000, "d", "u", False, False, "UTF8", "C", "C", "c", None, None)
    return Lookup(Snapshot(datetime.now(timezone.utc), server, tables=(table,), statistics=statistics))


def facts(column: str, distinct: float, width: int = 8, nulls: float = 0.0) -> ColumnStatistics:
    return ColumnStatistics(_TABLE, column, False, nulls, width, distinct)


def index(*columns: str, method: str = "btree", include: tuple[str, ...] = (), unique: bool = False) -> Index:
    return Index(_TABLE, tuple(IndexKey(column) for column in columns), method, include, unique=unique)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.floats(0, 1e9), distinct=st.floats(-1, 1e8), width=st.integers(1, 2000), nulls=st.floats(0, 1),
    method=st.sampled_from(METHODS), column=st.sampled_from(list(_TYPES)),
)  # fmt: skip
def test_no_size_is_absurd(rows: float, distinct: float, width: int, nulls: float, method: str, column: str) -> None:
    lookup = lookup_of(rows, facts(column, distinct, width, nulls))
    shape = index_shape(index(column, method=method), lookup)
    assert 1 <= shape.pages < max(100, 40 * rows * (width + 40) / 8192 + 100)
    assert 0 <= shape.level < 40
    more = index_shape(index(column, method=method), lookup_of(rows * 10, facts(column, distinct, width, nulls)))
    assert more.pages >= shape.pages


def test_a_unique_bigint_index_by_hand() -> None:
    """366 tuples of 16 bytes and an item id on a leaf filled to 90 % (as a primary key has them)."""
    shape = index_shape(index("id", unique=True), lookup_of(366_000, facts("id", -1)))
    assert abs(shape.pages - 1 - 1000 - 4) <= 6
    assert shape.level == 2


def test_equal_keys_share_a_tuple() -> None:
    lookup = lookup_of(1_000_000, facts("small", 10, 4), facts("amount", 10, 6))
    merged, apart = index_size_bytes(index("small"), lookup), index_size_bytes(index("amount"), lookup)
    assert merged < 8_000_000 < 20_000_000 < apart, "integers are deduplicated, numerics are not"
    assert index_size_bytes(index("small", include=("id",)), lookup) > 20_000_000, "nor is an index with INCLUDE columns"


def test_a_partial_index_is_as_large_as_its_rows() -> None:
    lookup = lookup_of(1_000_000, facts("id", -1))
    whole, part = index_size_bytes(index("id"), lookup), index_size_bytes(index("id"), lookup, rows=10_000)
    assert part == pytest.approx(whole / 100, rel=0.1)


def test_combinations_that_were_counted() -> None:
    lookup = lookup_of(500_000, facts("id", 1000), facts("small", 1000, 4))
    counted = ExtendedStatistics(Name("public", "s"), _TABLE, ("d",), ("id", "small"), (), None, '{"1, 2": 1000}')
    known = Lookup(replace(lookup.snapshot, extended_statistics=(counted,)))
    assert index_size_bytes(index("id", "small"), known) < index_size_bytes(index("id", "small"), lookup) / 2
    assert index_size_bytes(index("id", "name"), known) == index_size_bytes(index("id", "name"), lookup)


def test_a_brin_index_is_small() -> None:
    assert index_size_bytes(index("id", method="brin"), lookup_of(1e9, facts("id", -1))) < 5_000_000


def test_unknown_columns_and_tables_have_a_size() -> None:
    lookup = lookup_of(1000)
    assert index_size_bytes(index("nothing"), lookup) > 0
    assert index_size_bytes(Index(Name("no", "where"), (IndexKey("x"),)), lookup) > 0
    expression = Index(_TABLE, (IndexKey(expression="lower(name)"),))
    assert index_size_bytes(expression, lookup_of(100_000, facts("name", -1, 20))) > 2_000_000


def test_distinct_values_of_a_sample() -> None:
    assert sampled_distinct(100, 100, 100, 5000) == 5000, "all different: as many as rows"
    assert sampled_distinct(100, 5, 0, 5000) == 5, "all repeated: no more than were seen"
    assert 5 < sampled_distinct(100, 60, 40, 5000) < 5000
    assert steps(["2024-01-01", "2024-01-04", "2024-01-11"], "date") == 11
    assert steps(["a", "b", "c"], "text") == float("inf")


@given(rows=st.floats(10, 1e9), share=st.floats(0.001, 0.999))
def test_possible_values_are_at_least_those_there(rows: float, share: float) -> None:
    distinct = max(1.0, rows * share)
    assert possible_values(distinct, rows) >= distinct * 0.999
