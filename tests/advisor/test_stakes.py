"""What a recommendation can win and lose, as it is told."""

from types import SimpleNamespace
from typing import cast

import pytest

from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.rowfactor import row_factor, rows_beyond
from pgadvisor.advisor.price.wal import Wal
from pgadvisor.advisor.price.writes import WriteCost
from pgadvisor.advisor.words.stakes import Stakes, stakes_evidence, wal_bytes_per_day


@pytest.mark.parametrize(("days", "told"), [(None, None), (1 / 1440, None), (0.5, 200)])
def test_counters_of_minutes_do_not_tell_of_days(days: float | None, told: int | None) -> None:
    cost = WriteCost(1.0, 0.5, 2.0, 0, 10.0, Wal(60.0, 40.0), "statements", days)
    assert wal_bytes_per_day(cost) == told
    evidence = dict(stakes_evidence(Stakes(9.0, 5.0, cost, 1, 0.0, True)))
    assert evidence.get("wal_bytes_per_day") == told


@pytest.mark.parametrize(
    ("planned", "counted", "factor", "beyond"), [(799, 7, 100.0, 1.0), (7, 799, 100.0, 100.0), (5, 5, 1.0, 1.0)]
)
def test_fewer_rows_than_planned_make_no_plan_dearer(planned: float, counted: int, factor: float, beyond: float) -> None:
    counters = SimpleNamespace(calls=10, rows=10 * counted)
    query = SimpleNamespace(counters=counters, kind="select", measured=True, rows_counted=True)
    case = SimpleNamespace(query=query, check=None, plan=SimpleNamespace(root=SimpleNamespace(rows=planned)))
    assert row_factor(cast(Case, case)) == pytest.approx(factor)
    assert rows_beyond(cast(Case, case)) == pytest.approx(beyond)
