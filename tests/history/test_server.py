"""What a real pg_stat_statements does between two reads: counts, is reset, drops entries, crashes."""

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.history import compare, keep, latest
from pgadvisor.model.nightly import Nightly, StatementTrend
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.whatif.localserver import LocalServer
from tests.postgres import binaries_for, wanted_majors

Connection = psycopg.Connection[tuple[Any, ...]]
SCHEMA = """create table orders (id int primary key, user_id int, total int);
insert into orders select n, n % 50, n from generate_series(1, 500) n"""


def read(conninfo: str) -> Snapshot:
    with open_session(conninfo, command="test") as session:
        return collect(session)


def run(database: Connection, calls: int, column: str = "user_id") -> None:
    for number in range(calls):
        database.execute(f"select total from orders where {column} = {number} /* plain */")


def trend(nightly: Nightly, column: str = "user_id") -> StatementTrend:
    return next(t for t in nightly.statements if f"orders where {column} =" in t.query.lower())


def test_counting(database: Connection, conninfo: str, tmp_path: Path) -> None:
    database.execute(SCHEMA)
    run(database, 7)
    keep(tmp_path, read(conninfo))
    run(database, 5)
    run(database, 3, "total")
    time.sleep(1.1)  # a file's name holds seconds
    newer = read(conninfo)
    older, damaged = latest(tmp_path, newer)
    assert damaged == ()
    nightly = compare(older, newer)
    assert (trend(nightly).counters.calls, trend(nightly).counters.rows, trend(nightly).change) == (5, 50, "steady")
    assert (trend(nightly, "total").counters.calls, trend(nightly, "total").change) == (3, "new")
    assert str(trend(nightly).tables[0]) == "public.orders"
    assert not nightly.reset


def test_reset_in_between(database: Connection, conninfo: str) -> None:
    database.execute(SCHEMA)
    run(database, 7)
    older = read(conninfo)
    database.execute("select pg_stat_statements_reset()")
    run(database, 5)
    nightly = compare(older, read(conninfo))
    assert trend(nightly).counters.calls == 5
    assert trend(nightly).reset
    assert nightly.reset or nightly.server_version_num < 140000  # 13 does not tell when it was reset


def test_a_table_made_anew_is_the_same_statement(database: Connection, conninfo: str) -> None:
    database.execute(SCHEMA)
    run(database, 7)
    older = read(conninfo)
    database.execute("drop table orders")
    database.execute(SCHEMA)
    run(database, 5)
    found = trend(compare(older, read(conninfo)))
    assert (found.counters.calls, found.change) == (5, "steady")


@pytest.mark.parametrize("major", wanted_majors())
def test_a_crash_in_between(major: int) -> None:
    """On a server of its own: a killed backend takes all connections with it, and pg_stat_statements' memory."""
    with LocalServer(binaries_for(major), {"shared_preload_libraries": "pg_stat_statements"}) as server:
        with server.connect() as database:
            database.execute("create extension pg_stat_statements")
            database.execute(SCHEMA)
            database.execute("checkpoint")
            run(database, 7)
            older = read(server.conninfo)
        crash(server)
        with reconnected(server) as database:
            run(database, 9)
        found = trend(compare(older, read(server.conninfo)))
    if major >= 14:
        assert (found.counters.calls, found.reset) == (9, True)
    else:
        assert found.counters.calls in (2, 9)  # 13 has no fact that tells; less than what ran, never more


def crash(server: LocalServer) -> None:
    connection = server.connect()
    os.kill(connection.info.backend_pid, signal.SIGKILL)
    with pytest.raises(psycopg.OperationalError):
        for _ in range(100):
            connection.execute("select 1")
            time.sleep(0.1)


def reconnected(server: LocalServer) -> Connection:
    for _ in range(100):
        with contextlib.suppress(psycopg.OperationalError):
            return server.connect()
        time.sleep(0.1)
    return server.connect()
