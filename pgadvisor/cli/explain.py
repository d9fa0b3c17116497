"""`pgadvisor explain`: one statement."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pgadvisor.analyze import examine
from pgadvisor.cli import options
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.exits import exit_code
from pgadvisor.cli.output import check_place, emit, say
from pgadvisor.cli.source import Input, options_of, planner_of, read_input, target_of
from pgadvisor.errors import UsageError
from pgadvisor.model.statement import Statement
from pgadvisor.parse.workload_file import read_workload_file
from pgadvisor.report.explanation import render_explanation


@click.command(short_help="One statement: its plan, what limits it, what would help.")
@options.connection
@click.argument("sql", required=False)
@click.option("--queryid", type=int, help="The statement with this queryid in pg_stat_statements.")
@options.logs
@options.planning
@options.choosing(0.0)
@options.rules
@options.literals
@options.output
@options.failing
@options.verbose
@click.pass_context
def explain(context: click.Context, /, sql: str | None, queryid: int | None, deadline: Deadline, format_: str,
            output: Path | None, fail_on: str | None, max_skipped: int | None, verbose: int, **given: Any) -> None:  # fmt: skip
    """One statement: its plan, a score, what limits it, what would help. SQL is the statement, or - for standard input;
    a single argument without --queryid is SQL."""
    check_place(output)
    if sql is None and queryid is None:
        given["target"], sql = None, given["target"]
    statement = _from_text(sql) if queryid is None else None
    wanted = options_of(given, deadline)
    source = read_input(target_of(given), "explain", deadline, statement, given.pop("logs"))
    if queryid is not None:
        source = _only(source, queryid)
    explanation = examine(source.snapshot, wanted, planner_of(given, source), source.kind, source.log)
    emit(render_explanation(explanation, format_), output)
    if verbose:
        for skipped in explanation.report.skipped:
            say(f"skipped: {skipped.what}: {skipped.why}")
    context.exit(exit_code(explanation.report, fail_on, max_skipped))


def _from_text(sql: str | None) -> tuple[Statement, ...]:
    if sql is None:
        raise UsageError("no statement to explain", "give the SQL, - to read it from standard input, or --queryid N")
    text = sys.stdin.read() if sql == "-" else sql
    try:
        statements = read_workload_file(text, "the statement")
    except UsageError as error:
        raise UsageError(error.message, 'give one complete statement: pgadvisor explain DATABASE "SELECT …"') from None
    if len(statements) != 1:
        raise UsageError(f"expected one statement, found {len(statements)}", "explain one at a time; audit takes --workload FILE")
    return statements


def _only(source: Input, queryid: int) -> Input:
    chosen = tuple(statement for statement in source.snapshot.statements if statement.queryid == queryid)
    if not chosen:
        raise UsageError(f"no statement with queryid {queryid} was read", "the queryids are in the JSON of audit")
    return replace(source, snapshot=replace(source.snapshot, statements=chosen))
