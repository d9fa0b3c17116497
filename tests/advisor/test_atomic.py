"""The tree of atomic plans: its bound holds at every stage, and it ends in knowing everything."""

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.advisor.plans.atomic import Tree
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import Probe
from pgadvisor.advisor.plans.worth import Weight
from pgadvisor.model.index import Index
from pgadvisor.model.plan import ValuedStatement
from tests.advisor.world import TablePlanner, btree

INDEXES = [btree("t", column) for column in "abcde"]
SUBSETS = [frozenset(one) for one in chain.from_iterable(combinations(INDEXES, size) for size in range(6))]
BASE = 1000.0


@st.composite
def plans(draw: st.DrawFn) -> dict[frozenset[Index], float]:
    used = st.frozensets(st.sampled_from(INDEXES), min_size=1, max_size=4)
    return {frozenset(): BASE, **draw(st.dictionaries(used, st.integers(1, 999).map(float), max_size=10))}


def tree_of(known: dict[frozenset[Index], float]) -> tuple[Tree, Pool, TablePlanner, Weight]:
    planner = TablePlanner({"q": known})
    pool = Pool(planner.size_bytes)
    probe = Probe(planner, pool, (ValuedStatement("q", ()),))
    weight = Weight(100.0, probe.base().cost, 0.0, 0.0)
    return Tree(probe, weight, pool.numbers(INDEXES)), pool, planner, weight


def hoped(tree: Tree, chosen: frozenset[int], optimistic: bool) -> float:
    """The most that the options allow under `chosen`."""
    allowed = [
        option.saving_ms
        for option in tree.options(optimistic)
        if option.needs <= chosen and not option.excludes & chosen and (not option.any_of or option.any_of & chosen)
    ]
    return max(allowed, default=0.0)


@settings(max_examples=150, deadline=None)
@given(plans(), st.integers(0, 8))
def test_the_options_never_promise_less_than_is_true_nor_know_more(known: dict[frozenset[Index], float], calls: int) -> None:
    tree, pool, planner, weight = tree_of(known)
    tree.explore(calls)
    for subset in SUBSETS:
        truth = weight.saving_ms(planner.best("q", subset).total_cost)
        assert hoped(tree, pool.numbers(subset), optimistic=True) >= truth - 1e-9
        assert hoped(tree, pool.numbers(subset), optimistic=False) <= truth + 1e-9


@settings(max_examples=100, deadline=None)
@given(plans())
def test_explored_to_its_end_it_knows_every_subset(known: dict[frozenset[Index], float]) -> None:
    tree, pool, planner, weight = tree_of(known)
    tree.explore(10_000)
    for subset in SUBSETS:
        truth = weight.saving_ms(planner.best("q", subset).total_cost)
        for optimistic in (True, False):
            assert abs(hoped(tree, pool.numbers(subset), optimistic) - truth) < 1e-9


@settings(max_examples=100, deadline=None)
@given(plans(), st.sampled_from(SUBSETS), st.integers(0, 20))
def test_a_walk_tells_the_truth_and_leaves_no_hope_behind(
    known: dict[frozenset[Index], float], subset: frozenset[Index], calls: int
) -> None:
    tree, pool, planner, weight = tree_of(known)
    chosen = pool.numbers(subset)
    truth = weight.saving_ms(planner.best("q", subset).total_cost)
    assert abs(weight.saving_ms(tree.walk(chosen, calls).cost) - truth) < 1e-9
    tree.walk(chosen, 100)
    assert hoped(tree, chosen, optimistic=True) <= truth + 1e-9
    assert len(planner.asked) == len(set(planner.asked))


@settings(max_examples=150, deadline=None)
@given(plans(), st.lists(st.frozensets(st.sampled_from(INDEXES)), max_size=6))
def test_ceilings_hold_for_every_subset(known: dict[frozenset[Index], float], asked: list[frozenset[Index]]) -> None:
    tree, pool, planner, weight = tree_of(known)
    for offered in asked:
        tree.learn(pool.numbers(offered))
    for ceiling in tree.ceilings():
        for subset in SUBSETS:
            truth = weight.saving_ms(planner.best("q", subset).total_cost)
            more = sum(ceiling.beyond.get(number, 0.0) for number in pool.numbers(subset))
            assert truth <= ceiling.saving_ms + more + 1e-9


def test_a_ceiling_tells_what_a_set_that_was_planned_lacks() -> None:
    a, b, *_ = INDEXES
    tree, pool, _, _ = tree_of({frozenset(): BASE, frozenset({a}): 500.0, frozenset({a, b}): 100.0})
    tree.learn(pool.numbers([a]))
    tree.learn(pool.numbers(INDEXES[2:]))
    found = {ceiling.saving_ms: ceiling.beyond for ceiling in tree.ceilings()}
    assert found[50.0][pool.number(b)] == 40.0
    assert found[0.0] == {pool.number(a): 90.0, pool.number(b): 90.0}
