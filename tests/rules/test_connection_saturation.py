"""connection-saturation: one look at the sessions."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Level
from pgadvisor.model.server import Activity
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import connection_saturation
from pgadvisor.rules.rule import Facts
from tests.catalog import make_lookup
from tests.rules.making import facts_of


def facts(connections: int) -> Facts:
    snapshot = replace(make_lookup("").snapshot, activity=Activity(100, connections, 5, 0, None, 0))
    return facts_of(Lookup(snapshot))


@pytest.mark.parametrize(("connections", "severity"), [(80, Level.MEDIUM), (97, Level.HIGH)])
def test_fires_near_the_limit(connections: int, severity: Level) -> None:
    assert [finding.severity for finding in connection_saturation.find(facts(connections))] == [severity]


def test_silent_with_room_or_without_facts() -> None:
    assert connection_saturation.find(facts(60)) == ()
    assert connection_saturation.find(facts_of(make_lookup(""))) == ()
