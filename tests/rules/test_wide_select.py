"""wide-select: many bytes of wide columns."""

import pytest

from pgadvisor.rules import wide_select
from pgadvisor.rules.rule import Facts
from tests.catalog import make_statement, make_statistics
from tests.rules.making import evidence, read

DDL = "create table t (id bigint primary key, name text, body text, extra jsonb)"


def facts(text: str, rows: int = 2_000_000, width: int = 1500, nulls: float = 0.0) -> Facts:
    statistics = [make_statistics("t", "body", average_width_bytes=width, null_fraction=nulls), make_statistics("t", "name")]
    return read(DDL, make_statement(text, calls=1000, rows=rows), statistics=statistics)


def test_fires_for_whole_rows() -> None:
    (finding,) = wide_select.find(facts("select * from t where id = $1"))
    assert evidence(finding)["columns"] == ("body",)


@pytest.mark.parametrize(
    ("text", "rows", "width", "nulls"),
    [
        ("select id, body from t where id = $1", 2_000_000, 1500, 0.0),
        ("select * from t where id = $1", 2_000, 1500, 0.0),
        ("select * from t where id = $1", 2_000_000, 90, 0.0),
        ("select * from t where id = $1", 2_000_000, 1500, 0.9),
    ],
)
def test_silent_for_named_columns_few_bytes_and_nulls(text: str, rows: int, width: int, nulls: float) -> None:
    assert wide_select.find(facts(text, rows, width, nulls)) == ()
