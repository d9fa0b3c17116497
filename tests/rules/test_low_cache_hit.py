"""low-cache-hit: of many blocks, many read."""

from dataclasses import replace

import pytest

from pgadvisor.rules import low_cache_hit
from pgadvisor.rules.rule import Facts
from tests.catalog import make_statement
from tests.rules.making import read


def facts(hit: int, missed: int, toplevel: bool = True) -> Facts:
    statement = make_statement("select * from t", toplevel=toplevel)
    counters = replace(statement.counters, shared_blocks_hit=hit, shared_blocks_read=missed)
    return read("create table t (id bigint)", statement.with_counters(counters))


def test_fires_for_many_reads() -> None:
    assert len(low_cache_hit.find(facts(5_000_000, 2_000_000))) == 1


@pytest.mark.parametrize(
    ("hit", "missed", "toplevel"), [(50_000_000, 2_000_000, True), (5_000, 2_000, True), (5_000_000, 2_000_000, False)]
)
def test_silent_for_few_reads_and_statements_within_functions(hit: int, missed: int, toplevel: bool) -> None:
    assert low_cache_hit.find(facts(hit, missed, toplevel)) == ()
