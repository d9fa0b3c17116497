"""Gains that a plan promises and does not keep."""

from dataclasses import dataclass, replace

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.plans import cases
from pgadvisor.advisor.plans.doubt import Costs, Doubt, in_memory
from pgadvisor.model.index import Index
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.report import Options
from pgadvisor.model.server import Setting
from pgadvisor.model.snapshot import Lookup
from tests.advisor.world import TablePlanner, btree, existing, lookup, named, offer, query, table, workload
from tests.catalog import make_statistics

PAGES, ROWS = 20_000, 1e6
A, B = btree("t", "a"), btree("t", "b")


def facts(correlation: float = 0.0, cache_pages: int = 1_000_000) -> Lookup:
    known = lookup([table("t", rows=ROWS, pages=PAGES)], [existing("t_a", A)])
    statistics = (make_statistics("t", "a", distinct=1000.0, correlation=correlation),)
    setting = Setting("effective_cache_size", str(cache_pages), "8kB", "default")
    return Lookup(replace(known.snapshot, statistics=statistics, settings=(setting,)))


def scan(kind: str, cost: float, rows: float, condition: str | None = None, filtered: str | None = None) -> PlanNode:
    return PlanNode(
        kind, 0.0, cost, rows, 8, relation=named("t"), alias="t", index="t_a", index_condition=condition, filter=filtered
    )


def checked(node: PlanNode, known: Lookup) -> float:
    return Doubt(known).costs(Plan(node)).checked


def test_in_memory_pages_are_cheap_and_rows_gathered_one_by_one_are_not() -> None:
    whole = scan("Seq Scan", PAGES + ROWS * 0.0125, ROWS)
    assert checked(whole, facts()) == pytest.approx(PAGES * 0.2 + ROWS * 0.0125)
    gathered = scan("Index Scan", 3000.0, 50_000, "(t.a > 5)")
    assert checked(gathered, facts(correlation=0.0)) > 10_000
    assert checked(gathered, facts(correlation=1.0)) < 1_500


def test_an_index_that_holds_all_columns_saves_pages_that_cost_little_and_no_rows() -> None:
    whole, narrow = scan("Seq Scan", PAGES + ROWS * 0.0125, ROWS), scan("Index Only Scan", 3_000 * 4 + ROWS * 0.0175, ROWS)
    assert narrow.total_cost < whole.total_cost
    assert checked(narrow, facts()) > checked(whole, facts())


def test_a_brin_search_reads_its_ranges_in_order() -> None:
    search = scan("Bitmap Heap Scan", 9_000.0, 900.0)
    search = replace(search, children=(PlanNode("Bitmap Index Scan", 0.0, 12.0, 20_000.0, 8, index="t_brin"),))
    brin = replace(A, method="brin")
    in_order = Doubt(facts()).costs(Plan(search, frozenset({brin}))).checked
    assert in_order == pytest.approx(20_000.0 * 0.015 + 0.02 * PAGES * 0.2, rel=0.01)
    assert Doubt(facts()).costs(Plan(search, frozenset({A}))).checked > 5 * in_order


def test_a_bitmap_costs_a_search_of_the_index_as_a_plain_scan_does() -> None:
    search = replace(scan("Bitmap Heap Scan", 8.3, 1.0), children=(PlanNode("Bitmap Index Scan", 0.0, 4.3, 1.0, 0, index="t_a"),))
    assert checked(search, facts()) > checked(scan("Index Scan", 8.3, 1.0, "(t.a = 5)"), facts())


def test_the_rows_of_a_frequent_value_are_not_taken_to_lie_together() -> None:
    usual, frequent = (scan("Index Scan", 3000.0, rows, "(t.a = 5)") for rows in (1_000, 50_000))
    assert checked(usual, facts(correlation=1.0)) < 0.2 * checked(usual, facts(correlation=0.0))
    assert checked(frequent, facts(correlation=1.0)) == checked(frequent, facts(correlation=0.0))


def test_rows_that_a_filter_drops_are_gathered_too() -> None:
    kept = scan("Index Scan", 1500.0, 1, "(t.a = u.a)", "(t.b = 1)")
    one_key = ROWS / 1000.0
    assert checked(kept, facts()) == pytest.approx(one_key * 0.2, rel=0.2)


def test_where_the_tables_are_larger_than_the_cache_the_planner_is_believed() -> None:
    known = facts(cache_pages=PAGES // 2)
    assert not in_memory(known)
    assert in_memory(facts())
    node = scan("Index Scan", 3000.0, 50_000, "(t.a = u.a)")
    assert checked(node, known) == node.total_cost


def test_the_trusted_cost_is_never_below_the_planners() -> None:
    base = Costs(1000.0, 500.0, 800.0)
    assert Costs(100.0, 20.0, 30.0).trusted(base) == 100.0
    assert Costs(100.0, 400.0, 640.0).trusted(base) == pytest.approx(800.0)
    assert Costs(100.0, 50.0, 1600.0).trusted(base) == pytest.approx(1000.0 * (0.1 + 2.0) / 2)
    assert base.trusted(base) == base.planned


@dataclass
class Known:
    """In the place of `Doubt`: the true cost of plans by the indexes they read."""

    costs_by_use: dict[frozenset[Index], float]

    def costs(self, plan: Plan) -> Costs:
        true = self.costs_by_use.get(plan.used, plan.total_cost)
        return Costs(plan.total_cost, true, true)


def created(planner: TablePlanner, doubt: Known, monkeypatch: pytest.MonkeyPatch, *names: str) -> set[Index]:
    offer(monkeypatch, dict.fromkeys(names, (A, B)))
    monkeypatch.setattr(cases, "Doubt", lambda _: doubt)
    load = workload(*(query(name, "t") for name in names))
    found = advise(lookup([table("t")]), load, planner, Options(budget_bytes=1 << 30)).findings
    return {change.index for finding in found for change in finding.changes if change.index is not None}


def test_of_two_indexes_the_one_whose_gain_is_sure_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = TablePlanner({"q": {frozenset(): 1000.0, frozenset({A}): 10.0, frozenset({B}): 100.0}})
    assert created(planner, Known({}), monkeypatch, "q") == {A}
    assert created(planner, Known({frozenset({A}): 5000.0}), monkeypatch, "q") == {B}


def test_an_index_that_lures_another_statement_into_a_slow_plan_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A serves q better than B does, but with A the planner takes a plan for r that is four times slower than its own."""
    plans = {
        "q": {frozenset(): 1000.0, frozenset({A}): 10.0, frozenset({B}): 100.0},
        "r": {frozenset(): 1000.0, frozenset({A}): 900.0},
    }
    assert created(TablePlanner(plans), Known({}), monkeypatch, "q", "r") == {A}

    class Lured(Known):
        def costs(self, plan: Plan) -> Costs:
            true = 4000.0 if plan.total_cost == 900.0 else plan.total_cost
            return Costs(plan.total_cost, true, true)

    assert created(TablePlanner(plans), Lured({}), monkeypatch, "q", "r") == {B}


def test_a_statement_that_was_not_measured_counts_as_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the planner's cost stands for its time then, and nothing else is comparable with it."""
    planner = TablePlanner({"q": {frozenset(): 1000.0, frozenset({A}): 10.0}})
    offer(monkeypatch, {"q": (A,)})
    monkeypatch.setattr(cases, "Doubt", lambda _: Known({frozenset({A}): 5000.0}))
    load = workload(query("q", "t", measured=False))
    assert advise(lookup([table("t")]), load, planner, Options()).findings
