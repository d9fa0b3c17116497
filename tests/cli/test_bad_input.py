"""Bad input gets one line, what to do, and the contract's exit code; nothing is lost and no password is echoed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from pgadvisor.cli.output import emit
from pgadvisor.errors import PartialError
from pgadvisor.whatif.localserver import LocalServer
from tests.cli import shop
from tests.cli.run import assert_one_line, pgadvisor
from tests.conftest import Connection
from tests.postgres import binaries_for


def test_no_server() -> None:
    assert_one_line(pgadvisor("audit", "host=/nonexistent dbname=shop"), 3)


@pytest.mark.parametrize("target", ["postgres//u:hunter2@h/db", "postgresql://u:hunter2@h:port/db", "host=h password='hunter2"])
def test_a_malformed_target_is_not_echoed(target: str) -> None:
    done = pgadvisor("audit", target)
    assert_one_line(done, done.returncode)
    assert done.returncode in (2, 3)
    assert "hunter2" not in done.stderr + done.stdout


def test_a_wrong_password_is_not_echoed(server: LocalServer, dbname: str) -> None:
    done = pgadvisor("audit", make_conninfo(server.conninfo, dbname=dbname, password="hunter2"))
    assert_one_line(done, 3)
    assert "hunter2" not in done.stderr + done.stdout


def test_no_password_where_one_is_wanted(server: LocalServer, dbname: str) -> None:
    done = pgadvisor("audit", f"host={server.sockets} user=postgres dbname={dbname}", "-w", PGPASSFILE="/nonexistent")
    assert_one_line(done, 3)


def test_no_such_database(server: LocalServer) -> None:
    assert_one_line(pgadvisor("audit", make_conninfo(server.conninfo, dbname="nowhere")), 3)


def test_no_pg_stat_statements(database: Connection, conninfo: str) -> None:
    database.execute("drop extension pg_stat_statements")
    done = pgadvisor("audit", conninfo)
    assert_one_line(done, 4)
    assert "CREATE EXTENSION" in done.stderr


def test_pg_stat_statements_not_preloaded() -> None:
    with LocalServer(binaries_for(18)) as bare:
        with bare.connect() as connection:
            connection.execute("create extension pg_stat_statements")
        done = pgadvisor("audit", bare.conninfo)
        assert_one_line(done, 4)
        assert "shared_preload_libraries" in done.stderr


def test_an_empty_database_is_no_error(conninfo: str) -> None:
    done = pgadvisor("audit", conninfo, "--format", "json")
    assert done.returncode == 0, done.stderr


def test_a_workload_file_with_a_syntax_error(conninfo: str, tmp_path: Path) -> None:
    path = tmp_path / "workload.sql"
    path.write_text("-- name: good\nselect 1;\n\n-- name: bad\nselect from where;\n")
    done = pgadvisor("audit", conninfo, "--workload", str(path))
    assert_one_line(done, 2)
    assert "workload.sql" in done.stderr
    assert "5" in done.stderr


def test_a_workload_file_that_is_not_there(conninfo: str) -> None:
    assert_one_line(pgadvisor("audit", conninfo, "--workload", "nowhere.sql"), 2)


def test_a_snapshot_file_cut_in_half(database: Connection, conninfo: str, tmp_path: Path) -> None:
    shop.build(database)
    path = tmp_path / "shop.pgadvisor"
    assert pgadvisor("snapshot", conninfo, "-o", str(path)).returncode == 0
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert_one_line(pgadvisor("audit", str(path)), 2)


def test_a_file_that_is_no_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert_one_line(pgadvisor("audit", str(path)), 2)


def test_a_snapshot_that_is_not_there() -> None:
    assert_one_line(pgadvisor("audit", "nowhere.pgadvisor"), 2)


def test_no_shadow_binaries(conninfo: str, tmp_path: Path) -> None:
    assert_one_line(pgadvisor("audit", conninfo, "--shadow-bindir", str(tmp_path)), 4)


def test_an_unknown_rule(conninfo: str) -> None:
    assert_one_line(pgadvisor("audit", conninfo, "--only", "no-such-rule"), 2)


@pytest.mark.parametrize("option", ["--schema", "--table"])
def test_a_schema_or_table_that_is_not_there(option: str, conninfo: str) -> None:
    done = pgadvisor("audit", conninfo, option, "nowhere")
    assert_one_line(done, 2)
    assert "nowhere among those read" in done.stderr


def test_explain_without_a_statement_says_how_to_give_one() -> None:
    done = pgadvisor("explain", "host=/nonexistent dbname=shop")
    assert_one_line(done, 2)
    assert "pgadvisor explain DATABASE" in done.stderr


def test_a_wrong_size(conninfo: str) -> None:
    assert pgadvisor("audit", conninfo, "--budget", "5 apples").returncode == 2


def test_an_output_folder_that_is_not_there(conninfo: str, tmp_path: Path) -> None:
    assert_one_line(pgadvisor("audit", conninfo, "-o", str(tmp_path / "no" / "report.txt")), 2)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
def test_a_full_disk_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)], capture_output=True).returncode != 0:
        pytest.skip("no file system can be mounted here")
    try:
        report = small / "report.txt"
        report.write_text("yesterday's\n")
        text = "x" * 100_000 + "\n"
        with pytest.raises(PartialError) as caught:
            emit(text, report)
        assert caught.value.exit_code == 5
        assert report.read_text() == "yesterday's\n", "the older report was damaged"
        assert capsys.readouterr().out == text, "the result was lost"
        assert [path.name for path in small.iterdir()] == ["report.txt"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_an_interrupt_leaves_nothing_behind(database: Connection, conninfo: str) -> None:
    shop.build(database)
    with tempfile.TemporaryDirectory(prefix="pgi") as scratch:
        os.chmod(scratch, 0o755)
        process = subprocess.Popen(
            [sys.executable, "-m", "pgadvisor", "audit", conninfo],
            env={**os.environ, "TMPDIR": scratch}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored where the suite runs in the background
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while not list(Path(scratch).glob("pgadvisor-server-*/data/postmaster.pid")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130, said
        assert "Traceback" not in said
        assert list(Path(scratch).glob("pgadvisor-server-*")) == []
