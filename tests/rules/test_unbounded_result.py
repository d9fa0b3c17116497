"""unbounded-result: many rows, often, without a limit."""

import pytest

from pgadvisor.rules import unbounded_result
from tests.catalog import make_statement
from tests.rules.making import read

DDL = "create table t (id bigint primary key, kind text)"


def test_fires_for_many_rows_each_call() -> None:
    facts = read(DDL, make_statement("select * from t where kind = $1", calls=50, rows=50 * 40_000))
    assert len(unbounded_result.find(facts)) == 1


@pytest.mark.parametrize(
    ("text", "calls", "rows"),
    [
        ("select * from t where kind = $1", 50, 50 * 900),
        ("select * from t where kind = $1 limit $2", 50, 50 * 40_000),
        ("select * from t", 3, 3 * 40_000),
        ("update t set kind = $1", 50, 50 * 40_000),
    ],
)
def test_silent_for_few_rows_limits_exports_and_writes(text: str, calls: int, rows: int) -> None:
    assert unbounded_result.find(read(DDL, make_statement(text, calls=calls, rows=rows))) == ()
