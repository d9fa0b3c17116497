"""Logs that real servers write: every format tells the same executions."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgadvisor.model.log import Log, LogSource
from pgadvisor.serverlog import read_logs
from pgadvisor.whatif.localserver import LocalServer
from tests.postgres import binaries_for, wanted_majors

TEXT = "it's\nnew\\ \"x\", $1 = 'y'"
PREFIX = "%m [%-7p] %q%u@%d/%a %v "
SETTINGS = {
    "log_min_messages": "warning",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "pg.log",
    "log_min_duration_statement": "0",
    "log_line_prefix": PREFIX,
}


def run(server: LocalServer) -> None:
    """Statements of both protocols, in and out of a transaction block, in two databases."""
    with server.connect() as connection, psycopg.ClientCursor(connection) as simple:
        connection.execute("create database other")
        connection.execute("create table item (id int, name text)")
        for number in range(12):
            simple.execute("select name from item where id = %s and name <> %s", [-1 - number, TEXT])
            connection.execute("select id from item where name = %s and id = %s", [TEXT, None])
        simple.execute("select 1 + 1; select 2 from item")
        with connection.transaction():
            for number in range(15):
                connection.execute("select name from item where id = %s", [number])
    with server.connect(dbname="other") as connection:
        connection.execute("create table item (id int, name text)")
        connection.execute("select id from item")


@pytest.fixture(scope="module", params=wanted_majors(), ids=lambda major: f"pg{major}")
def logs(request: pytest.FixtureRequest) -> Iterator[dict[str, Path]]:
    """The files that one server has written, by format."""
    formats = {"stderr": ".log", "csvlog": ".csv", **({"jsonlog": ".json"} if request.param >= 15 else {})}
    with LocalServer(binaries_for(request.param), {**SETTINGS, "log_destination": ",".join(formats)}) as server:
        run(server)
        files = {name: server.data / "log" / f"pg{suffix}" for name, suffix in formats.items()}
        for path in files.values():
            patience = time.monotonic() + 20
            while 'select id from item"' not in path.read_text().replace("'", '"').replace("item\n", 'item"'):
                assert time.monotonic() < patience
                time.sleep(0.02)
        yield files


def read(path: Path, prefix: str | None = PREFIX) -> Log:
    return read_logs([str(path)], LogSource("postgres", "UTF8", prefix))


def told(log: Log) -> dict[str, tuple[int, int, tuple[tuple[str, ...], ...]]]:
    return {
        form.text: (form.calls, form.timed_calls, tuple(sorted(each.literals for each in form.constants)))
        for form in log.forms
    }  # fmt: skip


def test_every_format_tells_calls_times_and_constants(logs: dict[str, Path]) -> None:
    quoted = "'" + TEXT.replace("'", "''") + "'"
    for name, path in logs.items():
        found = told(read(path))
        assert found["select id from item where name = $1 and id = $2"][:2] == (12, 12), name
        assert found["select id from item where name = $1 and id = $2"][2] == ((quoted, "NULL"),), name
        calls, timed, constants = found["select name from item where id =  $1 and name <>  $2"]
        assert (calls, timed, len(constants)) == (12, 12, 12), name
        assert found["select $1 + $2"][:2] == (1, 0), name  # one of two in a message: the time is of both
        assert "select id from item" not in found, name


def test_other_databases_are_counted(logs: dict[str, Path]) -> None:
    for path in logs.values():
        assert [skipped.why for skipped in read(path).skipped] == ["2 statements of other databases"]


def test_a_run_in_a_transaction_block(logs: dict[str, Path]) -> None:
    for name, path in logs.items():
        log = read(path)
        runs = {(log.forms[run.child].text, run.parent is None): run for run in log.runs}
        run = runs["select name from item where id = $1", True]
        assert (run.runs, run.calls, run.blocks) == (1, 15, 1), name
        assert not any(alone for _, alone in runs if "name = $1" in _), name


def test_a_prefix_that_is_not_known_is_recognised_or_said(logs: dict[str, Path], tmp_path: Path) -> None:
    assert read(logs["stderr"], None).executions == 0
    (skipped, nothing) = read(logs["stderr"], None).skipped
    assert "log_line_prefix" in skipped.why
    assert "no statement" in nothing.why
    usual = tmp_path / "usual.log"
    text = logs["stderr"].read_text()
    lines = [f"2026-01-01 00:00:00.000 UTC [7] {line.split('/', 1)[-1].split(' ', 2)[-1]}" if "] " in line[:50] else line
             for line in text.splitlines()]  # fmt: skip
    usual.write_text("\r\n".join(lines))
    assert told(read(usual, None))["select id from item where name = $1 and id = $2"][0] == 12
