"""Bargaining: what a statement would do with indexes that its saving could pay for."""

import pytest

from pgadvisor.advisor.choice.bargain import Bargain
from pgadvisor.advisor.choice.constraints import Constraints
from pgadvisor.advisor.choice.model import solve
from pgadvisor.advisor.plans.atomic import Option, Tree
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import NOTHING, Probe
from pgadvisor.advisor.plans.worth import Weight
from pgadvisor.model.index import Index
from pgadvisor.model.plan import ValuedStatement
from tests.advisor.world import MEGABYTE, TablePlanner, btree

WIDE, NARROW, OTHER, TINY = (btree("t", column) for column in "abcd")
SIZES = {WIDE: 100 * MEGABYTE, NARROW: 10 * MEGABYTE, OTHER: 9 * MEGABYTE, TINY: 1}
PLANS = {
    frozenset[Index](): 1000.0,
    frozenset({WIDE}): 100.0,
    frozenset({NARROW, OTHER}): 200.0,
    frozenset({NARROW}): 300.0,
    frozenset({OTHER, TINY}): 500.0,
}


def bargain(chosen: frozenset[Index] = frozenset(), least_ms: float = 0.0) -> tuple[Bargain, Tree, Pool, TablePlanner]:
    planner = TablePlanner({"q": PLANS}, SIZES)
    pool = Pool(planner.size_bytes)
    probe = Probe(planner, pool, (ValuedStatement("q", ()),))
    weight = Weight(1000.0, probe.base().cost, 0.0, 0.0)
    tree = Tree(probe, weight, pool.numbers(SIZES))
    sizes = {number: pool.size_bytes(number) for number in tree.offered}
    return Bargain(weight, tree, pool.numbers(chosen), sizes, least_ms), tree, pool, planner


def prices_ms(pool: Pool, byte_ms: float) -> dict[int, float]:
    return {number: byte_ms * pool.size_bytes(number) for number in pool.numbers(SIZES)}


def learnt(tree: Tree, pool: Pool) -> set[frozenset[Index]]:
    return {frozenset(pool.definitions(option.needs)) for option in tree.options(optimistic=False)}


def test_a_plan_whose_bytes_cannot_pay_is_not_asked_for() -> None:
    one, tree, pool, planner = bargain()
    before = planner.calls
    one.seek(prices_ms(pool, 900.0 / MEGABYTE))  # the whole gain buys a megabyte
    assert learnt(tree, pool) == {frozenset({WIDE})}, "only what was known"
    assert planner.calls - before <= 1


def test_smaller_plans_are_met_on_the_way_down_and_their_parts_alone() -> None:
    one, tree, pool, _ = bargain()
    one.seek(prices_ms(pool, 10.0 / MEGABYTE))
    assert learnt(tree, pool) >= {frozenset({WIDE}), frozenset({NARROW, OTHER}), frozenset({NARROW}), frozenset({OTHER, TINY})}


def test_an_index_that_was_chosen_is_replaced_by_smaller_ones() -> None:
    one, tree, pool, _ = bargain(frozenset({WIDE}))
    one.replace()
    assert frozenset({NARROW, OTHER}) in learnt(tree, pool)


def test_nothing_is_sought_where_nothing_worth_while_is_left() -> None:
    one, _, _, planner = bargain(frozenset({NARROW, OTHER}), least_ms=150.0)
    one.seek({})
    calls = planner.calls
    one.seek({})
    assert planner.calls == calls
    assert calls <= 3, "the base, everything, and what was chosen"


@pytest.mark.parametrize(("budget", "price_ms"), [(5, 10.0), (20, 1.0)])
def test_the_price_is_what_a_further_byte_saves(budget: int, price_ms: float) -> None:
    statements = [[Option(100.0, frozenset({0}))], [Option(30.0, frozenset({1}))]]
    solution = solve(statements, {0: 0.0, 1: 0.0}, Constraints({0: 10, 1: 30}, budget), relaxed=True)
    assert solution.prices_ms == pytest.approx({0: 10 * price_ms, 1: 30 * price_ms})


def test_without_a_limit_that_binds_a_byte_is_worth_nothing() -> None:
    solution = solve([[Option(100.0, frozenset({0}))]], {0: 0.0}, Constraints({0: 10}, 1000), relaxed=True)
    assert solution.prices_ms[0] == pytest.approx(0.0, abs=1e-9)
    assert solve([[Option(1.0, NOTHING)]], {}, Constraints({}, 5)).prices_ms == {}


def test_a_number_of_indexes_has_a_price_too() -> None:
    statements = [[Option(100.0, frozenset({0}))], [Option(30.0, frozenset({1}))]]
    solution = solve(statements, {0: 0.0, 1: 0.0}, Constraints({0: 10, 1: 30}, most_indexes=1), relaxed=True)
    assert solution.chosen == {0}
    assert 30.0 - 1e-6 <= solution.prices_ms[0] <= 100.0


def test_an_index_that_several_statements_want_is_paid_by_all_of_them() -> None:
    both = [[Option(60.0, frozenset({0}))], [Option(60.0, frozenset({0}))], [Option(100.0, frozenset({1}))]]
    solution = solve(both, {0: 0.0, 1: 0.0, 2: 0.0}, Constraints({0: 10, 1: 10, 2: 10}, 10), relaxed=True)
    paid = [found.get(0, 0.0) for found in solution.paid_ms]
    assert sum(paid) == pytest.approx(solution.prices_ms[0])
    assert max(paid) <= 60.0 + 1e-6, "neither pays more than it gains"
    assert solution.prices_ms[2] == pytest.approx(solution.prices_ms[0]), "an index that no known plan reads has a price too"
