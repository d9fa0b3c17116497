"""Options that several commands share, in one place so that they mean the same everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.sizes import Size

Command = TypeVar("Command", bound=Callable[..., Any])
FORMATS = ("text", "json", "markdown", "html")
LEVELS = ("high", "medium", "low", "info")


def _apply(decorators: list[Callable[[Any], Any]], command: Command) -> Command:
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def connection(command: Command) -> Command:
    """TARGET and psql's own connection options."""
    return _apply(
        [
            click.argument("target", required=False),
            click.option("-h", "--host", help="Server host or socket folder (PGHOST)."),
            click.option("-p", "--port", help="Server port (PGPORT)."),
            click.option("-U", "--username", "user", help="User name (PGUSER)."),
            click.option("-d", "--dbname", help="Database, URI or conninfo string (PGDATABASE)."),
            click.option("-w", "--no-password", "ask", flag_value=False, type=bool, default=None, help="Never ask for it."),
            click.option("-W", "--password", "ask", flag_value=True, type=bool, help="Ask for the password first."),
            click.option("--deadline", type=click.FloatRange(1), callback=lambda context, option, value: Deadline(value),
                         help="Seconds for the whole run: reading the server is given up after them (without it after 300), "
                         "and an analysis ends with the best it has."),
        ],
        command,
    )  # fmt: skip


def output(command: Command) -> Command:
    """Where the result goes and in which format."""
    return _apply(
        [
            click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True),
            click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file, mode 0600."),
        ],
        command,
    )


def workload(command: Command) -> Command:
    """A workload file in the place of pg_stat_statements."""
    option = click.option(
        "--workload", "workload_file", type=click.Path(path_type=Path),
        help="Analyse the statements of this SQL file in place of pg_stat_statements.",
    )  # fmt: skip
    return option(command)


def logs(command: Command) -> Command:
    """Server logs as a further source."""
    option = click.option(
        "--log", "logs", multiple=True, metavar="FILE",
        help="Server log (stderr, csvlog or jsonlog, also .gz; - for standard input): real constants, the order of statements, "
        "and statements that pg_stat_statements lacks (repeatable).",
    )  # fmt: skip
    return option(command)


def planning(command: Command) -> Command:
    """How and where statements are planned."""
    return _apply(
        [
            click.option("--planner", type=click.Choice(("shadow", "hypopg")), default="shadow", show_default=True,
                         help="hypopg plans on the server itself and needs that extension there."),
            click.option("--force-hypopg", is_flag=True, help="Let hypopg plan as a superuser, which can run planted code."),
            click.option("--shadow-bindir", type=click.Path(path_type=Path), help="Folder of initdb and postgres."),
        ],
        command,
    )  # fmt: skip


def choosing(min_gain: float) -> Callable[[Command], Command]:
    """What the set of new indexes must keep to."""

    def decorate(command: Command) -> Command:
        return _apply(
            [
                click.option("--budget", "budget_bytes", type=Size(), help="Most bytes for all new indexes together, 500MB."),
                click.option("--max-indexes", type=click.IntRange(0), help="Most new indexes."),
                click.option("--max-indexes-per-table", type=click.IntRange(0), help="Most new indexes on any one table."),
                click.option("--min-gain", type=click.FloatRange(0, 1), default=min_gain, show_default=True,
                             help="Least fraction of a statement's time that an index must save; inferred values: twice that."),
            ],
            command,
        )  # fmt: skip

    return decorate


def narrowing(command: Command) -> Command:
    """What is looked at and what is said of it."""
    return _apply(
        [
            click.option("--schema", "schemas", multiple=True, help="Only statements that touch this schema (repeatable)."),
            click.option("--table", "tables", multiple=True, help="Only statements that touch this table (repeatable)."),
        ],
        rules(command),
    )


def rules(command: Command) -> Command:
    """Which findings are printed."""
    return _apply(
        [
            click.option("--only", multiple=True, metavar="RULE", help="Only findings of this rule (repeatable)."),
            click.option("--ignore", multiple=True, metavar="RULE", help="No findings of this rule (repeatable)."),
        ],
        command,
    )


def analysing(command: Command) -> Command:
    """All that an analysis of a whole workload can be asked for."""
    top = click.option("--top", type=click.IntRange(1), help="Only the first N findings.")
    return narrowing(choosing(0.05)(top(command)))


def literals(command: Command) -> Command:
    """Whether the constants of statements are printed."""
    return click.option("--show-literals", is_flag=True, help="Print statements with their constants (off: as $n).")(command)


def failing(command: Command) -> Command:
    """When the exit code should say that something was found or missed."""
    option = click.option("--max-skipped", type=click.IntRange(0), help="Exit with 5 if more than N things were skipped.")
    return fail_on(option(command))


def fail_on(command: Command) -> Command:
    """When the exit code should say that something was found."""
    option = click.option("--fail-on", type=click.Choice(LEVELS), help="Exit with 1 if a finding is of this level or above.")
    return option(command)


def verbose(command: Command) -> Command:
    """How much is said."""
    return click.option("-v", "--verbose", count=True, help="List all, however long; -vv: tracebacks too.")(command)
