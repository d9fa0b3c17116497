"""Stand-ins: what a wider index is guessed to do for a statement that was planned with a narrower one."""

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.plans.atomic import Tree
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import Probe
from pgadvisor.advisor.plans.standins import does_work_of, standins, with_guesses
from pgadvisor.advisor.plans.worth import Weight
from pgadvisor.model.index import Index
from pgadvisor.model.plan import ValuedStatement
from pgadvisor.model.report import Options
from tests.advisor.test_choice import created
from tests.advisor.world import MEGABYTE, TablePlanner, btree, lookup, offer, query, table, workload

NARROW, WIDE, OTHER = btree("t", "a", include=["b"]), btree("t", "a", "c", include=["b", "d"]), btree("t", "e")


@pytest.mark.parametrize(
    ("one", "other", "can"),
    [
        (WIDE, NARROW, True),
        (NARROW, WIDE, False),
        (btree("t", "a", "b"), NARROW, True),
        (btree("t", "c", "a", include=["b"]), NARROW, False),
        (btree("t", "a", include=["b"], where="d > 1"), NARROW, False),
        (NARROW, btree("t", "a", where="d > 1"), True),
        (btree("t", "-a", include=["b"]), NARROW, False),
    ],
)
def test_an_index_does_the_work_of_one_that_it_starts_with_and_covers(one: Index, other: Index, can: bool) -> None:
    assert does_work_of(one, other) is can


def test_only_indexes_of_the_same_table_stand_in() -> None:
    pool = Pool(lambda index: 1)
    numbers = pool.numbers([NARROW, WIDE, OTHER, btree("u", "a", "c", include=["b", "d"])])
    assert standins(numbers, pool)[pool.number(NARROW)] == {pool.number(WIDE)}


def trees(plans: dict[str, dict[frozenset[Index], float]]) -> tuple[list[Tree], Pool]:
    planner = TablePlanner(plans)
    pool = Pool(planner.size_bytes)
    found = []
    for sql in plans:
        probe = Probe(planner, pool, (ValuedStatement(sql, ()),))
        weight = Weight(100.0, probe.base().cost, 0.0, 0.0)
        found.append(Tree(probe, weight, pool.numbers([NARROW, WIDE, OTHER])))
    return found, pool


def test_a_guess_promises_no_more_than_is_known_of_larger_sets_and_goes_once_the_truth_is_known() -> None:
    found, pool = trees(
        {"q": {frozenset(): 100.0, frozenset({NARROW}): 10.0}, "r": {frozenset(): 100.0, frozenset({WIDE}): 10.0}}
    )
    wide = pool.numbers([WIDE])
    by = standins(pool.numbers([NARROW, WIDE, OTHER]), pool)
    assert [option.needs for option in with_guesses(found, by)[0]] == [pool.numbers([NARROW]), wide]
    assert with_guesses(found, by)[0][1].saving_ms <= 90.0
    found[0].learn(wide)
    assert max((one.saving_ms for one in with_guesses(found, by)[0] if one.needs == wide), default=0.0) == 0.0


def test_a_plan_without_one_of_its_indexes_is_guessed_until_it_is_known() -> None:
    found, pool = trees({"q": {frozenset(): 100.0, frozenset({NARROW, OTHER}): 0.0, frozenset({NARROW}): 40.0}})
    narrow = pool.numbers([NARROW])
    guessed = {one.needs: one.saving_ms for one in with_guesses(found, {})[0]}
    assert guessed[narrow] == pytest.approx(70.0)
    found[0].learn(narrow)
    assert max(one.saving_ms for one in with_guesses(found, {})[0] if one.needs == narrow) == 60.0


def test_one_wide_index_is_found_for_statements_that_each_prefer_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    other = btree("t", "a", "c", include=["d"])
    plans = {
        "q": {frozenset[Index](): 100_000.0, frozenset({NARROW}): 1000.0, frozenset({WIDE}): 1100.0},
        "r": {frozenset[Index](): 100_000.0, frozenset({other}): 1000.0, frozenset({WIDE}): 1100.0},
        "s": {frozenset[Index](): 1000.0, frozenset({WIDE}): 900.0},
    }
    sizes = {NARROW: 8 * MEGABYTE, other: 8 * MEGABYTE, WIDE: 10 * MEGABYTE}
    offer(monkeypatch, {sql: [NARROW, other, WIDE] for sql in plans})
    load = workload(*(query(sql, "t") for sql in plans))
    advice = advise(lookup([table("t")]), load, TablePlanner(plans, sizes), Options(budget_bytes=11 * MEGABYTE, min_gain=0.0))
    assert created(advice) == {WIDE}
