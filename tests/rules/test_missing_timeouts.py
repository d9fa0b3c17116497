"""missing-timeouts: silent as soon as anything is limited or unknown."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Level
from pgadvisor.model.server import Activity
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import missing_timeouts
from tests.catalog import make_lookup
from tests.rules.making import facts_of

NONE = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "transaction_timeout": "0"}


def test_fires_where_nothing_is_limited() -> None:
    lookup = make_lookup("", settings=NONE)
    (finding,) = missing_timeouts.find(facts_of(lookup))
    assert finding.severity is Level.INFO
    busy = Lookup(replace(lookup.snapshot, activity=Activity(100, 10, 1, 3, 7200.0, 0)))
    (worse,) = missing_timeouts.find(facts_of(busy))
    assert worse.severity is Level.LOW
    assert "3 sessions" in worse.message


@pytest.mark.parametrize("name", sorted(NONE))
def test_silent_where_something_is_limited(name: str) -> None:
    assert missing_timeouts.find(facts_of(make_lookup("", settings={**NONE, name: "60000"}))) == ()


def test_silent_where_nothing_is_known() -> None:
    assert missing_timeouts.find(facts_of(make_lookup(""))) == ()
