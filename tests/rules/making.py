"""Short ways to write the facts that rules judge."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from pgadvisor.model.catalog import ExistingIndex, Table
from pgadvisor.model.finding import Finding
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.model.workload import Key, Limit, Operand, Predicate, Query, Relation, Workload
from pgadvisor.parse.workload import understand
from pgadvisor.rules.rule import Facts
from tests.catalog import make_lookup, split_name

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def make_query(number: int, table: str, *, calls: int, rows: int = 0, total_ms: float = 10.0, **facts: Any) -> Query:
    """A SELECT on one table; `number` is its queryid."""
    known: dict[str, Any] = {"kind": "select", "sql": f"SELECT {number}", "normalised": f"SELECT {number}"}
    known |= {"relations": (Relation(split_name(table), table),), **facts}
    counters = Counters(calls=calls, rows=rows, total_ms=total_ms)
    return Query(f"f{number}", number, None, search_path=("public",), counters=counters, **known)


def equals(column: str, relation: int = 0) -> Predicate:
    return Predicate(Key(relation, column), "=", Operand("parameter", (1,)))


def asked(number: int, table: str, *columns: str, calls: int, rows: int | None = None, **facts: Any) -> Query:
    """A lookup `WHERE column = $1 …`; one row a call unless said."""
    predicates = tuple(equals(column) for column in columns)
    return make_query(number, table, calls=calls, rows=calls if rows is None else rows, predicates=predicates, **facts)


def listing(number: int, table: str, *output: str, calls: int, rows: int, **facts: Any) -> Query:
    """A statement that returns columns of one table."""
    return make_query(number, table, calls=calls, rows=rows, output=tuple((0, column) for column in output), **facts)


def limited(count: int) -> tuple[Limit, ...]:
    return (Limit(0, count=count),)


def facts_of(lookup: Lookup, *queries: Query) -> Facts:
    return Facts(lookup, Workload(queries))


def changed_index(lookup: Lookup, name: str, change: Callable[[ExistingIndex], ExistingIndex]) -> Lookup:
    """The catalog with one index replaced."""
    wanted = split_name(name)
    assert wanted in lookup.index_by_name
    indexes = tuple(change(index) if index.name == wanted else index for index in lookup.snapshot.indexes)
    return Lookup(replace(lookup.snapshot, indexes=indexes))


def changed_table(lookup: Lookup, name: str, change: Callable[[Table], Table]) -> Lookup:
    """The catalog with one table replaced."""
    assert split_name(name) in lookup.tables
    tables = tuple(change(table) if table.name == split_name(name) else table for table in lookup.snapshot.tables)
    return Lookup(replace(lookup.snapshot, tables=tables))


def used(lookup: Lookup, name: str, **counters: Any) -> Lookup:
    """The catalog with counters of one table."""

    def change(table: Table) -> Table:
        assert table.usage is not None
        return replace(table, usage=replace(table.usage, **counters))

    return changed_table(lookup, name, change)


def scanned(lookup: Lookup, name: str, scans: int, **facts: Any) -> Lookup:
    """The catalog with the scans of one index."""
    return changed_index(lookup, name, lambda index: replace(index, scans=scans, **facts))


def counted_for(lookup: Lookup, days: float, **server: Any) -> Lookup:
    """The catalog with counters that cover so many days."""
    snapshot = lookup.snapshot
    known = replace(snapshot.server, stats_reset=snapshot.collected_at - timedelta(days=days), **server)
    return Lookup(replace(snapshot, server=known))


def evidence(finding: Finding) -> dict[str, Any]:
    return dict(finding.evidence)


def drops(findings: tuple[Finding, ...]) -> set[str]:
    """Names of the indexes that findings drop."""
    return {str(change.name) for finding in findings for change in finding.changes if change.action == "drop_index"}


def public(name: str) -> Name:
    return Name("public", name)


def read(ddl: str, *statements: Statement | str, **catalog: Any) -> Facts:
    """Facts of a catalog in DDL and of statements as texts."""
    lookup = make_lookup(ddl, statements=statements, **catalog)
    workload = understand(lookup)
    assert not workload.unread
    return Facts(lookup, workload)
