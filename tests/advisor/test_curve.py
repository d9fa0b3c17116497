"""What other budgets would buy: sets that keep to them, at what was promised."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.plans.worth import floor_ms
from pgadvisor.model.index import Index
from pgadvisor.model.report import Options
from tests.advisor.test_choice import INDEXES, TABLES, Plans, optimum_ms, worlds
from tests.advisor.world import MEGABYTE, TablePlanner, lookup, offer, query, workload

A, B, C = INDEXES[:3]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.sampled_from([0, 400]))
def test_a_point_keeps_to_its_budget_and_promises_no_more_than_the_optimum(
    monkeypatch: pytest.MonkeyPatch, world: tuple[dict[str, Plans], dict[Index, int], list[float], int], whole_options: int
) -> None:
    plans, sizes, times, budget = world
    monkeypatch.setattr("pgadvisor.advisor.choice.curve._WHOLE_OPTIONS", whole_options)
    load = workload(*(query(sql, "t", "u", total_ms=time) for sql, time in zip(plans, times, strict=True)))
    planner = TablePlanner(plans, sizes)
    offer(monkeypatch, dict.fromkeys(plans, INDEXES))
    advice = advise(lookup(TABLES), load, planner, Options(budget_bytes=budget, min_gain=0.0))
    half, double = advice.budget_curve
    assert (half.budget_bytes, double.budget_bytes) == (budget // 2, budget * 2)
    each_ms = floor_ms(load.total_ms, len(load.queries), budgeted=True)
    for point in (half, double):
        assert point.index_bytes <= point.budget_bytes
        best = optimum_ms(planner, load, point.budget_bytes, 0.0)
        assert point.saving_ms - point.indexes * each_ms <= best + 1e-6 * load.total_ms
    chosen = sum(change.action == "create_index" for finding in advice.findings for change in finding.changes)
    assert double.saving_ms - double.indexes * each_ms >= advice.saving_ms - chosen * each_ms - 1e-6 * load.total_ms
    assert advice.whatif_calls == planner.calls
    assert len(planner.asked) == len(set(planner.asked)), "nothing is asked twice"


def test_twice_the_budget_sees_indexes_that_the_budget_had_no_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = {frozenset[Index](): 10_000.0, frozenset({A}): 5_000.0, frozenset({B}): 10.0}
    offer(monkeypatch, {"q": [A, B]})
    planner = TablePlanner({"q": plans}, {A: MEGABYTE, B: 3 * MEGABYTE})
    advice = advise(lookup(TABLES), workload(query("q", "t")), planner, Options(budget_bytes=2 * MEGABYTE + MEGABYTE // 8))
    half, double = advice.budget_curve
    assert (half.indexes, half.index_bytes) == (1, MEGABYTE)
    assert (double.indexes, double.index_bytes) == (1, 3 * MEGABYTE)
    assert double.saving_ms > advice.saving_ms


def test_without_a_budget_it_tells_what_less_room_would_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {"often": [A], "seldom": [B]})
    cheap, sizes = {frozenset[Index](): 10_000.0}, {A: 7 * MEGABYTE // 8, B: 9 * MEGABYTE // 8}
    planner = TablePlanner({"often": {**cheap, frozenset({A}): 10.0}, "seldom": {**cheap, frozenset({B}): 10.0}}, sizes)
    load = workload(query("often", "t", total_ms=9_000.0), query("seldom", "t", total_ms=1_000.0))
    half, quarter = advise(lookup(TABLES), load, planner, Options()).budget_curve
    assert (half.budget_bytes, half.indexes) == (MEGABYTE, 1)
    assert half.saving_ms == pytest.approx(9_000.0, rel=0.01)
    assert (quarter.indexes, quarter.saving_ms) == (0, 0.0)


def test_of_one_index_there_is_nothing_to_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {"q": [C]})
    planner = TablePlanner({"q": {frozenset(): 10_000.0, frozenset({C}): 10.0}})
    assert advise(lookup(TABLES), workload(query("q", "t")), planner, Options()).budget_curve == ()
