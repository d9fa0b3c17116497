"""`pgadvisor report`: what changed since the last run."""

from pathlib import Path
from typing import Any

import click

from pgadvisor.cli import options
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.exits import found_code
from pgadvisor.cli.output import check_place, emit, say, use_color, width
from pgadvisor.cli.source import options_of, read_input, target_of
from pgadvisor.history import compare, keep, latest, locked, remembered
from pgadvisor.report.nightly import render_nightly


@click.command(short_help="Nightly: what is new, worse, better or gone since the last one.")
@options.connection
@options.output
@click.option("--history", "folder", type=click.Path(path_type=Path), required=True, help="Folder of the runs' snapshots.")
@click.option("--keep-runs", type=click.IntRange(1), default=90, show_default=True, help="Snapshots to keep of this database.")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Statements to list.")
@options.narrowing
@options.fail_on
@click.pass_context
def report(context: click.Context, /, deadline: Deadline, format_: str, output: Path | None, folder: Path, keep_runs: int,
           top: int, fail_on: str | None, **given: Any) -> None:  # fmt: skip
    """Nightly slow-query report: since the last one, what is new, worse, better, gone."""
    check_place(output)
    wanted = options_of(given, deadline)
    source = read_input(target_of(given), "report", deadline)
    with locked(folder):
        older, damaged = latest(folder, source.snapshot)
        nightly = compare(older, source.snapshot, top=top, wanted=wanted)
        if source.kind == "live":
            keep(folder, source.snapshot, runs=keep_runs)
            nightly = remembered(folder, nightly)
    for skipped in damaged:
        say(f"passed over: {skipped.what}: {skipped.why}")
    emit(render_nightly(nightly, format_, width=width(), color=output is None and use_color()), output)
    context.exit(found_code(nightly.findings, fail_on))
