"""The choice against brute force, and what it must never do."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgadvisor.advisor import advice as advice_module
from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.choice.choose import Choice
from pgadvisor.advisor.choice.patience import Patience
from pgadvisor.advisor.plans.worth import floor_ms, weigh
from pgadvisor.model.index import Index
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.workload import Workload
from tests.advisor.world import MEGABYTE, TablePlanner, btree, lookup, offer, query, table, workload

INDEXES = [btree("t", "a"), btree("t", "b"), btree("t", "c"), btree("u", "a"), btree("u", "b")]
SUBSETS = [frozenset(one) for size in range(len(INDEXES) + 1) for one in combinations(INDEXES, size)]
TABLES = [table("t"), table("u")]
Plans = dict[frozenset[Index], float]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, Plans], dict[Index, int], list[float], int]:
    """Statements with random atomic plans, sizes of indexes, times of statements and a budget."""
    plans: dict[str, Plans] = {}
    subsets = st.frozensets(st.sampled_from(INDEXES), min_size=1, max_size=3)
    for number in range(draw(st.integers(1, 4))):
        base = draw(st.integers(100, 100_000))
        better = draw(st.dictionaries(subsets, st.integers(1, 99), max_size=6))
        plans[f"q{number}"] = {frozenset(): float(base), **{used: base * part / 100 for used, part in better.items()}}
    sizes = {index: draw(st.integers(1, 5)) * MEGABYTE for index in INDEXES}
    times = [float(draw(st.integers(1, 10_000))) for _ in plans]
    return plans, sizes, times, draw(st.integers(0, 12)) * MEGABYTE


def with_margin(budget: int) -> int:
    """A budget of which `budget` is left when the margin for the error of estimated sizes is taken off."""
    return budget + budget // 50


def net_ms(chosen: frozenset[Index], planner: TablePlanner, load: Workload, min_gain: float) -> float:
    """The objective of a set, worked out from the planner's own answers."""
    saved = -len(chosen) * floor_ms(load.total_ms, len(load.queries), budgeted=True)
    for one in load.queries:
        weight = weigh(one, planner.best(one.sql, frozenset()).total_cost, min_gain)
        saved += weight.saving_ms(planner.best(one.sql, chosen).total_cost)
    return saved


def optimum_ms(planner: TablePlanner, load: Workload, budget: int, min_gain: float) -> float:
    within = (subset for subset in SUBSETS if sum(map(planner.size_bytes, subset)) <= budget)
    return max(net_ms(subset, planner, load, min_gain) for subset in within)


def created(advice: Advice) -> frozenset[Index]:
    changes = [change for finding in advice.findings for change in finding.changes if change.action == "create_index"]
    return frozenset(change.index for change in changes if change.index is not None)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.sampled_from([0.0, 0.05, 0.3]))
def test_the_result_is_the_optimum_of_brute_force(
    monkeypatch: pytest.MonkeyPatch, world: tuple[dict[str, Plans], dict[Index, int], list[float], int], min_gain: float
) -> None:
    plans, sizes, times, budget = world
    load = workload(*(query(sql, "t", "u", total_ms=time) for sql, time in zip(plans, times, strict=True)))
    planner = TablePlanner(plans, sizes)
    offer(monkeypatch, dict.fromkeys(plans, INDEXES))
    advice = advise(lookup(TABLES), load, planner, Options(budget_bytes=with_margin(budget), min_gain=min_gain))
    got, best = net_ms(created(advice), planner, load, min_gain), optimum_ms(planner, load, budget, min_gain)
    assert sum(map(planner.size_bytes, created(advice))) <= budget
    assert got == pytest.approx(best, abs=1e-5 * load.total_ms)
    assert advice.gap_fraction is not None
    assert (best - got) / (load.total_ms - got) <= advice.gap_fraction + 1e-9
    assert len(planner.asked) == len(set(planner.asked)), "nothing is asked twice"
    assert advice.whatif_calls == planner.calls
    assert sum(finding.saving_ms for finding in advice.findings) == pytest.approx(advice.saving_ms)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds())
def test_two_runs_give_the_same_and_no_statement_is_slower(
    monkeypatch: pytest.MonkeyPatch, world: tuple[dict[str, Plans], dict[Index, int], list[float], int]
) -> None:
    plans, sizes, times, budget = world
    load = workload(*(query(sql, "t", "u", total_ms=time) for sql, time in zip(plans, times, strict=True)))
    offer(monkeypatch, dict.fromkeys(plans, INDEXES))
    runs = [advise(lookup(TABLES), load, TablePlanner(plans, sizes), Options(budget_bytes=with_margin(budget))) for _ in range(2)]
    assert runs[0] == runs[1]
    for finding in runs[0].findings:
        assert all((effect.cost_after or 0.0) <= (effect.cost_before or 0.0) for effect in finding.statements)
        assert finding.saving_ms > 0.0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.integers(0, 4), st.integers(0, 3))
def test_with_numbers_of_indexes_capped_too_it_is_the_optimum_of_brute_force(
    monkeypatch: pytest.MonkeyPatch,
    world: tuple[dict[str, Plans], dict[Index, int], list[float], int],
    most: int,
    most_per_table: int,
) -> None:
    plans, sizes, times, budget = world
    load = workload(*(query(sql, "t", "u", total_ms=time) for sql, time in zip(plans, times, strict=True)))
    planner = TablePlanner(plans, sizes)
    offer(monkeypatch, dict.fromkeys(plans, INDEXES))
    asked = Options(budget_bytes=with_margin(budget), min_gain=0.0, max_indexes=most, max_indexes_per_table=most_per_table)
    advice = advise(lookup(TABLES), load, planner, asked)

    def allowed(subset: frozenset[Index]) -> bool:
        on_t = sum(index.table == INDEXES[0].table for index in subset)
        fits = sum(map(planner.size_bytes, subset)) <= budget
        return fits and len(subset) <= most and max(on_t, len(subset) - on_t) <= most_per_table

    got = net_ms(created(advice), planner, load, 0.0)
    best = max(net_ms(subset, planner, load, 0.0) for subset in SUBSETS if allowed(subset))
    assert allowed(created(advice))
    assert got == pytest.approx(best, abs=1e-5 * load.total_ms)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.integers(0, 6))
def test_a_deadline_leaves_a_valid_answer_with_its_gap(
    monkeypatch: pytest.MonkeyPatch, world: tuple[dict[str, Plans], dict[Index, int], list[float], int], looks: int
) -> None:
    plans, sizes, times, budget = world
    seen = iter(range(looks))
    monkeypatch.setattr(Patience, "spent", lambda patience, part: lambda: next(seen, None) is None)
    load = workload(*(query(sql, "t", "u", total_ms=time) for sql, time in zip(plans, times, strict=True)))
    planner = TablePlanner(plans, sizes)
    offer(monkeypatch, dict.fromkeys(plans, INDEXES))
    advice = advise(lookup(TABLES), load, planner, Options(budget_bytes=with_margin(budget), min_gain=0.0))
    got, best = net_ms(created(advice), planner, load, 0.0), optimum_ms(planner, load, budget, 0.0)
    assert sum(map(planner.size_bytes, created(advice))) <= budget
    assert advice.gap_fraction is not None
    assert (best - got) / (load.total_ms - got) <= advice.gap_fraction + 1e-9


def test_two_indexes_that_only_help_together_are_found_and_both_are_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = INDEXES[:2]
    planner = TablePlanner({"q": {frozenset(): 10_000.0, frozenset({a, b}): 10.0}})
    offer(monkeypatch, {"q": [a, b]})
    advice = advise(lookup(TABLES), workload(query("q", "t")), planner, Options())
    assert created(advice) == {a, b}
    assert advice.saving_ms == pytest.approx(sum(finding.saving_ms for finding in advice.findings))
    assert advice.verdicts[0].verdict == "improved"


def test_of_two_substitutes_only_the_better_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = INDEXES[:2]
    planner = TablePlanner({"q": {frozenset(): 10_000.0, frozenset({a}): 11.0, frozenset({b}): 10.0}})
    offer(monkeypatch, {"q": [a, b]})
    assert created(advise(lookup(TABLES), workload(query("q", "t")), planner, Options())) == {b}


@pytest.mark.parametrize(("inferred", "mean_ms", "made"), [(False, 10.0, True), (True, 10.0, False), (False, 0.1, False)])
def test_a_small_gain_needs_values_that_are_sure_and_calls_that_are_long(
    monkeypatch: pytest.MonkeyPatch, inferred: bool, mean_ms: float, made: bool
) -> None:
    """7 % of 10 ms is worth an index, but not where values were inferred; of a tenth of a millisecond nobody notices it."""
    planner = TablePlanner({"q": {frozenset(): 10_000.0, frozenset({INDEXES[0]}): 9_300.0}})
    offer(monkeypatch, {"q": INDEXES[:1]}, inferred=inferred)
    load = workload(query("q", "t", total_ms=mean_ms * 1e6, calls=1_000_000))
    assert bool(created(advise(lookup(TABLES), load, planner, Options()))) == made


def test_one_statement_of_enormous_cost_does_not_take_the_whole_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = INDEXES[:2]
    planner = TablePlanner(
        {"giant": {frozenset(): 1e12, frozenset({a}): 1e11}, "often": {frozenset(): 10_000.0, frozenset({b}): 10.0}}
    )
    offer(monkeypatch, {"giant": [a], "often": [b]})
    load = workload(query("giant", "t", total_ms=10.0, calls=1), query("often", "t", total_ms=90_000.0, calls=9000))
    assert created(advise(lookup(TABLES), load, planner, Options(budget_bytes=with_margin(MEGABYTE)))) == {b}


def test_no_gain_takes_two_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = TablePlanner({"q": {frozenset(): 100.0}})
    offer(monkeypatch, {"q": INDEXES[:3]})
    advice = advise(lookup(TABLES), workload(query("q", "t")), planner, Options())
    assert planner.calls == 2
    assert (advice.findings, advice.gap_fraction) == ((), 0.0)


def test_a_gap_that_is_left_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the search cut short the bound stays above what was found, never below."""
    monkeypatch.setattr("pgadvisor.advisor.choice.choose._MOST_ROUNDS", 1)
    monkeypatch.setattr("pgadvisor.advisor.plans.offers._MOST_CALLS", 0)
    a, b, c = INDEXES[:3]
    plans = {frozenset(): 1000.0, frozenset({a, b, c}): 1.0, frozenset({a, b}): 900.0, frozenset({c}): 950.0}
    planner = TablePlanner({"q": plans}, {a: MEGABYTE, b: MEGABYTE, c: MEGABYTE})
    offer(monkeypatch, {"q": [a, b, c]})
    load = workload(query("q", "t"))
    advice = advise(lookup(TABLES), load, planner, Options(budget_bytes=with_margin(2 * MEGABYTE)))
    got, best = net_ms(created(advice), planner, load, 0.05), optimum_ms(planner, load, 2 * MEGABYTE, 0.05)
    assert advice.gap_fraction is not None
    assert (best - got) / (load.total_ms - got) <= advice.gap_fraction
    assert advice.gap_fraction > 0.0


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.integers(1, 2))
def test_a_search_cut_short_never_prints_less_than_the_true_gap(
    monkeypatch: pytest.MonkeyPatch, world: tuple[dict[str, Plans], dict[Index, int], list[float], int], rounds: int
) -> None:
    plans, sizes, times, budget = world
    monkeypatch.setattr("pgadvisor.advisor.choice.choose._MOST_ROUNDS", rounds)
    monkeypatch.setattr("pgadvisor.advisor.plans.offers._MOST_CALLS", 0)
    load = workload(*(query(sql, "t", "u", total_ms=time) for sql, time in zip(plans, times, strict=True)))
    planner = TablePlanner(plans, sizes)
    offer(monkeypatch, dict.fromkeys(plans, INDEXES))
    advice = advise(lookup(TABLES), load, planner, Options(budget_bytes=with_margin(budget), min_gain=0.0))
    got, best = net_ms(created(advice), planner, load, 0.0), optimum_ms(planner, load, budget, 0.0)
    assert advice.gap_fraction is not None
    assert (best - got) / (load.total_ms - got) <= advice.gap_fraction + 1e-9


def test_without_a_budget_bytes_are_charged_and_with_one_they_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index as large as its table that saves 1.5 % of the time spent there."""
    a, b = INDEXES[:2]
    planner = TablePlanner(
        {"q": {frozenset(): 1e6, frozenset({a}): 9.0}, "r": {frozenset(): 1e6, frozenset({b}): 9.0}},
        {a: MEGABYTE, b: 200 * MEGABYTE},
    )
    offer(monkeypatch, {"q": [a], "r": [b]})
    load = workload(query("q", "t", total_ms=98_500.0), query("r", "t", total_ms=1_500.0))
    assert created(advise(lookup(TABLES), load, planner, Options())) == {a}
    assert created(advise(lookup(TABLES), load, planner, Options(budget_bytes=1000 * MEGABYTE))) == {a, b}


def test_the_proof_drops_what_is_not_missed_when_it_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the model says: here it says to make everything."""
    a, b, c = INDEXES[:3]
    plans = {frozenset(): 1000.0, frozenset({a}): 10.0, frozenset({b}): 10.0, frozenset({a, b}): 9.99, frozenset({c}): 999.0}
    monkeypatch.setattr(advice_module, "choose", lambda cases, charges, *_: Choice(frozenset(charges), 0.0, 0.0))
    offer(monkeypatch, {"q": [a, b, c]})
    advice = advise(lookup(TABLES), workload(query("q", "t")), TablePlanner({"q": plans}), Options())
    assert created(advice) in ({a}, {b})
