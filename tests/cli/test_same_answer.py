"""The same input gives the same answer, whatever the hash seed; a time limit and a closed pipe leave nothing broken."""

import json
import os
import re
import signal
import subprocess
import sys

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
