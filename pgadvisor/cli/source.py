"""From the command line to a Snapshot: read a server, or a file of it, or a workload file on either."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from pgadvisor.analyze import OpenPlanner
from pgadvisor.cli.deadline import Deadline
from pgadvisor.cli.output import progress
from pgadvisor.cli.target import Target, read_target
from pgadvisor.codec import read_snapshot
from pgadvisor.collect import collect, read_log_source
from pgadvisor.connect import PasswordNeeded, Session, open_session
from pgadvisor.errors import UsageError
from pgadvisor.model.log import Log, LogSource
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Statement
from pgadvisor.parse.logged import with_logged_statements
from pgadvisor.parse.workload_file import read_workload_file
from pgadvisor.rules import RULES
from pgadvisor.serverlog import read_logs
from pgadvisor.whatif.hypopg import open_hypopg
from pgadvisor.whatif.shadow import open_shadow

_NOT_FROM_AUDIT = ("regressed-statement",)  # rules of the nightly report alone


@dataclass(frozen=True, slots=True)
class Input:
    """The facts of a run and where they are from: live, snapshot or workload."""

    snapshot: Snapshot
    kind: str
    target: Target
    log: Log | None = None


def target_of(given: dict[str, Any]) -> Target:
    """The target among a command's parameters, which are taken out of `given`."""
    return read_target(*(given.pop(name) for name in ("target", "host", "port", "user", "dbname", "ask")))


@contextmanager
def connect(target: Target, command: str, deadline: Deadline) -> Iterator[Session]:
    """A session with the target; asks for a password as psql does: first with -W, never with -w, else when it is wanted."""
    password = _ask() if target.ask and target.password is None else target.password
    enter = partial(open_session, target.conninfo, command=command, deadline_s=deadline.reading_s)
    with ExitStack() as stack:
        try:
            session = stack.enter_context(enter(password=password))
        except PasswordNeeded:
            if target.ask is False or password is not None or not sys.stdin.isatty():
                raise
            session = stack.enter_context(enter(password=_ask()))
        yield session


def _ask() -> str:
    return getpass.getpass("Password: ")


def read_input(
    target: Target,
    command: str,
    deadline: Deadline,
    statements: tuple[Statement, ...] | None = None,
    logs: tuple[str, ...] = (),
) -> Input:
    """The snapshot of a server or a file; `statements`, where given, take the place of those it has seen, and those that only
    `logs` have seen are added where none are given."""
    log: Log | None = None
    if target.snapshot is not None:
        snapshot, kind = read_snapshot(target.snapshot), "snapshot"
        if logs:
            log = _log(logs, _log_source(snapshot))
    else:
        progress("reading the server")
        texts = [statement.text for statement in statements or () if statement.text]
        with connect(target, command, deadline) as session:
            if logs:
                log = _log(logs, read_log_source(session))
                texts += [form.text for form in log.forms]
            snapshot, kind = collect(session, texts=texts, statements_needed=statements is None and not logs), "live"
    if statements is not None:
        return Input(replace(snapshot, statements=statements), "workload", target, log)
    return Input(with_logged_statements(snapshot, log) if log is not None else snapshot, kind, target, log)


def _log(paths: tuple[str, ...], source: LogSource) -> Log:
    progress("reading the log")
    return read_logs(paths, source)


def _log_source(snapshot: Snapshot) -> LogSource:
    prefix = next((setting.value for setting in snapshot.settings if setting.name == "log_line_prefix"), None)
    return LogSource(snapshot.server.database, snapshot.server.encoding, prefix)


def statements_of(path: Path | None) -> tuple[Statement, ...] | None:
    """The statements of a workload file, None where none is given."""
    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot read the workload file {path}: {error.strerror}", "name a readable SQL file") from None
    except UnicodeDecodeError:
        raise UsageError(f"the workload file {path} is not UTF-8", "convert it to UTF-8") from None
    return read_workload_file(text, str(path))


def planner_of(given: dict[str, Any], source: Input) -> OpenPlanner:
    """The planner that the command line asks for; takes its options out of `given`."""
    planner, force, bindir = given.pop("planner"), given.pop("force_hypopg"), given.pop("shadow_bindir")
    if planner == "shadow":
        return partial(open_shadow, bindir=bindir)
    if source.target.snapshot is not None:
        raise UsageError("--planner hypopg needs a server, and the target is a snapshot file", "leave --planner out")
    return partial(open_hypopg, conninfo=source.target.conninfo, password=source.target.password, force=force)


def check_names(options: Options, snapshot: Snapshot) -> None:
    """Raises UsageError where --schema or --table names what is not there: a slip of the pen would pass as "no findings"."""
    names = [table.name for table in snapshot.tables]
    for table in options.tables:
        if not any(table in (name.name, str(name)) for name in names):
            raise UsageError(f"there is no table {table} among those read", "write it as schema.table or table")
    for schema in options.schemas:
        if not any(schema == name.schema for name in names):
            raise UsageError(f"there is no table of a schema {schema} among those read", "psql's \\dn lists the schemas")


def options_of(given: dict[str, Any], deadline: Deadline) -> Options:
    """The analysis' options among a command's parameters, which are taken out of `given`."""
    chosen = {field.name: given.pop(field.name) for field in fields(Options) if field.name in given}
    options = Options(**chosen, ends_at=deadline.ends_at)
    known = ("missing-index", *(rule.name for rule in RULES), *_NOT_FROM_AUDIT)
    unknown = [name for name in (*options.only, *options.ignore) if name not in known]
    if unknown:
        raise UsageError(f"there is no rule {unknown[0]}", "the rules are: " + ", ".join(known))
    return options
