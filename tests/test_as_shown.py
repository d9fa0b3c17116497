"""The totals above the findings are those of the findings that are shown."""

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.analyze import as_shown
from pgadvisor.model.report import Options
from tests.advisor.world import TablePlanner, btree, lookup, offer, query, table, workload


def test_what_is_left_out_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = btree("t", "a"), btree("u", "b")
    offer(monkeypatch, {"q": [first], "r": [second]})
    planner = TablePlanner(
        {"q": {frozenset(): 1000.0, frozenset({first}): 10.0}, "r": {frozenset(): 1000.0, frozenset({second}): 100.0}}
    )
    advice = advise(lookup([table("t"), table("u")]), workload(query("q", "t"), query("r", "u")), planner, Options())
    assert len(advice.findings) == 2
    assert as_shown(advice, advice.findings) is advice
    top = advice.findings[:1]
    shown = as_shown(advice, top)
    assert shown.saving_ms == pytest.approx(top[0].saving_ms)
    assert 0.0 < shown.saving_ms < advice.saving_ms
    assert shown.budget_curve == () and shown.gap_fraction is None
    assert as_shown(advice, ()).saving_ms == 0.0
