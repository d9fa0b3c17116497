"""Which values are chosen, without a server."""

import re

import pytest

from pgadvisor.advisor.values import fit, valued
from pgadvisor.model.arrays import write_array
from pgadvisor.model.plan import ValuedStatement
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement, make_statistics

DDL = """
create type stage as enum ('new', 'paid', 'lost', 'odd');
create table jobs (id bigint primary key, user_id int not null, status text not null, stage stage not null,
    active boolean not null, created_at timestamptz not null, price numeric(10,2) not null, email text not null,
    tags text[] not null, facts jsonb not null, words tsvector not null, note text, span tstzrange, stock int not null);
create table users (id int primary key, country text not null);
"""
STATISTICS = (
    make_statistics("jobs", "id", histogram_bounds="{1,250000,500000,750000,1000000}"),
    make_statistics("jobs", "user_id", distinct=10_000.0, most_common_values="{7,8,9}",
                    most_common_frequencies=(0.1, 0.01, 0.001), histogram_bounds="{10,2000,4000,6000,10000}"),
    make_statistics("jobs", "status", distinct=3.0, most_common_values="{done,failed,waiting}",
                    most_common_frequencies=(0.99, 0.009, 0.001)),
    make_statistics("jobs", "stage", distinct=3.0, most_common_values="{paid,new,lost}",
                    most_common_frequencies=(0.9, 0.09, 0.01)),
    make_statistics("jobs", "active", distinct=2.0, most_common_values="{t,f}", most_common_frequencies=(0.98, 0.02)),
    make_statistics("jobs", "created_at", histogram_bounds='{"2025-01-01 00:00:00+00","2025-07-02 00:00:00+00",'
                                                           '"2026-01-01 00:00:00+00"}'),
    make_statistics("jobs", "price", distinct=-0.5, histogram_bounds="{0,10,20,30,40,50,60,70,80,90,100}"),
    make_statistics("jobs", "email", histogram_bounds="{alice@x.org,bob@x.org,carol@x.org,dave@x.org,erin@x.org}"),
    make_statistics("jobs", "tags", most_common_elements="{red,green}",
                    most_common_element_frequencies=(0.5, 0.01, 0.01, 0.5, 0)),
    make_statistics("jobs", "facts", distinct=2.0, most_common_values='{"{\\"k\\": 1}","{\\"k\\": 2}"}',
                    most_common_frequencies=(0.9, 0.1)),
    make_statistics("jobs", "words", most_common_elements="{apple,pear}",
                    most_common_element_frequencies=(0.3, 0.02, 0.02, 0.3, 0)),
    make_statistics("jobs", "span", range_bounds_histogram='{"[\\"2025-01-01 00:00:00+00\\",\\"2025-01-03 00:00:00+00\\")",'
                    '"[\\"2025-07-02 00:00:00+00\\",\\"2025-07-04 00:00:00+00\\")",'
                    '"[\\"2026-01-01 00:00:00+00\\",\\"2026-01-03 00:00:00+00\\")"}'),
    make_statistics("jobs", "stock", distinct=68.0, most_common_values=write_array([str(n) for n in range(68)]),
                    most_common_frequencies=(0.3, *(0.08,) * 5, *(0.02,) * 2, *(0.004,) * 60)),
    make_statistics("users", "id"),
    make_statistics("users", "country", distinct=4.0, most_common_values="{de,fr,us,jp}",
                    most_common_frequencies=(0.4, 0.3, 0.2, 0.1)),
)  # fmt: skip


def values_of(sql: str, rows_per_call: float, calls: int = 1000) -> tuple[ValuedStatement, ...]:
    """The vectors of a statement that returned so many rows a call, on a million jobs and a thousand users."""
    lookup = _lookup(sql, rows_per_call, calls)
    workload = understand(lookup)
    assert not workload.unread, workload.unread[0].reason
    return valued(workload.queries[0], lookup)


def _lookup(sql: str, rows_per_call: float, calls: int = 1000) -> Lookup:
    statement = make_statement(sql, calls=calls, rows=round(rows_per_call * calls))
    return make_lookup(DDL, rows={"jobs": 1_000_000, "users": 1000}, statistics=STATISTICS, statements=(statement,))


def heaviest(sql: str, rows_per_call: float) -> str:
    return max(values_of(sql, rows_per_call), key=lambda each: each.weight).sql


def literals(sql: str) -> list[str]:
    return re.findall(r"'(?:[^']|'')*'|(?<![\w.])\d+(?:\.\d+)?", sql)


@pytest.mark.parametrize(
    ("rows", "status"), [(1000.0, "'waiting'"), (9100.0, "'failed'"), (985_000.0, "'done'"), (900.5, "'waiting'")]
)
def test_equality_takes_the_value_whose_rows_were_returned(rows: float, status: str) -> None:
    assert literals(heaviest("select id from jobs where status = $1", rows)) == [status]


def test_a_poll_that_returns_three_rows_did_not_ask_for_most_of_the_table() -> None:
    poll = "select id from jobs where status = $1 order by id limit $2 for update skip locked"
    assert heaviest(poll, 3).endswith("status = 'waiting' order by id limit 3 for update skip locked")
    assert sum(each.weight for each in values_of(poll, 3) if "'done'" in each.sql) < 0.4


def test_what_is_due_by_now_is_of_a_rare_state() -> None:
    """A bound that is the present is likelier than one that by chance leaves few of the most common state."""
    poll = "select id from jobs where status = $1 and created_at <= $2 order by id limit $3 for update skip locked"
    assert literals(heaviest(poll, 903.5))[0] == "'waiting'" and "2026-01-01 00:00:00" in heaviest(poll, 903.5)
    (purge,) = values_of("delete from jobs where created_at < $1", 50_000)
    assert literals(purge.sql)[0].startswith("'2025-01-")


def test_many_values_together_outweigh_a_few_that_are_likelier_each() -> None:
    """A range may fill up either to the rows that came."""
    found = values_of("select id from jobs where stock = $1 and created_at > $2", 1000)
    assert sum(each.weight for each in found if "stock = 8 " in each.sql) > 0.5
    assert abs(sum(each.weight for each in found) - 1) < 1e-9


def test_where_nothing_fits_the_nearest_is_taken() -> None:
    """Columns that belong together keep fewer rows than any of their values would alone."""
    found = values_of("select id from jobs where active = $1 and price > 10", 2)
    assert sum(each.weight for each in found if "active = false" in each.sql) > 0.9


def test_a_limit_that_was_not_reached_does_not_end_the_plan_s_scan() -> None:
    (vector,) = values_of("select id from jobs where note = $1 limit $2", 0.1)
    assert vector.fit is not None and int(vector.sql.rsplit(" ", 1)[1]) > vector.fit
    assert heaviest("select id from jobs where id = $1 limit $2", 0.1).endswith("limit 1")


def test_a_value_outside_the_common_ones() -> None:
    assert literals(heaviest("select 1 from jobs where user_id = $1", 89)) == ["1", "4000"]
    assert literals(heaviest("select 1 from jobs where user_id = $1", 99_000)) == ["1", "7"]


def test_two_conditions_are_fitted_together() -> None:
    sql = heaviest("select id from jobs where user_id = $1 and active = $2", 2000)
    assert literals(sql) == ["7"] and "false" in sql


def test_aggregates_say_nothing_and_several_vectors_stand_for_the_values() -> None:
    vectors = values_of("select count(*) from jobs where status = $1", 1)
    assert 1 < len(vectors) <= 3
    assert abs(sum(each.weight for each in vectors) - 1) < 1e-9
    assert all(each.fit is None and each.inferred for each in vectors)
    assert len({each.sql for each in vectors}) == len(vectors)


def test_vectors_are_the_same_each_time() -> None:
    sql = "select count(*) from jobs where status = $1 and user_id = $2 and created_at > $3"
    assert values_of(sql, 1) == values_of(sql, 1)


@pytest.mark.parametrize("rows", [10_000.0, 50_000.0, 200_000.0])
def test_ranges_take_the_quantile_that_fits(rows: float) -> None:
    for sql in (
        "select id from jobs where price > $1", "select id from jobs where price <= $1",
        "select id from jobs where price between $1 and $2", "select id from jobs where created_at >= $1 and created_at < $2",
    ):  # fmt: skip
        (vector,) = values_of(sql, rows)
        assert vector.fit is not None and 0.5 <= vector.fit <= 2, (sql, vector)


def test_a_range_over_few_values_leaves_the_rest_to_the_other() -> None:
    found = values_of("select id from jobs where stock <= $1 and price > $2", 5000)  # three rows in ten have stock 0
    assert all(vector.fit is not None and 0.9 <= vector.fit <= 1.1 for vector in found)


def test_moments_default_to_a_recent_window() -> None:
    (vector,) = values_of("select count(*) from jobs where created_at > $1", 1)
    assert literals(vector.sql)[0].startswith("'2025-12-1")


def test_time_before_the_clock() -> None:
    (vector,) = values_of("select count(*) from jobs where created_at > now() - $1::interval", 1)
    seconds = int(re.findall(r"'(\d+) seconds'", vector.sql)[0])
    assert 15 * 86_400 < seconds < 20 * 86_400  # 5 % of the year before the snapshot
    (vector,) = values_of("select count(*) from jobs where created_at > now() - interval $1", 1)
    assert "interval '" in vector.sql


def test_the_clock_stands_at_the_time_of_the_snapshot() -> None:
    for sql in ("select id from jobs where created_at > now()", "select id from jobs where created_at > now() - $1::interval"):
        (vector,) = values_of(sql, 10)
        assert "> '2026-01-01 00:00:00+00'::timestamptz" in vector.sql


def test_limits_are_the_rows_seen_and_offsets_none() -> None:
    assert heaviest("select id from jobs order by id limit $1 offset $2", 20).endswith("limit 20 offset 0")
    for rows in (0.2, 7.3):  # no limit that is reached each time
        assert int(heaviest("select id from jobs where user_id = $1 limit $2", rows).rsplit(" ", 1)[1]) > rows


def test_a_page_that_was_full_matched_at_least_as_many() -> None:
    for vector in values_of("select id from jobs where user_id = $1 order by id limit $2", 50):
        assert vector.fit is not None and vector.fit >= 0.9


@pytest.mark.parametrize(
    ("condition", "rows", "wanted"),
    [
        ("stage = $1", 0, "stage = 'odd'"),
        ("active = $1", 20_000, "active = false"),
        ("user_id in ($1, $2, $3)", 267, "in (4000, 6000, 2000)"),
        ("user_id in ($1 /*, ... */)", 178, "in (4000, 6000)"),
        ("user_id = any($1)", 267, "any('{4000,6000,2000}')"),
        ("email like $1", 200_000, "like 'car%'"),
        ("email ilike $1", 200_000, "ilike '%alice%'"),
        ("email ilike $1", 0, "ilike '%qx"),
        ("email like '%' || $1 || '%'", 200_000, "'%' || 'alice' || '%'"),
        ("email like $1 || $2 || $3", 200_000, "like '%' || 'alice' || '%'"),
        ("status <> $1", 10_000, "<> 'done'"),
        ("lower(email) = lower($1)", 1, "lower('carol@x.org')"),
        ("tags @> $1", 10_000, "tags @> '{green}'"),
        ("tags && array[$1]", 10_000, "array['green'"),
        ("$1 = any(tags)", 500_000, "'red' = any"),
        ("facts @> $1", 100_000, """facts @> '{"k": 2}'"""),
        ("facts @> $1", 100, 'facts @> \'{"k": "qx'),  # fewer than any document of the sample has
        ("facts ? $1", 1_000_000, "facts ? 'k'"),
        ("facts ? $1", 100, "facts ? 'qx"),  # a key that all rows have returns more
        ("span && $1", 101_000, 'span && \'["2025-07-02 00:00:00+00","2025-08'),
        ("coalesce(upper(span), $1) > $2", 101_000, "coalesce(upper(span), '2026-01-01 00:00:00+00') > '2026-"),
        ("span && tstzrange($1, $2)", 101_000, "tstzrange('2025-07-02 00:00:00+00', '2025-08"),
        ("span @> $1::timestamptz", 1, "span @> '2025-07-02 00:00:00+00'::"),
        ("words @@ to_tsquery($1, $2)", 20_000, "to_tsquery('english', 'pear')"),
        ("words @@ $1", 300_000, "words @@ 'apple'"),
        ("note = $1", 5_000, "note = 'a'"),
        ("$1 is null or status = $2", 1000, "or status = 'waiting'"),
        ("facts ->> $1 = $2 and $3", 5, "facts ->> '"),
    ],
)
def test_each_operator_gets_a_value_of_its_own_kind(condition: str, rows: float, wanted: str) -> None:
    assert wanted in heaviest(f"select id from jobs where {condition}", rows).replace("  ", " ").replace("( ", "(")


def test_a_condition_that_nothing_is_known_of_may_have_kept_no_row() -> None:
    """That no row came does not say that a rare status was asked for."""
    sql = "delete from jobs where status = $1 and facts ->> 'k' = $2"
    assert "'done'" in heaviest(sql, 0) and "'done'" in heaviest(sql, 20)
    assert "'done'" not in heaviest("delete from jobs where status = $1", 0)


def test_a_pattern_may_match_fewer_rows_than_the_statistics_can_tell() -> None:
    assert "active = true" in heaviest("select id from jobs where active = $1 and email ilike $2", 5)


def test_documents_are_asked_for_by_two_members() -> None:
    documents = write_array([f'{{"from": {number % 9}, "to": {number % 7}}}' for number in range(63)])
    statement = make_statement("select id from jobs where facts @> $1", calls=10, rows=10 * 16_000)
    statistics = make_statistics("jobs", "facts", distinct=63.0, most_common_values=documents,
                                 most_common_frequencies=(1 / 63,) * 63)  # fmt: skip
    lookup = make_lookup(DDL, rows={"jobs": 1_000_000}, statistics=(statistics,), statements=(statement,))
    (vector,) = valued(understand(lookup).queries[0], lookup)
    assert '"from"' in vector.sql and '"to"' in vector.sql and vector.fit is not None and 0.9 < vector.fit < 1.1


def test_joins_are_fitted_through_their_distinct_values() -> None:
    sql = "select j.id from jobs j join users u on u.id = j.user_id where j.status = $1 and u.country = $2"
    (vector, *_) = sorted(values_of(sql, 90), key=lambda each: -each.weight)
    assert "'failed'" in vector.sql or "'waiting'" in vector.sql


def test_constants_stay_and_a_text_without_parameters_is_left_alone() -> None:
    sql = "select id from jobs where status = 'done' -- as written"
    (vector,) = values_of(sql, 5)
    assert vector.sql == sql and not vector.inferred and vector.weight == 1
    assert "status = 'done'" in heaviest("select id from jobs where status = 'done' and user_id = $1", 80)


def test_never_called_or_never_analysed() -> None:
    assert values_of("select id from jobs where status = $1", 0, calls=0)
    bare = make_lookup(DDL, statements=("select id from jobs where status = $1 and user_id in ($2) and price > $3",))
    assert valued(understand(bare).queries[0], bare)


def test_no_value_leaks_from_a_snapshot_that_has_none() -> None:
    bare = make_lookup(DDL, statements=("update jobs set status = $1 where email = $2",))
    (vector,) = valued(understand(bare).queries[0], bare)
    assert literals(vector.sql) == ["'a'", "'a'"]


def test_fit_compares_with_what_was_observed() -> None:
    lookup = _lookup("select id from jobs where status = $1", 100)
    query = understand(lookup).queries[0]
    assert fit(query, 50) == 0.5 and fit(query, 1000) == 10
    aggregate = understand(_lookup("select count(*) from jobs where status = $1", 1)).queries[0]
    assert fit(aggregate, 50) is None
    page = understand(_lookup("select id from jobs order by id limit 10", 10)).queries[0]
    assert fit(page, 1_000_000) == 1
