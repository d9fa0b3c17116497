"""Settings are read as numbers, in the unit that pg_settings has them in."""

import pytest

from pgadvisor.model.server import Setting
from pgadvisor.model.snapshot import Lookup, Snapshot
from tests.advisor.world import NOW, SERVER


@pytest.mark.parametrize(("value", "expected"), [("300", 300.0), ("1.1", 1.1), ("-1", -1.0), ("auto", 4.0), ("", 4.0)])
def test_a_setting_that_is_no_number_counts_as_the_default(value: str, expected: float) -> None:
    snapshot = Snapshot(NOW, SERVER, settings=(Setting("random_page_cost", value, None, "configuration file"),))
    assert Lookup(snapshot).setting_number("random_page_cost", 4.0) == expected


def test_a_setting_that_was_not_read_has_the_default() -> None:
    assert Lookup(Snapshot(NOW, SERVER)).setting_number("random_page_cost", 4.0) == 4.0
