"""The server's log as a source of statements, of the constants they are run with, and of their order in each session.

One file per format: stderr, csvlog, jsonlog. Files are read line by line; constants are kept for planning only.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from pgadvisor.model.log import Log, LogSource
from pgadvisor.model.snapshot import Skipped
from pgadvisor.serverlog.counting import Counting
from pgadvisor.serverlog.csvlog import ROW_START, read_csvlog
from pgadvisor.serverlog.entry import Entry, Tally
from pgadvisor.serverlog.jsonlog import read_jsonlog
from pgadvisor.serverlog.lines import codec_of, decoded, opened
from pgadvisor.serverlog.runs import Runs
from pgadvisor.serverlog.sessions import Sessions
from pgadvisor.serverlog.stderr import read_stderr

__all__ = ["MOST_EXECUTIONS", "read_logs"]

MOST_EXECUTIONS = 300_000
_NOTHING = "no statement was found in it; log_min_duration_statement = 0 or log_statement = all log them"
_ENOUGH = f"the rest of it was left unread: {MOST_EXECUTIONS:,} executions are enough"


def read_logs(paths: Iterable[str], source: LogSource) -> Log:
    """What the log files say of the statements of the source's database. `-` is standard input. Raises UsageError for a file
    that cannot be read; what cannot be understood is counted in `Log.skipped`."""
    counting_tally = Tally()
    counting, runs = Counting(counting_tally), Runs()
    skipped: list[Skipped] = []
    executions = 0
    for path in paths:
        tally = Tally()
        before = executions
        with opened(path) as file:
            lines = decoded(file, codec_of(source.encoding), tally)
            for execution in Sessions(source.database, tally).executions(_entries(lines, tally, source)):
                executions += 1
                for number, constants in counting.add(execution):
                    runs.add(execution, number, constants)
                if executions >= MOST_EXECUTIONS:
                    break
            left = executions >= MOST_EXECUTIONS and next(lines, None) is not None
        what = f"log {path}" if path != "-" else "log from standard input"
        skipped += [Skipped(what, f"{times:,} {reason}") for reason, times in tally.passed_over.items()]
        if left:
            skipped.append(Skipped(what, _ENOUGH))
        elif executions == before:
            skipped.append(Skipped(what, _NOTHING))
    skipped += [Skipped("log", f"{times:,} {reason}") for reason, times in counting_tally.passed_over.items()]
    return Log(executions, counting.counted(), runs.runs(), tuple(skipped))


def _entries(lines: Iterator[str], tally: Tally, source: LogSource) -> Iterator[Entry]:
    """The entries of a file of whatever format, told by its first line."""
    first = next((line for line in lines if line.strip()), "")
    every = chain([first], lines)
    if first.lstrip().startswith("{"):
        return read_jsonlog(every, tally)
    if ROW_START.match(first):
        return read_csvlog(every, tally)
    return read_stderr(every, tally, () if source.prefix is None else (source.prefix,))
