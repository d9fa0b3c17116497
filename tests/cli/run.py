"""Runs the command line as a user does: a process of its own."""

import os
import subprocess
import sys

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


def pgadvisor(*arguments: str, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The finished process; only `environment` and the most needed variables are passed on."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "pgadvisor", *arguments],
        input=text if text is not None else "", capture_output=True, text=True, env={**kept, **environment}, timeout=120,
    )  # fmt: skip


def assert_one_line(done: subprocess.CompletedProcess[str], code: int) -> None:
    """It ended with `code` and one line of what and why, one of what to do, and no traceback."""
    assert done.returncode == code, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith(("hint: ", "warning: ", "skipped: "))]
    assert len(said) == 1, said
    assert said[0].startswith("pgadvisor: ")
