"""`pgadvisor audit`: the main job."""

from pathlib import Path
from typing import Any

import click

from pgadvisor.analyze import analyse
from pgadvisor.cli import options
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.exits import exit_code
from pgadvisor.cli.output import check_place, emit, progress, use_color, width
from pgadvisor.cli.source import check_names, options_of, planner_of, read_input, statements_of, target_of
from pgadvisor.report import render


@click.command(short_help="Findings, recommendations, a verdict on every statement.")
@options.connection
@options.workload
@options.logs
@options.planning
@options.analysing
@options.literals
@options.output
@options.failing
@options.verbose
@click.pass_context
def audit(context: click.Context, /, workload_file: Path | None, deadline: Deadline, format_: str, output: Path | None,
          fail_on: str | None, max_skipped: int | None, verbose: int, **given: Any) -> None:  # fmt: skip
    """Read a database (or a snapshot file of one), analyse it, print findings and recommendations."""
    check_place(output)
    wanted = options_of(given, deadline)
    source = read_input(target_of(given), "audit", deadline, statements_of(workload_file), given.pop("logs"))
    check_names(wanted, source.snapshot)
    report = analyse(source.snapshot, wanted, planner_of(given, source), source.kind, progress, source.log)
    emit(render(report, format_, width=width(), color=output is None and use_color(), verbose=bool(verbose)), output)
    context.exit(exit_code(report, fail_on, max_skipped))
