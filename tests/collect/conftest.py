"""Reads the test's database as the role of sql/setup/role.sql."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg.conninfo import make_conninfo

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.connect.sqlfile import folder
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.whatif.localserver import LocalServer
from tests.conftest import Connection

PASSWORD = "a secret"
Read = Callable[..., Snapshot]


@contextmanager
def role(server: LocalServer, dbname: str) -> Iterator[Callable[[], str]]:
    """Makes the role (call it when the objects are there: on 13 it is granted SELECT table by table) and says how to
    connect as it."""
    made: list[str] = []

    def make() -> str:
        if not made:
            with server.connect(dbname=dbname) as admin:
                admin.execute((folder() / "setup" / "role.sql").read_text())
                admin.execute(f"alter role pgadvisor password '{PASSWORD}'")
            made.append(make_conninfo(server.conninfo, dbname=dbname, user="pgadvisor", password=PASSWORD))
        return made[0]

    try:
        yield make
    finally:
        if made:
            with server.connect(dbname=dbname) as admin:
                admin.execute("drop owned by pgadvisor; drop role pgadvisor")


@pytest.fixture
def reader(server: LocalServer, dbname: str) -> Iterator[Callable[[], str]]:
    """`role` in the test's database."""
    with role(server, dbname) as make:
        yield make


def snapshot_as(conninfo: str, **options: Any) -> Snapshot:
    """One collection; `options` go to `collect`."""
    with open_session(conninfo, command="test", deadline_s=60) as session:
        return collect(session, **options)


@pytest.fixture
def read(reader: Callable[[], str]) -> Read:
    """Collects as that role."""

    def snapshot(**options: Any) -> Snapshot:
        return snapshot_as(reader(), **options)

    return snapshot


def flush(database: Connection) -> None:
    """Make the counters of this session's work visible to others."""
    if database.info.server_version >= 150000:
        database.execute("select pg_stat_force_next_flush()")
        database.execute("select 1")
    else:
        time.sleep(1.2)  # PGSTAT_STAT_INTERVAL is 500 ms, at the sender and at the reader
        database.execute("select 1")
        time.sleep(0.6)
