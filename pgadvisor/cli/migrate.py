"""`pgadvisor migrate`: the same analysis, written as files that a reviewer can sign."""

from pathlib import Path
from typing import Any

import click

from pgadvisor.analyze import analyse
from pgadvisor.cli import options
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.exits import exit_code
from pgadvisor.cli.output import emit, progress, say, use_color, width, write_file
from pgadvisor.cli.source import check_names, options_of, planner_of, read_input, statements_of, target_of
from pgadvisor.errors import UsageError
from pgadvisor.migrate import write_migration
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Lookup
from pgadvisor.report import render


@click.command(short_help="The recommended changes as up, down and verify files for psql.")
@options.connection
@options.workload
@options.logs
@options.planning
@options.analysing
@options.literals
@options.failing
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("migrations"),
    show_default=True,
    help="The folder for the files; made if it is not there.",
)
@click.option("--name", default="pgadvisor", show_default=True, help="The word in the files' names.")
@click.option("--format", "format_", type=click.Choice(options.FORMATS), help="Print audit's report too, in this format.")
@options.verbose
@click.pass_context
def migrate(context: click.Context, /, workload_file: Path | None, deadline: Deadline, fail_on: str | None,
            max_skipped: int | None, folder: Path, name: str, format_: str | None, verbose: int,
            **given: Any) -> None:  # fmt: skip
    """Analyse as `audit` does and write the changes as up, down and verify files for psql. Prints the files' paths, or with
    --format the report (and the paths to standard error)."""
    wanted = options_of(given, deadline)
    source = read_input(target_of(given), "migrate", deadline, statements_of(workload_file), given.pop("logs"))
    check_names(wanted, source.snapshot)
    report = analyse(source.snapshot, wanted, planner_of(given, source), source.kind, progress, source.log)
    for path in write_files(report, Lookup(source.snapshot), folder, name):
        click.echo(path, err=format_ is not None)
    if format_ is not None:
        emit(render(report, format_, width=width(), color=use_color(), verbose=bool(verbose)), None)
    elif verbose:
        for skipped in report.skipped:
            say(f"skipped: {skipped.what}: {skipped.why}")
    context.exit(exit_code(report, fail_on, max_skipped))


def write_files(report: Report, lookup: Lookup, folder: Path, name: str) -> tuple[Path, ...]:
    """Write the migration's files into `folder` and say what was left out; their paths, none where nothing is to be done."""
    migration = write_migration(report, lookup, name=name)
    for refused in migration.refused:
        say(f"left out: {refused.what}: {refused.why}")
    if not migration.files:
        say("nothing to change: no migration was written")
        return ()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}", "choose another with -o") from None
    paths = []
    for file_name, text in migration.files:
        write_file(folder / file_name, text)
        paths.append(folder / file_name)
    return tuple(paths)
