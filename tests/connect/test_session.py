"""One connection, short READ ONLY transactions, nothing left behind."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg.conninfo import make_conninfo

from pgadvisor.connect import Cancelled, LockNotAvailable, NoPrivilege, NotLoaded, ReadError, Session, Undefined, open_session
from pgadvisor.errors import ConnectError
from pgadvisor.whatif.localserver import LocalServer
from tests.conftest import Connection


@pytest.fixture
def session(conninfo: str) -> Iterator[Session]:
    with open_session(conninfo, command="test", deadline_s=60) as opened:
        yield opened


def test_rows_and_parameters(session: Session) -> None:
    rows = session.read("SELECT u.a, %(text)s AS t FROM unnest(%(list)s) AS u(a)", {"text": "50% of 'x\"\\", "list": [1, 2]})
    assert rows == [{"a": 1, "t": "50% of 'x\"\\"}, {"a": 2, "t": "50% of 'x\"\\"}]
    assert session.read("SELECT 1 AS one WHERE 'a%%' = 'a%%'") == [{"one": 1}]
    assert session.read("SELECT 1 AS one WHERE false") == []


def test_application_name_tells_version_and_command(session: Session) -> None:
    assert session.read("SELECT current_setting('application_name') AS name")[0]["name"].startswith("pgadvisor/0.1.0 test")


def test_limits_of_each_transaction(session: Session) -> None:
    names = ("search_path", "statement_timeout", "lock_timeout", "transaction_read_only", "transaction_isolation")
    columns = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    row = session.read(f"SELECT {columns}", timeout_s=7)[0]
    assert row == {
        "search_path": "",
        "statement_timeout": "7s",
        "lock_timeout": "200ms",
        "transaction_read_only": "on",
        "transaction_isolation": "read committed",
    }


def test_nothing_stays_in_the_session(session: Session) -> None:
    session.read("SELECT 1")
    row = session._connection.execute("SELECT current_setting('search_path') AS p, current_setting('jit') AS j").fetchone()
    assert row == {"p": '"$user", public', "j": "off"}
    assert session._connection.info.transaction_status.name == "IDLE"


def test_writes_are_refused(session: Session) -> None:
    with pytest.raises(ReadError, match="read-only"):
        session.read("CREATE TABLE t (a int)")
    assert session.read("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT * FROM public.nowhere", Undefined),
        ("SELECT nowhere()", Undefined),
        ("SELECT a.nowhere FROM (SELECT 1) AS a", Undefined),
        ("SELECT pg_sleep(20)", Cancelled),
        ("SELECT 1/0", ReadError),
    ],
)
def test_refused_statement_leaves_a_usable_session(session: Session, sql: str, kind: type[ReadError]) -> None:
    with pytest.raises(kind):
        session.read(sql, timeout_s=0.2)
    assert session.read("SELECT 1 AS one") == [{"one": 1}]
    assert session.footprint.statements == 2


def test_lock_is_not_waited_for(session: Session, database: Connection) -> None:
    database.execute("create table t (a int)")
    with database.transaction():
        database.execute("lock table t in access exclusive mode")
        with pytest.raises(LockNotAvailable):
            session.read("SELECT a FROM public.t")
    assert session.read("SELECT a FROM public.t") == []


def test_privilege(server: LocalServer, dbname: str, database: Connection) -> None:
    database.execute("create table t (a int)")
    with role(database) as (name, password):
        conninfo = make_conninfo(server.conninfo, dbname=dbname, user=name, password="")
        with open_session(conninfo, command="test", password=password) as session, pytest.raises(NoPrivilege):
            session.read("SELECT a FROM public.t")


@contextmanager
def role(database: Connection) -> Iterator[tuple[str, str]]:
    database.execute("create role connect_plain login password 'x'")
    try:
        yield "connect_plain", "x"
    finally:
        database.execute("drop role connect_plain")


def test_killed_session(session: Session, database: Connection) -> None:
    killed = threading.Timer(0.3, lambda: database.execute(f"select pg_terminate_backend({session.backend_pid})"))
    killed.start()
    with pytest.raises(ConnectError, match="lost"):
        session.read("SELECT pg_sleep(20)")
    killed.join()
    with pytest.raises(ConnectError):
        session.read("SELECT 1")


def test_frozen_server_meets_the_deadline(conninfo: str, database: Connection) -> None:
    with open_session(conninfo, command="test", deadline_s=1.5) as session:
        pid = session.backend_pid
        os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            with pytest.raises(ConnectError, match="did not answer within"):
                session.read("SELECT 1")
            assert time.monotonic() - started < 30  # not for ever
        finally:
            os.kill(pid, signal.SIGCONT)
    with pytest.raises(ConnectError):
        session.read("SELECT 1")


def test_long_answers_meet_the_deadline(conninfo: str) -> None:
    with (
        open_session(conninfo, command="test", deadline_s=0.5) as session,
        pytest.raises((ConnectError, Cancelled)),
    ):
        for _ in range(1000):
            session.read("SELECT pg_sleep(0.05)")


def test_not_loaded_library() -> None:
    assert issubclass(NotLoaded, ReadError)


def test_footprint_counts(session: Session) -> None:
    session.read("SELECT 1")
    session.read("SELECT pg_sleep(0.01)")
    footprint = session.footprint
    assert (footprint.connections, footprint.statements, footprint.locked_objects) == (1, 2, 0)
    assert footprint.elapsed_ms >= 10


def test_connection_is_closed(conninfo: str, database: Connection) -> None:
    with open_session(conninfo, command="test") as session:
        pid = session.backend_pid
    for _ in range(100):
        if not database.execute("select from pg_stat_activity where pid = %s", (pid,)).fetchall():
            return
        time.sleep(0.02)
    pytest.fail("the session is still there")


def test_database_without_encoding(server: LocalServer, database: Connection) -> None:
    database.execute("create database raw_bytes template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'")
    try:
        with open_session(make_conninfo(server.conninfo, dbname="raw_bytes"), command="test") as session:
            row = session.read("SELECT convert_from('\\xff41'::bytea, 'SQL_ASCII') AS t")[0]
        assert row == {"t": "\ufffdA"}
    finally:
        database.execute("drop database raw_bytes with (force)")
