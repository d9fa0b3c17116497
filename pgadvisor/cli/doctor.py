"""`pgadvisor doctor`: what is missing on the server or here, and what adds it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from pgadvisor.cli import options
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.output import check_place, emit, width
from pgadvisor.cli.source import connect, target_of
from pgadvisor.codec import read_snapshot
from pgadvisor.collect.doctor import examine_server
from pgadvisor.errors import PrerequisiteError
from pgadvisor.model.check import Check
from pgadvisor.whatif.binaries import find_binaries
from pgadvisor.whatif.localserver import LocalServer

_MISSING = 4


@click.command(short_help="What is missing on the server or here, and what adds it.")
@options.connection
@click.option("--shadow-bindir", type=click.Path(path_type=Path), help="Folder of initdb and postgres for the shadow.")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file, mode 0600.")
@click.pass_context
def doctor(context: click.Context, /, deadline: Deadline, shadow_bindir: Path | None, format_: str, output: Path | None,
           **given: Any) -> None:  # fmt: skip
    """What is missing on the server or on this machine, and the exact SQL or command that adds it."""
    check_place(output)
    target = target_of(given)
    if target.snapshot is not None:
        version_num, checks = read_snapshot(target.snapshot).server.version_num, [Check("snapshot", "ok", "can be read")]
    else:
        with connect(target, "doctor", deadline) as session:
            version_num, checks = session.version_num, list(examine_server(session))
    checks.append(_shadow(version_num // 10000, shadow_bindir))
    emit(json.dumps([asdict(check) for check in checks], indent=2) if format_ == "json" else _text(checks), output)
    context.exit(_MISSING if any(check.status == "missing" for check in checks) else 0)


def _shadow(major: int, bindir: Path | None) -> Check:
    """Whether a local server can be started, by starting one."""
    try:
        binaries = find_binaries(major, bindir)
        with LocalServer(binaries):
            said = f"a local PostgreSQL {binaries.version} starts"
    except PrerequisiteError as error:
        return Check("shadow", "missing", error.message, error.hint)
    if binaries.major != major:
        said += f", but the server is {major}: plans of another version can differ"
        return Check("shadow", "warning", said, f"install PostgreSQL {major}'s server programs, or use --shadow-bindir")
    return Check("shadow", "ok", said)


def _text(checks: list[Check]) -> str:
    room = max(40, width() - 42)
    rows = [(check.status, check.name, check.message + (f"\n{check.fix}" if check.fix else "")) for check in checks]
    return tabulate(rows, tablefmt="plain", maxcolwidths=[None, None, room])
