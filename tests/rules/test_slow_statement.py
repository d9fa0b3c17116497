"""slow-statement: the last resort, for statements that nothing else explains."""

from pgadvisor.model.finding import Finding
from pgadvisor.model.workload import Query
from pgadvisor.rules import slow_statement
from tests.catalog import make_lookup
from tests.rules.making import facts_of, make_query


def find(*queries: Query) -> tuple[Finding, ...]:
    return slow_statement.find(facts_of(make_lookup("create table t (a integer)"), *queries))


FAST = make_query(1, "t", calls=10**6, total_ms=5_000.0)


def test_fires_for_a_slow_one_with_a_large_share() -> None:
    (finding,) = find(FAST, make_query(2, "t", calls=10, total_ms=5_000.0))
    assert [effect.queryid for effect in finding.statements] == [2]
    assert "500 ms" in finding.message


def test_fires_for_the_top_ones_only() -> None:
    assert len(find(*(make_query(number, "t", calls=10, total_ms=5_000.0) for number in range(1, 12)))) == 5


def test_silent_for_fast_ones_and_for_small_shares() -> None:
    assert find(FAST, make_query(2, "t", calls=1, total_ms=200.0)) == ()


def test_silent_where_time_was_not_measured() -> None:
    assert find(make_query(2, "t", calls=10, total_ms=5_000.0, measured=False)) == ()
