"""missing-extended-statistics: rows a call that no values could explain, groups, and distinct values sampled wrong."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pgadvisor.model.catalog import ColumnStatistics, ExtendedStatistics
from pgadvisor.model.finding import Level
from pgadvisor.model.plan import Estimate
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Statement
from pgadvisor.rules import missing_extended_statistics
from pgadvisor.rules.rule import Facts
from tests.catalog import make_lookup, make_statement, make_statistics
from tests.rules.making import facts_of, public, read, used

DDL = "create table places (id bigint primary key, city text, zip text, note text, shape point)"
FLAT = (make_statistics("places", "city", distinct=1000), make_statistics("places", "zip", distinct=1000))
BOTH = "select note from places where city = $1 and zip = $2"


def told(text: str, *, rows: int, calls: int = 100, statistics: Sequence[ColumnStatistics] = FLAT, **catalog: Any) -> Facts:
    """A million rows, of which a statement returned so many a call."""
    statement = make_statement(text, calls=calls, rows=rows * calls)
    return read(DDL, statement, rows={"places": 1e6}, statistics=statistics, **catalog)


def with_statistics(facts: Facts, *columns: str, kinds: tuple[str, ...] = ("d", "f", "m")) -> Facts:
    there = ExtendedStatistics(public("s"), public("places"), kinds, columns, ())
    return Facts(Lookup(replace(facts.lookup.snapshot, extended_statistics=(there,))), facts.workload)


@pytest.mark.parametrize(
    "text",
    [
        BOTH,
        "select note from places where city = $1 and zip = $2 and id > $3 order by id limit 5000",
        "update places set note = $3 where city = $1 and zip = $2",
        "select note from places where city = $1 and zip in ($2, $3)",
    ],
)
def test_fires_where_no_values_explain_the_rows(text: str) -> None:
    (finding,) = missing_extended_statistics.find(told(text, rows=1000))
    assert [change.sql for change in finding.changes] == [
        "CREATE STATISTICS public.places_city_zip_stats (dependencies, ndistinct) ON city, zip FROM public.places",
        "ANALYZE public.places",
    ]
    assert finding.changes[0].undo_sql == "DROP STATISTICS public.places_city_zip_stats"
    assert finding.confidence is Level.HIGH


def test_fires_with_common_values_where_a_list_can_hold_all() -> None:
    few = tuple(make_statistics("places", column, distinct=80) for column in ("city", "zip"))
    (finding,) = missing_extended_statistics.find(told(BOTH, rows=12_000, statistics=few))
    assert "(dependencies, mcv, ndistinct)" in finding.changes[0].sql


SKEWED = (FLAT[0], make_statistics("places", "zip", distinct=1000, most_common_frequencies=(0.9,)))


@pytest.mark.parametrize(
    ("text", "rows", "statistics"),
    [
        (BOTH, 4, FLAT),  # what independent columns give, or a little more
        (BOTH, 50, FLAT),  # far off, but few rows
        (BOTH, 1000, SKEWED),  # a frequent zip may have been asked for
        (BOTH, 1000, FLAT[:1]),  # nothing is known of a column
        ("select note from places where city = $1", 5000, FLAT),
        ("select note from places where city = $1 or zip = $2", 5000, FLAT),
        ("select note from places where city = $1 and zip = any ($2)", 1000, FLAT),
        ("select unnest(string_to_array(note, $3)) from places where city = $1 and zip = $2", 1000, FLAT),
        ("select a.note from places a join places b on b.id > a.id where a.city = $1 and a.zip = $2", 9000, FLAT),
        ("select count(*) from places where city = $1 and zip = $2", 1, FLAT),
    ],
)
def test_silent_where_values_or_other_causes_can_explain_the_rows(
    text: str, rows: int, statistics: Sequence[ColumnStatistics]
) -> None:
    assert missing_extended_statistics.find(told(text, rows=rows, statistics=statistics)) == ()


def test_silent_where_the_statistics_are_there_or_the_table_is_stale() -> None:
    facts = told(BOTH, rows=1000)
    assert missing_extended_statistics.find(with_statistics(facts, "city", "zip", "note")) == ()
    assert missing_extended_statistics.find(with_statistics(facts, "city", "zip", kinds=("d",))) != ()
    stale = used(facts.lookup, "places", rows_live=10**6, rows_updated=10**6, rows_modified_since_analyze=10**6)
    assert missing_extended_statistics.find(Facts(stale, facts.workload)) == ()


def grouped(text: str, counted: int, estimated: float, **more: Any) -> Facts:
    facts = told(text, rows=counted, **more)
    (query,) = facts.workload.queries
    return replace(facts, planned=(Estimate(query.queryid, query.label, estimated, False),))


GROUPS = "select city, zip, count(*) from places group by city, zip"


def test_fires_for_groups_that_are_far_fewer() -> None:
    (finding,) = missing_extended_statistics.find(grouped(GROUPS, 1000, 100_000.0))
    assert "(ndistinct) ON city, zip" in finding.changes[0].sql


@pytest.mark.parametrize(
    ("text", "counted", "estimated"),
    [
        (GROUPS, 40_000, 100_000.0),
        (GROUPS, 10, 90.0),
        (f"{GROUPS} having count(*) > $1", 10, 100_000.0),
        (f"{GROUPS} limit 10", 10, 100_000.0),
        ("select city, count(*) from places group by city", 1000, 100_000.0),
        ("select city, zip, count(*) from places where note = $1 group by city, zip", 10, 100_000.0),
    ],
)
def test_silent_for_groups_that_something_else_explains(text: str, counted: int, estimated: float) -> None:
    assert missing_extended_statistics.find(grouped(text, counted, estimated)) == ()


LINES = "create table lines (id bigint primary key, order_id bigint not null)"


def lines(
    rows: int, calls: int = 1000, distinct: float = 2000.0, text: str = "select id from lines where order_id = $1"
) -> Facts:
    statement: Statement = make_statement(text, calls=calls, rows=rows)
    known = make_statistics("lines", "order_id", distinct=distinct)
    return read(LINES, statement, rows={"lines": 1e6}, statistics=(known,))


def test_fires_for_distinct_values_sampled_wrong() -> None:
    (finding,) = missing_extended_statistics.find(lines(rows=5000))
    assert [change.sql for change in finding.changes] == [
        "ALTER TABLE public.lines ALTER COLUMN order_id SET (n_distinct = -0.2)",
        "ANALYZE public.lines",
    ]
    assert finding.changes[0].undo_sql == "ALTER TABLE public.lines ALTER COLUMN order_id RESET (n_distinct)"
    assert finding.confidence is Level.LOW


@pytest.mark.parametrize(
    "facts",
    [
        lines(rows=500),  # most values asked for do not exist
        lines(rows=50, calls=10),
        lines(rows=100_000),  # not ten times too many
        lines(rows=5000, distinct=-0.1),  # few rows either way
        lines(rows=5000, text="select id from lines where order_id = $1 limit 5"),
        lines(rows=5000, text="select id from lines where order_id = $1 and id > $2"),
    ],
    ids=("missing", "seldom", "near", "few", "limited", "more"),
)
def test_silent_where_the_values_may_be_the_reason(facts: Facts) -> None:
    assert missing_extended_statistics.find(facts) == ()


def test_types_without_an_order_are_left_out() -> None:
    facts = facts_of(make_lookup(DDL, rows={"places": 1e6}))
    (table,) = facts.lookup.snapshot.tables
    assert not missing_extended_statistics._is_ordered(table, "shape")
    assert missing_extended_statistics._is_ordered(table, "city")
