"""Values for a comparison with an expression over a column: of the column's own, as the expression makes them."""

import pytest

from pgadvisor.advisor.values import valued
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statistics

DDL = "create table t (id bigint primary key, n int, d date, ts timestamp, tz timestamptz, tx text, gone text)"
STATISTICS = (
    make_statistics("t", "id", histogram_bounds="{10,20,30}"),
    make_statistics("t", "n", histogram_bounds="{1,5,9}"),
    make_statistics("t", "d", histogram_bounds="{2021-02-03,2022-05-18,2024-01-01}"),
    make_statistics("t", "ts", histogram_bounds='{"2021-02-03 04:05:06.7","2022-05-18 09:30:15","2024-01-01 00:00:00"}'),
    make_statistics("t", "tz", histogram_bounds='{"2021-02-03 04:05:06+00","2022-05-18 09:30:15+00","2024-01-01 00:00:00+00"}'),
    make_statistics("t", "tx", histogram_bounds="{ab,kl,xy}"),
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("date_trunc($1, ts) = $2", "date_trunc('day', ts) = '2022-05-18 00:00:00'"),
        ("date_trunc('month', tz) = $1", "date_trunc('month', tz) = '2022-05-01 00:00:00+00'"),
        ("date_trunc('quarter', ts) = $1", "date_trunc('quarter', ts) = '2022-04-01 00:00:00'"),
        ("date_trunc('week', ts) = $1", "date_trunc('week', ts) = '2022-05-16 00:00:00'"),
        ("extract($1 from ts) = $2", "extract('year' from ts) = 2022"),
        ("extract(year from d) = $1", "extract(year from d) = 2022"),
        ("date_part($1, tz) = $2", "date_part('year', tz) = 2022"),
        ("extract(month from d) = $1", "extract(month from d) = 1"),
        ("ts::date = $1", "ts::date = '2022-05-18'"),
        ("id::text = $1", "id::text = '20'"),
        ("n + 3 = $1", "n + 3 = 5"),
        ("d + $1 = $2", "d + 1 = '2022-05-18'"),
        ("coalesce(ts, $1) = $2", "coalesce(ts, '2022-05-18 09:30:15') = '2022-05-18 09:30:15'"),
        ("coalesce(gone, '') = $1", "coalesce(gone, '') = 'a'"),
        ("tx::int = $1", "tx::int = 1"),
    ],
)
def test_a_value_that_the_expression_may_have(condition: str, expected: str) -> None:
    lookup = make_lookup(DDL, rows={"t": 100_000}, statistics=STATISTICS, statements=[f"select id from t where {condition}"])
    (query,) = understand(lookup).queries
    (statement,) = valued(query, lookup)
    assert statement.sql == f"select id from t where {expected}"
