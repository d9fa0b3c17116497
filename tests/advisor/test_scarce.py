"""Plans that stop at a LIMIT, and what they cost where matching rows are rarer than estimated."""

from dataclasses import replace

import pytest

from pgadvisor.advisor.plans.doubt import Doubt
from pgadvisor.advisor.plans.reprice import repriced
from pgadvisor.advisor.plans.scarce import MOST_RARER, rarer
from pgadvisor.model.index import Index
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.server import Setting
from pgadvisor.model.snapshot import Lookup
from tests.advisor.world import btree, lookup, named, table
from tests.catalog import make_statistics

PAGES, ROWS = 3_000, 100_000.0
SEQ_COST = PAGES + ROWS * 0.5  # half a unit a row: the filter calls functions
BY_NAME = btree("t", "name")


def facts(cache_pages: int = 1_000_000) -> Lookup:
    known = lookup([table("t", rows=ROWS, pages=PAGES)])
    statistics = (make_statistics("t", "name", distinct=-1.0, correlation=0.0),)
    setting = Setting("effective_cache_size", str(cache_pages), "8kB", "default")
    return Lookup(replace(known.snapshot, statistics=statistics, settings=(setting,)))


def scan(kind: str, cost: float, rows: float, filtered: str | None, condition: str | None = None) -> PlanNode:
    known = PlanNode(kind, 0.0, cost, rows, 8, relation=named("t"), alias="t", filter=filtered, index_condition=condition)
    return replace(known, index="new") if kind == "Index Scan" else known


def limit(below: PlanNode, rows: float) -> PlanNode:
    cost = below.startup_cost + (below.total_cost - below.startup_cost) * rows / below.rows
    return PlanNode("Limit", below.startup_cost, cost, rows, 8, children=(below,))


def node(kind: str, cost: float, rows: float, *children: PlanNode) -> PlanNode:
    return PlanNode(kind, 0.0, cost, rows, 8, children=children)


def factor(below: PlanNode, looked_at: float = ROWS) -> float:
    return rarer(limit(below, 10.0), lambda one: looked_at if one.filter is not None else one.rows)


def now() -> PlanNode:
    """Read all, filter, sort, take ten."""
    whole = scan("Seq Scan", SEQ_COST, 1_000.0, "f(name) ~~ '%x%'")
    in_order = replace(node("Sort", SEQ_COST + 50.0, 1_000.0, whole), startup_cost=SEQ_COST + 48.0)
    return limit(in_order, 10.0)


def in_order(rows: float = 1_000.0) -> PlanNode:
    return limit(scan("Index Scan", SEQ_COST + 10_000.0, rows, "f(name) ~~ '%x%'"), 10.0)


def gathered(cost: float) -> PlanNode:
    found = replace(scan("Bitmap Heap Scan", cost, 1_000.0, None), recheck="f(name) ~~ '%x%'")
    search = replace(found, children=(PlanNode("Bitmap Index Scan", 0.0, 100.0, 1_000.0, 0),))
    return limit(replace(node("Sort", cost + 50.0, 1_000.0, search), startup_cost=cost + 48.0), 10.0)


def trusted(root: PlanNode, known: Lookup, *used: Index) -> float:
    doubt = Doubt(known)
    return doubt.costs(Plan(root, frozenset(used))).trusted(doubt.costs(Plan(now())))


@pytest.mark.parametrize("cache_pages", [1_000_000, PAGES // 2])
def test_an_ordered_scan_that_a_filter_cuts_down_yields_to_an_index_that_serves_the_filter(cache_pages: int) -> None:
    known, finds = facts(cache_pages), Index(named("t"), BY_NAME.keys, method="gin")
    assert in_order().total_cost < gathered(1_200.0).total_cost
    assert trusted(in_order(), known, BY_NAME) > trusted(gathered(1_200.0), known, finds)


def test_it_is_kept_where_it_wins_with_rarer_rows_too() -> None:
    assert trusted(in_order(), facts(), BY_NAME) < 0.2 * trusted(now(), facts())
    plenty = limit(scan("Index Scan", SEQ_COST + 10_000.0, 40_000.0, "active"), 10.0)
    assert trusted(plenty, facts(), BY_NAME) < 0.001 * trusted(now(), facts())


def test_what_the_filter_itself_costs_is_not_forgotten_in_memory() -> None:
    """Half a unit a row for functions, which neither the rows nor the pages explain."""
    hunt = scan("Index Scan", SEQ_COST + 10_000.0, 1_000.0, "f(name) ~~ '%x%'")
    assert Doubt(facts()).costs(Plan(hunt, frozenset({BY_NAME}))).checked > 0.8 * SEQ_COST
    cheap = scan("Index Scan", 12_000.0 + ROWS * 0.0175, 1_000.0, "active")
    assert Doubt(facts()).costs(Plan(cheap, frozenset({BY_NAME}))).checked == pytest.approx(ROWS * 0.2175, rel=0.02)


def test_rows_that_nothing_drops_are_not_in_doubt() -> None:
    assert factor(scan("Index Scan", 500.0, ROWS, None)) == 1.0
    assert factor(node("Sort", 900.0, 100.0, scan("Seq Scan", 500.0, 100.0, "a > 5"))) == 1.0


def test_the_rarer_they_are_estimated_the_more_they_are_in_doubt() -> None:
    assert factor(scan("Index Scan", 500.0, 0.5 * ROWS, "active")) == pytest.approx(2.0)
    assert factor(scan("Index Scan", 500.0, 0.001 * ROWS, "name ~~ '%x%'")) == MOST_RARER


def test_a_join_drops_rows_as_a_filter_does() -> None:
    outer, inner = scan("Index Scan", 500.0, 1_000.0, None), scan("Index Scan", 0.5, 1.0, None, "(t.id = o.id)")
    assert factor(node("Nested Loop", 1_000.0, 1_000.0, outer, inner)) == 1.0
    assert factor(node("Incremental Sort", 1_100.0, 250.0, node("Nested Loop", 1_000.0, 250.0, outer, inner))) == 4.0


def test_partitions_are_looked_at_together() -> None:
    parts = [scan("Index Scan", 50.0, 10.0, "a = 1"), scan("Index Scan", 50.0, 10.0, "a = 1")]
    assert factor(node("Merge Append", 110.0, 20.0, *parts), looked_at=50.0) == 5.0


def test_a_search_is_never_longer_than_the_whole_scan() -> None:
    below = scan("Index Scan", 1_000.0, 20.0, "a = 1")
    assert repriced(limit(below, 1.0), lambda _: None, rarer=lambda _: 10.0) == pytest.approx(500.0)
    assert repriced(limit(below, 15.0), lambda _: None, rarer=lambda _: 10.0) == pytest.approx(1_000.0)
