"""--log: a server's own log beside the server or a snapshot of it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgadvisor.whatif.localserver import LocalServer
from tests.cli import shop
from tests.cli.run import assert_one_line, pgadvisor
from tests.conftest import Connection

SECRET = "user77@example.com"


@contextmanager
def logging(server: LocalServer, connection: Connection, path: Path) -> Iterator[None]:
    """`path` gets what the server logs of this session."""
    log = server.home / "log"
    begin = log.stat().st_size
    connection.execute("set log_min_messages = 'log'")
    connection.execute("set log_min_duration_statement = 0")
    try:
        yield
    finally:
        connection.execute("reset log_min_duration_statement")
        connection.execute("reset log_min_messages")
        path.write_bytes(log.read_bytes()[begin:])


def work(connection: Connection) -> None:
    """A queue whose state is written into the text, members of each order's row, and a lookup by what must not be told."""
    with psycopg.ClientCursor(connection) as simple:
        for number in range(20):
            simple.execute(
                "select id from orders where status = %s and customer_id > %s order by created_at limit 5", ["open", number]
            )
            connection.execute("select id from customers where email = %s", [SECRET])
            connection.execute(
                "select total from orders where status = %s and total < %s order by total limit 3", ["open", number]
            )
        for _ in range(3):
            rows = simple.execute("select id, customer_id from orders order by id limit 40").fetchall()
            for _, customer in rows:
                connection.execute("select note from customers where id = %s", [customer])


def audit(*arguments: str, text: str | None = None) -> dict[str, Any]:
    done = pgadvisor("audit", *arguments, "--format", "json", text=text)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def created(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The findings that create an index, by its SQL after USING."""
    return {change["sql"].split(" USING ", 1)[1]: finding for finding in document["findings"] for change in finding["changes"]
            if change["action"] == "create_index"}  # fmt: skip


@pytest.fixture
def log(server: LocalServer, database: Connection, tmp_path: Path) -> Path:
    """The log of the shop's work, after it."""
    shop.build(database)
    database.execute("select pg_stat_statements_reset()")
    path = tmp_path / "postgresql.log"
    with logging(server, database, path):
        work(database)
    time.sleep(1.1)  # a session tells its counts of index scans once a second (PGSTAT_MIN_INTERVAL)
    database.execute("select 1")
    return path


def test_real_constants_order_and_privacy(conninfo: str, log: Path, tmp_path: Path) -> None:
    found = audit(conninfo, "--log", str(log))
    indexes = created(found)
    assert "btree (created_at) WHERE status = 'open'" in indexes
    assert indexes["btree (email)"]["confidence"] == "high"
    assert not indexes["btree (email)"]["evidence"]["inferred_values"]
    (loop,) = [finding for finding in found["findings"] if finding["rule"] == "n-plus-one"]
    assert (loop["confidence"], loop["evidence"]["log_runs"], loop["evidence"]["log_calls"]) == ("high", 3, 120)
    sent = next(finding for sql, finding in indexes.items() if "(total" in sql and "WHERE status = 'open'" in sql)
    assert (sent["confidence"], sent["evidence"]["inferred_predicate"]) == ("medium", False)
    assert "as the log shows" in sent["help"]
    assert created(audit(conninfo))["btree (email)"]["confidence"] == "medium"

    snapshot = tmp_path / "shop.pgadvisor"
    assert pgadvisor("snapshot", conninfo, "-o", str(snapshot)).returncode == 0
    assert set(created(audit(str(snapshot), "--log", "-", text=log.read_text()))) == set(indexes)
    for format_ in ("text", "json", "markdown", "html"):
        done = pgadvisor("audit", str(snapshot), "--log", str(log), "--format", format_, "-v")
        assert SECRET not in done.stdout + done.stderr


def test_a_snapshot_without_statements_gets_the_log_s(database: Connection, conninfo: str, log: Path, tmp_path: Path) -> None:
    database.execute("select pg_stat_statements_reset()")
    found = audit(conninfo, "--log", str(log))
    assert "btree (email)" in created(found)
    calls = {verdict["query"]: verdict["calls"] for verdict in found["verdicts"]}
    assert calls["select note from customers where id = $1"] == 120
    explained = pgadvisor("explain", conninfo, "select id from customers where email = $1", "--log", str(log))
    assert explained.returncode == 0, explained.stderr
    assert "inferred" not in explained.stdout
    assert SECRET not in explained.stdout


def test_doctor_says_whether_statements_are_logged(database: Connection, conninfo: str) -> None:
    database.execute("create table a (b int); analyze a")
    assert "log_min_duration_statement = 0" in pgadvisor("doctor", conninfo).stdout
    said = pgadvisor("doctor", psycopg.conninfo.make_conninfo(conninfo, options="-c log_statement=all")).stdout
    assert "statements are logged, see --log" in said


def test_a_file_that_is_no_log(conninfo: str, database: Connection, tmp_path: Path) -> None:
    assert_one_line(pgadvisor("audit", conninfo, "--log", str(tmp_path / "none.log")), 2)
    path = tmp_path / "text.log"
    path.write_text("nothing of use\n")
    done = pgadvisor("audit", conninfo, "--log", str(path), "-v")
    assert done.returncode == 0, done.stderr
    assert "log_min_duration_statement" in done.stdout
