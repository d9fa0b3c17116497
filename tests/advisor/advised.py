"""Statements run on a real server, the advice on them as it would be read from there, and the same once it was carried out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pgadvisor.analyze import analyse
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.finding import Change
from pgadvisor.model.report import Options, Report
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection


def run(database: Connection, statements: Iterable[str], times: int = 4) -> None:
    """Count the statements, and nothing else."""
    database.execute("set synchronous_commit = on")  # else the rows are not yet known to be visible to all
    database.execute("vacuum analyze")
    database.execute("select pg_stat_statements_reset()")
    for sql in statements:
        for _ in range(times):
            database.execute(sql)


def audit(conninfo: str, known: Sequence[str] = ()) -> Report:
    """The audit of the server. `known` are statements with their constants, each the only one on its table."""
    with open_session(conninfo, command="test") as session:
        snapshot = collect(session)
    by_table = {sql.split(" from ", 1)[1].split()[0]: sql for sql in known}
    spelled = []
    for one in snapshot.statements:
        words = (one.text or "").split()
        text = next((sql for table, sql in by_table.items() if table in words), one.text)
        spelled.append(replace(one, text=text))
    snapshot = replace(snapshot, statements=tuple(spelled))
    return analyse(snapshot, Options(), partial(open_shadow, bindir=None), "live")


def changes(report: Report, action: str) -> list[Change]:
    return [change for finding in report.findings for change in finding.changes if change.action == action]


def creations(report: Report) -> dict[str, list[str]]:
    """What is to be created, by table, from the table's columns on: `btree (a, b) WHERE c`."""
    found: dict[str, list[str]] = {}
    for change in changes(report, "create_index"):
        found.setdefault(change.table.name, []).append(change.sql.split(" USING ", 1)[1])
    return found


@dataclass(frozen=True)
class Explained:
    cost: float
    indexes: frozenset[str]


def explain(database: Connection, sql: str) -> Explained:
    row: Any = database.execute(f"explain (format json) {sql}").fetchone()
    plan = row[0][0]["Plan"]
    return Explained(plan["Total Cost"], frozenset(_indexes(plan)))


def _indexes(plan: Mapping[str, Any]) -> Iterable[str]:
    if "Index Name" in plan:
        yield plan["Index Name"]
    for child in plan.get("Plans", ()):
        yield from _indexes(child)
