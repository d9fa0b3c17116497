"""deep-offset: known from the text, or from blocks that the rows do not explain."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Level
from pgadvisor.model.statement import Statement
from pgadvisor.rules import deep_offset
from pgadvisor.rules.rule import Facts
from tests.catalog import make_statement
from tests.rules.making import evidence, read

DDL = "create table t (id bigint primary key, at timestamp, kind text); create index t_at on t (at, id)"


def page(text: str, blocks: int = 0, calls: int = 100) -> Statement:
    statement = make_statement(text, calls=calls, rows=50 * calls)
    return replace(statement, counters=replace(statement.counters, shared_blocks_hit=blocks * calls))


def facts(text: str, blocks: int = 0, rows: float = 200_000) -> Facts:
    return read(DDL, page(text, blocks), rows={"t": rows})


def test_fires_for_a_constant() -> None:
    (finding,) = deep_offset.find(facts("select * from t order by at, id limit 50 offset 180000"))
    assert finding.confidence is Level.HIGH
    assert "(at, id)" in finding.help
    assert "180000" not in repr(finding)
    assert finding.changes == ()


def test_fires_for_a_parameter_that_must_be_large() -> None:
    (finding,) = deep_offset.find(facts("select * from t order by at, id limit $1 offset $2", blocks=9000))
    assert finding.confidence is Level.MEDIUM


def test_shows_the_next_page_and_claims_nothing() -> None:
    (finding,) = deep_offset.find(facts("select * from t where kind = 'x' order by at desc, id desc limit 50 offset 180000"))
    example = evidence(finding)["example_sql"]
    assert example == "SELECT * FROM t WHERE kind = $1 AND (at, id) < ($4, $5) ORDER BY at DESC, id DESC LIMIT $3"
    assert "not claimed to be equivalent" in finding.help
    (finding,) = deep_offset.find(facts("select * from t order by at desc, id limit 50 offset 180000"))
    assert "example_sql" not in evidence(finding) and "example" not in finding.help


def test_fires_below_a_fixed_column() -> None:
    statement = page("select * from t where kind = $1 order by id limit $2 offset $3", blocks=9000)
    found = deep_offset.find(read(DDL + "; create index on t (kind, id)", statement, rows={"t": 200_000}))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("select * from t order by at, id limit 50 offset 100", 9000),
        ("select * from t order by at, id limit $1 offset $2", 60),
        ("select * from t order by at, id limit $1", 9000),
        ("select * from t order by kind limit $1 offset $2", 9000),  # no index in that order: it sorts them all
        ("select * from t where kind = $1 order by at, id limit $2 offset $3", 9000),  # rows of other kinds are read
        ("select kind, count(*) from t group by kind order by 2 limit $1 offset $2", 9000),
    ],
)
def test_silent_for_shallow_pages_and_other_work(text: str, blocks: int) -> None:
    assert deep_offset.find(facts(text, blocks)) == ()


def test_silent_for_a_small_table() -> None:
    assert deep_offset.find(facts("select * from t order by at limit 50 offset 5000", rows=8000)) == ()
