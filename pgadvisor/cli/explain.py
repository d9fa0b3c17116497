"""`pgadvisor explain`: one statement."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pgadvisor.analyze import examine
from pgadvisor.cli import options
from pgadvisor.cli.output import check_place, emit
from pgadvisor.cli.source import Input, planner_of, read_input, target_of
from pgadvisor.errors import UsageError
from pgadvisor.model.report import Options
from pgadvisor.model.statement import Statement
from pgadvisor.parse.workload_file import read_workload_file
from pgadvisor.report.explanation import render_explanation


@click.command()
@options.connection
@click.argument("sql", required=False)
@click.option("--queryid", type=int, help="The statement with this queryid in pg_stat_statements.")
@options.planning
@options.literals
@options.output
def explain(sql: str | None, queryid: int | None, deadline_s: float, format_: str, output: Path | None, **given: Any) -> None:
    """One statement: its plan, a score, what limits it, what would help. SQL is the statement, or - for standard input;
    a single argument without --queryid is SQL."""
    check_place(output)
    if sql is None and queryid is None:
        given["target"], sql = None, given["target"]
    statement = _from_text(sql) if queryid is None else None
    source = read_input(target_of(given), "explain", deadline_s, statements=statement)
    if queryid is not None:
        source = _only(source, queryid)
    wanted = Options(min_gain=0.0, show_literals=given.pop("show_literals"))
    explanation = examine(source.snapshot, wanted, planner_of(given, source), source.kind)
    emit(render_explanation(explanation, format_), output)


def _from_text(sql: str | None) -> tuple[Statement, ...]:
    if sql is None:
        raise UsageError("no statement to explain", "give the SQL, - to read it from standard input, or --queryid N")
    text = sys.stdin.read() if sql == "-" else sql
    statements = read_workload_file(text, "the statement")
    if len(statements) != 1:
        raise UsageError(f"expected one statement, found {len(statements)}", "explain one at a time; audit takes --workload FILE")
    return statements


def _only(source: Input, queryid: int) -> Input:
    chosen = tuple(statement for statement in source.snapshot.statements if statement.queryid == queryid)
    if not chosen:
        raise UsageError(f"no statement with queryid {queryid} was read", "the queryids are in the JSON of audit")
    return replace(source, snapshot=replace(source.snapshot, statements=chosen))
