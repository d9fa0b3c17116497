"""stale-statistics: never analysed, or much changed since."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Level
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import stale_statistics
from tests.catalog import make_lookup, make_statistics
from tests.rules.making import changed_table, facts_of, make_query, public, used

DDL = "create table t (id bigint primary key)"


def table(rows: float, live: int, changes: int, version_num: int = 180004) -> Lookup:
    lookup = used(
        make_lookup(DDL, version_num=version_num), "t", rows_live=live, rows_updated=changes, rows_modified_since_analyze=changes
    )
    return changed_table(lookup, "t", lambda one: replace(one, rows=rows))


@pytest.mark.parametrize(
    ("rows", "live", "changes", "version"), [(-1, 5000, 0, 180004), (0, 5000, 0, 130023), (90_000, 90_000, 40_000, 180004)]
)
def test_fires_where_the_planner_cannot_know(rows: float, live: int, changes: int, version: int) -> None:
    lookup = table(rows, live, changes, version)
    (finding,) = stale_statistics.find(facts_of(lookup))
    assert [change.sql for change in finding.changes] == ["ANALYZE public.t"]
    (asked,) = stale_statistics.find(facts_of(lookup, make_query(1, "t", calls=1)))
    assert (finding.severity, asked.severity) == (Level.LOW, Level.MEDIUM if rows > 0 else Level.HIGH)


@pytest.mark.parametrize(
    ("rows", "live", "changes"), [(-1, 0, 0), (0, 5000, 0), (90_000, 90_000, 20_000), (500, 800, 5_000), (10**7, 10**7, 10**6)]
)
def test_silent_for_tables_in_order(rows: float, live: int, changes: int) -> None:
    assert stale_statistics.find(facts_of(table(rows, live, changes))) == ()


def test_inserts_count_when_the_table_has_grown() -> None:
    """Rows that were loaded just before the ANALYZE are counted after it, but the table has not grown since."""
    lookup = used(table(90_000, 90_000, 40_000), "t", rows_updated=0, rows_inserted=40_000)
    assert stale_statistics.find(facts_of(lookup)) == ()
    grown = changed_table(lookup, "t", lambda one: replace(one, size_bytes=one.pages * 8192 * 2))
    assert len(stale_statistics.find(facts_of(grown))) == 1


def test_fires_for_a_table_that_was_only_loaded_and_indexed() -> None:
    """CREATE INDEX counts the rows, but describes no column."""
    lookup = used(table(50_000, 50_000, 50_000), "t", last_analyze=None, rows_modified_since_analyze=50_000)
    assert lookup.never_analysed(public("t"))
    described = Lookup(replace(lookup.snapshot, statistics=(make_statistics("t", "id"),)))
    assert not described.never_analysed(public("t"))
    hidden = used(lookup, "t", rows_modified_since_analyze=20)
    assert not hidden.never_analysed(public("t"))
