"""A plan's cost reckoned again from its leaves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.advisor.plans.reprice import repriced
from pgadvisor.model.plan import PlanNode

COST = st.floats(0.01, 1e6)


def leaf(cost: float) -> PlanNode:
    return PlanNode("Seq Scan", 0.0, cost, 1.0, 8)


def above(kind: str, total: float, *children: PlanNode) -> PlanNode:
    return PlanNode(kind, 0.0, total, 1.0, 8, children=children)


@st.composite
def joined(draw: st.DrawFn, sides: st.SearchStrategy[PlanNode]) -> PlanNode:
    outer, inner, own = draw(sides), draw(sides), draw(COST)
    if draw(st.booleans()):
        return above("Hash Join", outer.total_cost + inner.total_cost + own, outer, inner)
    return above("Nested Loop", outer.total_cost + draw(st.floats(0.1, 1e4)) * inner.total_cost + own, outer, inner)


@st.composite
def cut(draw: st.DrawFn, sides: st.SearchStrategy[PlanNode]) -> PlanNode:
    below = draw(sides)
    return above("Limit", below.total_cost * draw(st.floats(0.01, 1.0)), below)


@st.composite
def aside(draw: st.DrawFn, sides: st.SearchStrategy[PlanNode]) -> PlanNode:
    """A node with an InitPlan or SubPlan beside its input."""
    below, beside = draw(sides), replace(draw(sides), subplan="SubPlan 1")
    return above("Aggregate", below.total_cost + beside.total_cost * draw(st.floats(0.5, 9.0)), below, beside)


PLANS = st.recursive(COST.map(leaf), lambda sides: joined(sides) | cut(sides) | aside(sides), max_leaves=12)


def own_price(node: PlanNode) -> float | None:
    return node.total_cost if not node.children else None


@given(PLANS)
def test_with_the_planners_prices_it_is_the_planners_cost(plan: PlanNode) -> None:
    assert repriced(plan, own_price) == pytest.approx(plan.total_cost)


@given(PLANS, st.floats(1.0, 5.0), st.floats(1.0, 5.0))
def test_it_grows_with_the_prices_and_with_the_rows(plan: PlanNode, dearer: float, growth: float) -> None:
    usual = repriced(plan, own_price)
    assert repriced(plan, own_price, growth) >= usual * (1 - 1e-9)
    assert repriced(plan, own_price, rarer=lambda _: growth) >= usual * (1 - 1e-9)
    raised = repriced(plan, lambda node: node.total_cost * dearer if not node.children else None)
    assert usual * (1 - 1e-9) <= raised <= usual * dearer * (1 + 1e-9)


def test_a_nested_loop_pays_for_rows_that_a_hash_join_hardly_feels() -> None:
    below = above("Hash Join", 1000.0, leaf(400.0), leaf(500.0))
    looped = above("Nested Loop", 3000.0, below, leaf(2.0))
    hashed = above("Hash Join", 3100.0, below, leaf(2000.0))
    assert looped.total_cost < hashed.total_cost
    assert repriced(looped, own_price, 4.0) == pytest.approx(1000.0 + 2000.0 * 4.0)
    assert repriced(hashed, own_price, 4.0) == pytest.approx(1000.0 + 2000.0 + 100.0 * 4.0)


def test_rows_of_one_scan_are_not_in_doubt() -> None:
    lookup = above("Nested Loop", 100.0, leaf(10.0), leaf(3.0))
    assert repriced(lookup, own_price, 8.0) == pytest.approx(100.0)
