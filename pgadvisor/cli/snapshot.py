"""`pgadvisor snapshot`: read a database once, analyse it elsewhere."""

from pathlib import Path
from typing import Any

import click

from pgadvisor.cli import options
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.output import check_place, say
from pgadvisor.cli.source import read_input, target_of
from pgadvisor.codec import redact, write_snapshot
from pgadvisor.errors import UsageError
from pgadvisor.parse.printable import printable


@click.command(short_help="Read the server into one file, to be analysed elsewhere.")
@options.connection
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; by default DATABASE-TIME.pgadvisor here.")
@click.option("--redact", "redacted", is_flag=True, help="Leave out the values in the statistics, keep their frequencies.")
def snapshot(deadline: Deadline, output: Path | None, redacted: bool, **given: Any) -> None:
    """Read the database and write everything an analysis needs to one file. Nothing else is done."""
    check_place(output)
    target = target_of(given)
    if target.snapshot is not None and not redacted:
        raise UsageError("the target is a snapshot file already", "name a server, or add --redact to make a redacted copy")
    taken = read_input(target, "snapshot", deadline).snapshot
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in taken.server.database)
    path = output or Path(f"{stem}-{taken.collected_at:%Y%m%dT%H%M%SZ}.pgadvisor")
    write_snapshot(redact(taken, printable) if redacted else taken, path)
    say(f"written: {path} ({path.stat().st_size:,} bytes, {len(taken.statements):,} statements, {len(taken.tables):,} tables)")
    for skipped in taken.skipped:
        say(f"skipped: {skipped.what}: {skipped.why}")
