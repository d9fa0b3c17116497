"""What the server's log says of statements. Its constants are the user's data: they are planned with, never shown or kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgadvisor.model.snapshot import Skipped


@dataclass(frozen=True, slots=True)
class LogSource:
    """The database whose statements are wanted, its encoding, and the server's log_line_prefix where that is known."""

    database: str
    encoding: str
    prefix: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a text. `parameters` are those of the extended protocol by number, None for NULL.

    `transaction` names the transaction block where one is known: t… one that BEGIN opened, v… a virtual transaction id.
    `at_s` is seconds of the log's own clock; only differences mean something.
    """

    session: str
    text: str = field(repr=False)
    parameters: Mapping[int, str | None] = field(default_factory=dict, repr=False)
    ms: float | None = None
    at_s: float | None = None
    transaction: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Constants:
    """The constants and parameters of an execution, SQL literals in the order in which they stand in the text, and how often
    they came."""

    literals: tuple[str, ...] = field(repr=False)
    calls: int


@dataclass(frozen=True, slots=True)
class LoggedForm:
    """All executions of one text but for its constants. `tokens` is the text with a mark in each constant's place, `text`
    the same with $n; `timed_calls` are those whose duration was logged, `timed_ms` theirs together."""

    tokens: tuple[str, ...]
    text: str
    fingerprint: str
    calls: int
    timed_calls: int
    timed_ms: float
    user: str | None
    constants: tuple[Constants, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """One form was executed many times in a row, each time with other constants, in one session.

    `child` and `parent` are positions in `Log.forms`; the parent was executed just before and not again during the run,
    None stands for runs inside one transaction block, whatever was before. `runs` were seen, `calls` all their executions.
    """

    child: int
    parent: int | None
    runs: int
    calls: int
    blocks: int  # of the runs, those inside one transaction block


@dataclass(frozen=True, slots=True)
class Log:
    """What was read of all log files."""

    executions: int = 0
    forms: tuple[LoggedForm, ...] = ()
    runs: tuple[LoggedRun, ...] = ()
    skipped: tuple[Skipped, ...] = ()
