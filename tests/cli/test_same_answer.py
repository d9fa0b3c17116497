"""The same input gives the same answer, whatever the hash seed; a time limit and a closed pipe leave nothing broken."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.synthetic import make_snapshot
from pgadvisor.codec import write_snapshot
from tests.cli.run import KEPT, pgadvisor

_WHEN = re.compile(r'"(generated_at|elapsed_ms)": [^\n]*')


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("snapshot") / "shop.pgadvisor"
    write_snapshot(make_snapshot(tables=8, statements=40), path)
    return str(path)


def _audit(snapshot: str, hash_seed: str, *options: str) -> str:
    done = pgadvisor("audit", snapshot, "--format", "json", *options, PYTHONHASHSEED=hash_seed)
    assert done.returncode == 0, done.stderr
    return _WHEN.sub("", done.stdout)


@pytest.mark.parametrize("options", [(), ("--budget", "20MB", "--max-indexes-per-table", "2")], ids=["free", "bound"])
def test_the_hash_seed_does_not_matter(snapshot: str, options: tuple[str, ...]) -> None:
    first, second = _audit(snapshot, "1", *options), _audit(snapshot, "4242", *options)
    assert first == second
    summary = json.loads(first)["summary"]
    assert len(summary["budget_curve"]) == 2
    assert summary["not_planned_in_time"] == 0


def test_caps_are_kept(snapshot: str) -> None:
    done = pgadvisor("audit", snapshot, "--format", "json", "--max-indexes", "3", "--max-indexes-per-table", "1")
    findings = [one for one in json.loads(done.stdout)["findings"] if one["rule"] == "missing-index"]
    changes = [change for finding in findings for change in finding["changes"]]
    tables = [change["table"] for change in changes if change["action"] == "create_index"]
    assert len(tables) == 3
    assert len(set(tables)) == 3


def test_a_time_limit_leaves_a_whole_answer_that_says_what_is_missing(snapshot: str) -> None:
    done = pgadvisor("audit", snapshot, "--format", "json", "--deadline", "1")
    document = json.loads(done.stdout)
    late = document["summary"]["not_planned_in_time"]
    assert done.returncode == (5 if late else 0)
    assert sum("time limit" in verdict["reason"] for verdict in document["verdicts"]) == late
    assert len(document["verdicts"]) == 40


def test_a_reader_who_has_seen_enough_ends_it_quietly(snapshot: str) -> None:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    command = [sys.executable, "-m", "pgadvisor", "audit", snapshot, "-v"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kept) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert said == ""
    assert running.returncode == 128 + signal.SIGPIPE


def test_migrate_prints_the_report_that_its_files_rest_on(snapshot: str, tmp_path: Path) -> None:
    done = pgadvisor("migrate", snapshot, "-o", str(tmp_path), "--max-indexes", "1", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"]["whatif_calls"] > 0
    assert all(str(path) in done.stderr for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 3


def test_the_nightly_report_tells_of_the_tables_that_were_asked_for(snapshot: str, tmp_path: Path) -> None:
    def told(*options: str) -> int:
        done = pgadvisor("report", snapshot, "--history", str(tmp_path), "--format", "json", *options)
        assert done.returncode == 0, done.stderr
        return len(json.loads(done.stdout)["statements"])

    assert 0 < told("--table", "t0003") < told()
    assert told("--schema", "nowhere") == 0


def test_explain_has_the_exit_code_and_the_room_that_were_asked_for(snapshot: str) -> None:
    given = ("explain", snapshot, "--queryid", "1", "--fail-on", "info")
    free, bound = pgadvisor(*given), pgadvisor(*given, "--only", "invalid-index", "--budget", "8kB")
    assert free.returncode in (0, 1), free.stderr
    assert bound.returncode == 0, bound.stderr
    assert "CREATE INDEX" not in bound.stdout
