"""Changes as files that a reviewer signs and psql runs: every step guarded, repeatable, with its undo and its proof."""

import re

from pgadvisor.errors import UsageError
from pgadvisor.migrate import sql
from pgadvisor.migrate.migration import Migration
from pgadvisor.migrate.plan import plan
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Lookup

__all__ = ["FLAVOURS", "Migration", "write_migration"]

FLAVOURS = {"sql": sql.write}


def write_migration(report: Report, lookup: Lookup, *, name: str = "pgadvisor", flavour: str = "sql") -> Migration:
    """The changes of the report's findings as migration files; no files where there is nothing to change.

    `name` becomes part of the files' names. Raises UsageError for a name or a flavour that cannot be used.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name):
        raise UsageError("a migration's name may hold letters, digits, _ and -", "choose another name")
    if flavour not in FLAVOURS:
        raise UsageError(f"no migration flavour {flavour}", f"choose one of: {', '.join(FLAVOURS)}")
    steps, refused = plan(report.findings, lookup)
    if not steps:
        return Migration(refused=refused)
    return Migration(FLAVOURS[flavour](steps, report, lookup, name), tuple(step.change for step in steps), refused)
