"""What the files have in common: the head a reviewer reads first, settings, and the guards."""

from importlib.resources import files

from pgadvisor.migrate.actions import ACTIONS
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.review import comment, standbys
from pgadvisor.migrate.step import Step
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.text import sql_comment

_TRANSACTION_TIMEOUT_MAJOR = 17

HOW_TO_RUN = """\
--
-- Run it as the tables' owner:  psql -X -f {name}
-- Connect to the server itself, not through a pooler; never use -1. The verify file shows the result.
-- No other DDL on these tables meanwhile: it would wait for the build with everyone else behind it, or cancel it.
-- It can be stopped and run again at any time: what is done is left alone, what failed is removed and done again.
-- To watch:  SELECT pid, relid::regclass, phase, lockers_done, lockers_total, current_locker_pid, blocks_done, blocks_total
--            FROM pg_stat_progress_create_index;
-- To stop:   SELECT pg_cancel_backend(pid);  the index it leaves behind is INVALID: run this file again, or the down file.
-- Then:      SELECT pg_stat_statements_reset();  or the next audit weighs statements by their time before the change."""

SETTINGS = """\
\\set ON_ERROR_STOP on
\\set QUIET on
\\set SHOW_CONTEXT never
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET client_min_messages = notice;"""

_TIMEOUTS = """\
-- A concurrent build waits for older transactions of the whole database. A lock timeout would count that wait, end the build
-- and leave an INVALID index; while it waits, reads and writes go on. So: no time limit, and short ones where others queue.
SET lock_timeout = '0';
SET statement_timeout = '0';
SET idle_in_transaction_session_timeout = '1min';"""


def guard(name: str) -> str:
    return (files(__package__) / "guards" / f"{name}.sql").read_text(encoding="utf-8").rstrip()


def guards(steps: tuple[Step, ...], extra: tuple[str, ...] = ()) -> list[str]:
    wanted = dict.fromkeys(name for step in steps for name in ACTIONS[step.kind].guards)
    return [guard(name) for name in (*wanted, *extra)]


def head(title: str, name: str, steps: tuple[Step, ...], report: Report, lookup: Lookup) -> str:
    server = lookup.snapshot.server
    lines = [
        comment(title, f"{name}, by {report.tool}, {report.generated_at:%Y-%m-%d %H:%M:%S} UTC"),
        comment(
            "Database", f"{server.database}, PostgreSQL {server.major}, as read {lookup.snapshot.collected_at:%Y-%m-%d %H:%M} UTC"
        ),
        *standbys(lookup),
        *(f"--   {number}. {sql_comment(ACTIONS[step.kind].title(step))}" for number, step in enumerate(steps, 1)),
    ]
    return "\n".join(lines)


def checks(lookup: Lookup) -> list[str]:
    server = lookup.snapshot.server
    expected = [
        f"SET pgadvisor.expected_database = {literal(server.database)};",
        f"SET pgadvisor.expected_major = '{server.major}';",
    ]
    timeout = ["SET transaction_timeout = '0';"] if server.major >= _TRANSACTION_TIMEOUT_MAJOR else []
    return ["\n".join(expected), guard("server"), "\n".join([_TIMEOUTS, *timeout])]
