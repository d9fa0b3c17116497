"""Functions of parameters, taken as one value of the column."""

import pytest

from pgadvisor.advisor.values import valued
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement, make_statistics

DDL = "create table t (id bigint primary key, tag uuid not null, at timestamptz not null, name text not null)"
UUID = "9a3f4bd2-0000-4000-8000-000000000001"


def _values(sql: str, rows: int = 100) -> str:
    lookup = make_lookup(
        DDL,
        rows={"t": 100_000},
        statistics=(
            make_statistics("t", "tag", distinct=1000.0, most_common_values="{" + UUID + "}", most_common_frequencies=(0.3,)),
            make_statistics("t", "at", histogram_bounds='{"2025-01-01 00:00:00+00","2025-12-31 00:00:00+00"}'),
            make_statistics("t", "name", distinct=-1.0, histogram_bounds="{alpha one,bravo two,charlie three}"),
        ),
        statements=(make_statement(sql, rows=rows),),
    )
    (query,) = understand(lookup).queries
    return max(valued(query, lookup), key=lambda one: one.weight).sql


@pytest.mark.parametrize("expression", ["md5($1)::uuid", "cast(md5($1) as uuid)", "md5($1 || $2)::uuid", "encode($1, $2)::uuid"])
def test_the_value_is_the_column_s_whatever_made_it(expression: str) -> None:
    sql = _values(f"select id from t where tag = {expression}", rows=3_000_000)
    assert f"tag = '{UUID}'" in sql and "md5" not in sql and "encode" not in sql


def test_a_range_over_a_function_of_a_parameter_keeps_the_rows_seen() -> None:
    assert "to_timestamp" not in _values("select id from t where at > to_timestamp($1)", rows=100_000)


@pytest.mark.parametrize(
    "condition",
    ["at > now() - $1::interval", "lower(name) = lower($1)", "tag = $1::uuid", "id = (select max(id) from t where name = $1)"],
)
def test_what_is_understood_or_reads_more_stays(condition: str) -> None:
    kept = condition.split("$1", maxsplit=1)[0].rsplit(" ", 1)[-1]
    assert kept in _values(f"select id from t where {condition}")


def test_the_pieces_of_a_pattern_are_looked_for_behind_a_function() -> None:
    sql = _values("select id from t where name like $1 || trim($2) || $3", rows=100)
    assert "trim" not in sql and "'%' ||" in sql
