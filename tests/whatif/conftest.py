"""A production-like database, read into a snapshot, for the tests of the shadow."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from tests.postgres import binaries_for

ReadLookup = Callable[[], Lookup]


@pytest.fixture
def read(conninfo: str) -> ReadLookup:
    """Reads the test's database as it is now."""

    def reading() -> Lookup:
        with open_session(conninfo, command="test") as session:
            return Lookup(collect(session))

    return reading


@pytest.fixture
def bindir(server: LocalServer) -> Path:
    """The programs of the server's own major, so that the shadow plans as the server does."""
    return binaries_for(server.major).folder
