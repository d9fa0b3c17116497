"""Measured work against the plans that values get."""

from pgadvisor.advisor.plans.evidence import Work, measured_work
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement


def test_a_cheap_plan_did_not_read_thousands_of_pages() -> None:
    work = Work(pages=5000.0, ms=40.0)
    assert work.likelihood(0.7) < 0.001 < work.likelihood(4000.0) == 1.0


def test_an_expensive_plan_did_not_read_three_pages() -> None:
    work = Work(pages=3.0, ms=0.01)
    assert work.likelihood(50_000.0) < 0.001 < work.likelihood(8.0) == 1.0


def test_a_factor_of_a_few_says_nothing() -> None:
    assert Work(pages=100.0, ms=None).surprise(300.0) == 0.0
    assert Work(pages=None, ms=None).surprise(1e6) == 0.0


def test_only_reading_that_was_measured_counts() -> None:
    lookup = make_lookup(
        "create table t (id int)",
        rows={"t": 1000},
        statements=(
            make_statement("select id from t where id = $1", queryid=1, total_ms=200.0),
            make_statement("delete from t where id = $1", queryid=2),
        ),
    )
    read, written = sorted(understand(lookup).queries, key=lambda query: query.queryid)
    assert measured_work(read) == Work(None, 2.0)
    assert measured_work(written) is None
