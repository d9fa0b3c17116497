"""What a recommendation can win and lose, as it is told."""

import pytest

from pgadvisor.advisor.stakes import Stakes, stakes_evidence, wal_bytes_per_day
from pgadvisor.advisor.wal import Wal
from pgadvisor.advisor.writes import WriteCost


@pytest.mark.parametrize(("days", "told"), [(None, None), (1 / 1440, None), (0.5, 200)])
def test_counters_of_minutes_do_not_tell_of_days(days: float | None, told: int | None) -> None:
    cost = WriteCost(1.0, 0.5, 2.0, 0, 10.0, Wal(60.0, 40.0), "statements", days)
    assert wal_bytes_per_day(cost) == told
    evidence = dict(stakes_evidence(Stakes(9.0, 5.0, cost, 1, 0.0, True)))
    assert evidence.get("wal_bytes_per_day") == told
