"""Combinations of key values, and values that ANALYZE counted too few of: what is known beside each column's own number."""

from dataclasses import replace

import pytest

from pgadvisor.model.catalog import Column, Constraint, ExistingIndex, ExtendedStatistics
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes import index_size_bytes
from pgadvisor.whatif.sizes.distinct import clustered_distinct
from pgadvisor.whatif.sizes.packing import content, posting_bytes, sample
from tests.whatif.test_sizes import facts, index, lookup_of

_TABLE = Name("public", "t")
_ROWS = 500_000
_ID, _SMALL = facts("id", 1000), facts("small", 1000, 4)
_PAIR = index("id", "small")


def _existing(definition: Index) -> ExistingIndex:
    return ExistingIndex(
        Name("public", "u"), 2, _TABLE, "i", definition, valid=True, ready=True, primary=False, unique=definition.unique,
        exclusion=False, replica_identity=False, clustered=False, nulls_not_distinct=False, immediate=True, constraint=None,
        pages=1, rows=1.0,
    )  # fmt: skip


def test_columns_in_the_rows_order_have_few_combinations() -> None:
    ordered = lookup_of(_ROWS, replace(_ID, correlation=1.0), replace(_SMALL, correlation=-1.0))
    one = lookup_of(_ROWS, replace(_ID, correlation=1.0), replace(_SMALL, correlation=0.2))
    assert index_size_bytes(_PAIR, ordered) < index_size_bytes(_PAIR, one) / 2
    assert index_size_bytes(_PAIR, one) == index_size_bytes(_PAIR, lookup_of(_ROWS, _ID, _SMALL))


def test_rows_out_of_place_make_more_combinations() -> None:
    sizes = [
        index_size_bytes(_PAIR, lookup_of(_ROWS, replace(_ID, correlation=share), replace(_SMALL, correlation=share)))
        for share in (1.0, 0.9999, 0.995, 0.9)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] < sizes[3]


def test_a_unique_key_among_the_columns_leaves_nothing_to_merge() -> None:
    lookup = lookup_of(_ROWS, facts("id", 100), facts("small", 100, 4))
    unique = Lookup(replace(lookup.snapshot, indexes=(_existing(index("small", "id", unique=True)),)))
    partial = Lookup(replace(lookup.snapshot, indexes=(_existing(replace(index("small", "id", unique=True), where="id > 5")),)))
    assert index_size_bytes(_PAIR, unique) > 2.5 * index_size_bytes(_PAIR, lookup)
    assert index_size_bytes(_PAIR, partial) == index_size_bytes(_PAIR, lookup)


def test_a_foreign_key_bounds_values_and_combinations() -> None:
    parent = replace(lookup_of(800).tables[_TABLE], name=Name("public", "parent"), rows=800.0)

    def tied(*columns: str) -> Lookup:
        lookup = lookup_of(_ROWS, facts("id", 100_000), _SMALL)
        key = Constraint("k", _TABLE, "f", columns, True, parent.name, columns)
        return Lookup(replace(lookup.snapshot, tables=(*lookup.snapshot.tables, parent), constraints=(key,)))

    loose = lookup_of(_ROWS, facts("id", 100_000), _SMALL)
    assert index_size_bytes(index("id"), tied("id")) < index_size_bytes(index("id"), loose)
    assert index_size_bytes(_PAIR, tied("small", "id")) < index_size_bytes(_PAIR, loose) / 2


def test_two_of_three_columns_were_counted() -> None:
    lookup = lookup_of(_ROWS, _ID, _SMALL, facts("name", 3, 8))
    counted = ExtendedStatistics(Name("public", "s"), _TABLE, ("d",), ("id", "small"), (), None, '{"1, 2": 1000}')
    known = Lookup(replace(lookup.snapshot, extended_statistics=(counted,)))
    three = Index(_TABLE, tuple(IndexKey(column) for column in ("id", "small", "name")))
    assert index_size_bytes(three, known) < index_size_bytes(three, lookup) / 2


def test_values_side_by_side_are_more_than_analyze_counted() -> None:
    """1.5 million values of four rows each in the rows' order, of which a sample of 30,000 pages of 100,000 shows 440,000."""
    ordered = replace(facts("id", 440_000), correlation=1.0)
    assert clustered_distinct(440_000, ordered, 6e6, 100_000) == pytest.approx(1.45e6, rel=0.05)
    assert clustered_distinct(440_000, facts("id", 440_000), 6e6, 100_000) == 440_000
    assert clustered_distinct(440_000, ordered, 6e6, 30_000) == 440_000, "where all pages are read, rows are drawn at random"
    assert clustered_distinct(500, replace(ordered, distinct=500), 6e6, 100_000) == pytest.approx(500, rel=0.01)


def test_a_page_of_full_posting_lists_holds_nine() -> None:
    """As pageinspect shows them: 9 tuples of 808 bytes and 132 TIDs each."""
    one = sample((16,), 0, 0, (100_000,))
    assert {size for size, _ in one} <= {812, posting_bytes(16, 100_000 % 132)}
    assert content([(812, 20)]) == 9 * 812


def test_pages_of_large_posting_lists_are_less_full() -> None:
    assert content([(812, 20), (600, 20), (812, 20)]) < content([(40, 20), (44, 20)])


def test_wide_ranges_fill_pages_better() -> None:
    """As pg_stats has them from PostgreSQL 17 on."""
    rows = 100_000.0
    base = lookup_of(rows)
    table = replace(base.tables[_TABLE], columns=(Column("span", 1, "daterange", False),))
    bounds = '{"[2024-01-01,2024-01-02)","[2024-07-01,2025-07-02)","[2025-01-01,2025-12-02)"}'

    def size(*lengths: float | None) -> int:
        histogram = "{" + ",".join(map(str, lengths)) + "}" if lengths else None
        known = replace(facts("span", -1, 14), range_length_histogram=histogram, range_bounds_histogram=bounds)
        lookup = Lookup(replace(base.snapshot, tables=(table,), statistics=(known,)))
        return index_size_bytes(index("span", method="spgist"), lookup)

    assert size(200, 250, 300) < size() < size(1, 2, 3)
