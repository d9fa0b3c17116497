"""A server that dies, freezes, is a standby or sits behind a pooler; and what reaches it in the first place."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from pgadvisor.collect import collect
from pgadvisor.connect import Session, open_session
from pgadvisor.errors import ConnectError
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.binaries import find_binaries
from pgadvisor.whatif.localserver import LocalServer
from tests.collect.conftest import snapshot_as
from tests.collect.test_objects import OBJECTS
from tests.conftest import Connection
from tests.postgres import binaries_for

PRELOADED = {"shared_preload_libraries": "pg_stat_statements"}


def at_read(monkeypatch: pytest.MonkeyPatch, number: int, happens: Callable[[Session], object]) -> None:
    """Let `happens` come just before the n-th read of a session."""
    original = Session.read
    seen = 0

    def counting(session: Session, *arguments: Any, **options: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            happens(session)
        return original(session, *arguments, **options)

    monkeypatch.setattr(Session, "read", counting)


@pytest.mark.parametrize("number", [1, 5, 12, 20])
def test_session_killed_mid_way(conninfo: str, database: Connection, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    at_read(monkeypatch, number, lambda session: database.execute("select pg_terminate_backend(%s)", (session.backend_pid,)))
    with pytest.raises(ConnectError, match="lost"):
        snapshot_as(conninfo)


def test_server_dies_mid_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalServer(find_binaries(18), PRELOADED) as server:
        with server.connect() as admin:
            admin.execute("create extension pg_stat_statements")
        at_read(monkeypatch, 10, lambda _: server.stop(signal.SIGQUIT))
        with pytest.raises(ConnectError) as caught:
            snapshot_as(server.conninfo)
        assert caught.value.exit_code == 3 and "\n" not in caught.value.message


def test_server_freezes_mid_way(conninfo: str, database: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[int] = []

    def freeze(session: Session) -> None:
        frozen.append(session.backend_pid)
        os.kill(session.backend_pid, signal.SIGSTOP)

    at_read(monkeypatch, 8, freeze)
    try:
        with (
            pytest.raises(ConnectError, match="did not answer"),
            open_session(conninfo, command="test", deadline_s=2) as session,
        ):
            collect(session)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)


def logged_statements(log: str) -> list[str]:
    """The single statements that the log shows of sessions of ours."""
    messages = re.split(r"^(?=app=)", log, flags=re.MULTILINE)
    ours = [one for one in messages if one.startswith("app=pgadvisor/") and "LOG:  " in one]
    texts = [one.split("LOG:  ", 1)[1] for one in ours]
    found = []
    for text in texts:
        label, _, body = text.partition(": ")
        if label == "statement" or label.startswith("execute"):
            found += [part.strip() for part in body.split(";\n") if part.strip()]
    return found


def test_only_reading_transactions_reach_the_server(server: LocalServer) -> None:
    settings = {
        **PRELOADED,
        "log_statement": "all",
        "log_min_messages": "warning",
        "log_line_prefix": "app=%a ",
    }
    with LocalServer(binaries_for(server.major), settings) as watched:
        with watched.connect() as admin:
            admin.execute("create extension pg_stat_statements")
            admin.execute(OBJECTS)
            before = admin.execute("select txid_current()").fetchone()
            snapshot_as(watched.conninfo)
            after = admin.execute("select txid_current()").fetchone()
        log = (watched.home / "log").read_text(errors="replace")
    statements = logged_statements(log)
    kinds = {re.match(r"[A-Z]+", statement).group() for statement in statements}  # type: ignore[union-attr]
    assert kinds == {"BEGIN", "SELECT", "WITH", "ROLLBACK"}
    begins = [one for one in statements if one.startswith("BEGIN")]
    assert len(begins) > 25 and all(one.endswith("READ COMMITTED READ ONLY") for one in begins)
    assert len(begins) == sum(one.startswith("ROLLBACK") for one in statements)
    assert all("/* pgadvisor */" in one for one in statements)
    assert "ERROR" not in log and "WARNING" not in log
    assert before is not None and after == (before[0] + 1,)  # no transaction of ours had anything to write


@contextmanager
def standby_of(server: LocalServer) -> Iterator[str]:
    """A hot standby of `server`; yields a connection string without a database."""
    own = server._bin / "pg_basebackup"
    program = own if own.exists() else find_binaries(18).folder / "pg_basebackup"
    home = server.home / "standby"
    secret = {**os.environ, "PGPASSWORD": server.password}
    subprocess.run(
        [program, "-D", home, "-h", server.sockets, "-U", "postgres", "-c", "fast", "-R"],
        env=secret,
        check=True,
        capture_output=True,
    )
    primary = make_conninfo("", host=str(server.sockets), user="postgres", password=server.password)
    with (home / "postgresql.auto.conf").open("a") as conf:  # what a newer pg_basebackup writes an older server cannot read
        conf.write("primary_conninfo = '{}'\n".format(primary.replace("'", "''")))
    options = server._as_user()
    if options:
        shutil.chown(home, options["user"], options["group"])
        for path in home.rglob("*"):
            shutil.chown(path, options["user"], options["group"])
    command = [str(server._bin / "postgres"), "-D", str(home), "-p", "5433"]
    running = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    conninfo = make_conninfo(server.conninfo, port=5433)
    try:
        wait_for(conninfo)
        yield conninfo
    finally:
        running.send_signal(signal.SIGQUIT)
        running.wait(30)
        shutil.rmtree(home)


def wait_for(conninfo: str) -> None:
    for _ in range(300):
        with suppress(psycopg.OperationalError):
            psycopg.connect(conninfo).close()
            return
        time.sleep(0.05)
    pytest.fail("the server did not come up")


def test_standby(server: LocalServer, dbname: str, database: Connection) -> None:
    database.execute("create table t (id integer primary key); insert into t values (1); analyze t")
    with standby_of(server) as conninfo:
        snapshot = snapshot_as(make_conninfo(conninfo, dbname=dbname))
        assert snapshot.server.in_recovery and not snapshot.server.pooled
        table = Lookup(snapshot).tables[Name("public", "t")]
        assert table.columns and table.size_bytes == 8192
        assert snapshot.replication is not None and snapshot.replication.standbys == 0
        primary = snapshot_as(make_conninfo(server.conninfo, dbname=dbname))
        assert not primary.server.in_recovery
        assert primary.replication is not None and primary.replication.standbys == 1


@contextmanager
def pooler_of(server: LocalServer, folder: Path, dbname: str, mode: str) -> Iterator[str]:
    """pgbouncer in front of `server`."""
    program = shutil.which("pgbouncer")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    folder.chmod(0o755)
    (folder / "users").write_text(f'"postgres" "{server.password}"\n')
    (folder / "ini").write_text(
        f"[databases]\n{dbname} = host={server.sockets} port=5432 dbname={dbname} user=postgres password={server.password}\n"
        f"[pgbouncer]\nlisten_port = 6543\nunix_socket_dir = {folder}\nauth_type = plain\nauth_file = {folder / 'users'}\n"
        f"pool_mode = {mode}\ndefault_pool_size = 1\n"
    )
    options = server._as_user()
    if options:
        shutil.chown(folder, options["user"], options["group"])
    running = subprocess.Popen(
        [program, "-q", str(folder / "ini")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    conninfo = make_conninfo("", host=str(folder), port=6543, user="postgres", password=server.password, dbname=dbname)
    try:
        wait_for(conninfo)
        yield conninfo
    finally:
        running.terminate()
        running.wait(30)


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder that a socket's path fits in and another account may enter."""
    folder = Path(f"/tmp/pgadvisor-pool-{os.getpid()}")
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_behind_a_pooler_nothing_leaks(
    server: LocalServer, dbname: str, database: Connection, short_path: Path, mode: str
) -> None:
    database.execute("create table t (id integer primary key)")
    with pooler_of(server, short_path, dbname, mode) as conninfo:
        snapshot = snapshot_as(conninfo)
        assert snapshot.server.pooled
        assert Lookup(snapshot).tables[Name("public", "t")].columns
        with psycopg.connect(conninfo, autocommit=True) as application:
            row = application.execute(
                "select current_setting('search_path'), current_setting('lock_timeout'), current_setting('statement_timeout'),"
                " current_setting('default_transaction_read_only'), current_setting('DateStyle')"
            ).fetchone()
    assert row == ('"$user", public', "0", "0", "off", "ISO, MDY")
