"""bloated-index: against an upper bound of the compact size."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Finding
from pgadvisor.rules import bloated_index
from tests.catalog import make_lookup, make_statistics
from tests.rules.making import changed_index, facts_of

DDL = "create table t (id bigint primary key, a integer, b text); create index i on t (a)"
MB = 1024**2


def find(size: int, ddl: str = DDL, rows: float = 2_000_000, known: bool = True, **facts: object) -> tuple[Finding, ...]:
    statistics = [make_statistics("t", "a", average_width_bytes=4)] if known else []
    lookup = make_lookup(ddl, rows={"t": rows}, statistics=statistics)
    lookup = changed_index(lookup, "i", lambda index: replace(index, size_bytes=size, **facts))  # type: ignore[arg-type]
    return bloated_index.find(facts_of(lookup))


def test_fires_for_twice_the_size() -> None:
    (finding,) = find(200 * MB)
    assert finding.changes[0].sql == "REINDEX INDEX CONCURRENTLY public.i"


def test_the_compact_size_is_that_of_a_new_index() -> None:
    """2,000,000 distinct integers: 43 MB on PostgreSQL 18."""
    lookup = make_lookup(DDL, rows={"t": 2_000_000}, statistics=[make_statistics("t", "a", average_width_bytes=4)])
    (index,) = (one for one in lookup.snapshot.indexes if one.name.name == "i")
    compact = bloated_index.compact_size_bytes(index, facts_of(lookup))
    assert compact is not None
    assert 43 * MB <= compact <= 60 * MB


@pytest.mark.parametrize(
    "facts",
    [
        {"size": 100 * MB},
        {"size": 340 * MB, "rows": 8_000_000},
        {"size": 60 * MB, "rows": 100},
        {"known": False},
        {"valid": False},
    ],
)
def test_silent_for_what_is_compact_small_or_unknown(facts: dict[str, object]) -> None:
    assert find(**{"size": 200 * MB, **facts}) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("index", ["using gin (b)", "((a + 1))", "(a, b)"])
def test_silent_for_other_methods_and_unknown_widths(index: str) -> None:
    ddl = f"create table t (id bigint primary key, a integer, b text); create index i on t {index}"
    assert find(900 * MB, ddl) == ()
