"""A small world for the choice: tables, statements, and planners whose cost is a function that one can read.

`TablePlanner` is given every plan of every statement; `KeyPlanner` works costs out of the keys of indexes. Both take the
cheapest plan, as PostgreSQL does, and both count their calls.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

import pytest

from pgadvisor.advisor.plans import cases
from pgadvisor.model.catalog import Column, ExistingIndex, Table, TableUsage
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode, ValuedStatement
from pgadvisor.model.server import Server
from pgadvisor.model.snapshot import Lookup, Skipped, Snapshot
from pgadvisor.model.statement import Counters
from pgadvisor.model.workload import Query, Relation, Workload

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
SERVER = Server(180000, "shop", "me", False, False, "UTF8", "C", "C", "c", None, None)
MEGABYTE = 1 << 20


def named(table: str) -> Name:
    return Name("public", table)


def btree(table: str, *columns: str, include: Sequence[str] = (), where: str | None = None) -> Index:
    """A B-tree; `-a` is a descending key."""
    keys = tuple(IndexKey(column.lstrip("-"), descending=column[0] == "-", nulls_first=column[0] == "-") for column in columns)
    return Index(named(table), keys, include=tuple(include), where=where)


def table(
    name: str, *columns: str, rows: float = 1e6, pages: int = 20_000, usage: TableUsage | None = None, kind: str = "r"
) -> Table:
    described = tuple(Column(column, number, "integer", False) for number, column in enumerate(columns or ("a", "b", "c"), 1))
    return Table(named(name), abs(hash(name)) % 10_000, kind, "p", rows, pages, 0, columns=described, usage=usage)


def usage(inserted: int = 0, updated: int = 0, hot: int = 0, deleted: int = 0, live: int = 1_000_000) -> TableUsage:
    return TableUsage(0, 0, 0, inserted, updated, deleted, hot, live, 0, 0, None, None)


def existing(name: str, definition: Index, *, unique: bool = False, primary: bool = False, valid: bool = True) -> ExistingIndex:
    return ExistingIndex(
        name=Name("public", name),
        oid=1,
        table=definition.table,
        kind="i",
        definition=definition,
        valid=valid,
        ready=True,
        primary=primary,
        unique=unique or primary,
        exclusion=False,
        replica_identity=False,
        clustered=False,
        nulls_not_distinct=False,
        immediate=True,
        constraint=name if primary else None,
        pages=100,
        rows=1e6,
        size_bytes=8 * MEGABYTE,
    )


def lookup(tables: Sequence[Table], indexes: Sequence[ExistingIndex] = ()) -> Lookup:
    return Lookup(Snapshot(NOW, SERVER, tables=tuple(tables), indexes=tuple(indexes)))


def query(
    sql: str,
    *tables: str,
    total_ms: float = 1000.0,
    calls: int = 100,
    rows: int = 100,
    kind: str = "select",
    assigned: Sequence[str] = (),
    measured: bool = True,
) -> Query:
    role = "read" if kind == "select" else "target"
    return Query(
        fingerprint=sql,
        queryid=sum(map(ord, sql)),
        label=sql,
        kind=kind,
        sql=sql,
        normalised=sql,
        search_path=("public",),
        counters=Counters(calls, total_ms, rows),
        measured=measured,
        relations=tuple(Relation(named(one), one, role) for one in tables),
        assigned=tuple((0, column) for column in assigned),
    )


def workload(*queries: Query) -> Workload:
    return Workload(queries)


def offer(monkeypatch: pytest.MonkeyPatch, candidates: Mapping[str, Sequence[Index]], inferred: bool = False) -> None:
    """Give each statement these candidates, and itself as its only valued statement."""
    monkeypatch.setattr(cases, "candidates", lambda query, lookup, plan=None: tuple(candidates.get(query.sql, ())))
    monkeypatch.setattr(cases, "valued", lambda query, lookup: (ValuedStatement(query.sql, ("public",), inferred=inferred),))


@dataclass
class TablePlanner:
    """`plans`: for each statement its plans, as the indexes it needs and its cost; the plan with nothing must be there."""

    plans: Mapping[str, Mapping[frozenset[Index], float]]
    sizes: Mapping[Index, int] = field(default_factory=dict)
    calls: int = 0
    asked: list[tuple[str, frozenset[Index], frozenset[Name]]] = field(default_factory=list)
    name: str = "table"
    skipped: tuple[Skipped, ...] = ()

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan:
        self.calls += 1
        offered = frozenset(indexes)
        self.asked.append((statement.sql, offered, frozenset(hidden)))
        return self.best(statement.sql, offered)

    def best(self, sql: str, offered: frozenset[Index]) -> Plan:
        possible = [
            (cost, len(used), sorted(one.sql("") for one in used), used)
            for used, cost in self.plans[sql].items()
            if used <= offered
        ]
        cost, _, _, used = min(possible, key=lambda plan: plan[:3])
        return Plan(PlanNode("Result", 0.0, cost, 1.0, 8), used)

    def size_bytes(self, index: Index) -> int:
        return self.sizes.get(index, MEGABYTE)


@dataclass(frozen=True)
class Lookfor:
    """A statement on one table: columns it tests for equality, each true for the given fraction of rows, and an order."""

    table: str
    equal: Mapping[str, float]
    order: Sequence[str] = ()


@dataclass
class KeyPlanner:
    """Costs from keys: a scan costs a hundredth of the rows; an index costs 4 and as many rows as its leading equality columns
    leave; an order that no index gives costs a sort of what is left. Existing indexes take part."""

    statements: Mapping[str, Lookfor]
    there: Sequence[ExistingIndex] = ()
    rows: float = 1e6
    calls: int = 0
    asked: list[tuple[str, frozenset[Index], frozenset[Name]]] = field(default_factory=list)
    name: str = "keys"
    skipped: tuple[Skipped, ...] = ()

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan:
        self.calls += 1
        self.asked.append((statement.sql, frozenset(indexes), frozenset(hidden)))
        wanted = self.statements[statement.sql]
        ways: list[tuple[float, str, Index | None, Name | None]] = [(self._scan(wanted), "", None, None)]
        ways += [(self._through(one, wanted), one.sql(""), one, None) for one in indexes if one.table.name == wanted.table]
        for old in self.there:
            if old.name not in hidden and old.definition is not None and old.table.name == wanted.table:
                ways.append((self._through(old.definition, wanted), old.name.name, None, old.name))
        cost, _, new, name = min(ways, key=lambda way: way[:2])
        node = PlanNode("Index Scan" if new or name else "Seq Scan", 0.0, cost, 1.0, 8, relation=named(wanted.table))
        return Plan(node, frozenset({new} if new else ()), frozenset({name} if name else ()))

    def size_bytes(self, index: Index) -> int:
        return MEGABYTE * (len(index.keys) + len(index.include))

    def _scan(self, wanted: Lookfor) -> float:
        left = self.rows
        for fraction in wanted.equal.values():
            left *= fraction
        return self.rows / 100 + (left * 0.02 if wanted.order else 0.0)

    def _through(self, index: Index, wanted: Lookfor) -> float:
        left, matched = self.rows, 0
        for column in index.columns:
            if column not in wanted.equal:
                break
            left *= wanted.equal[column]
            matched += 1
        ordered = tuple(index.columns[matched : matched + len(wanted.order)]) == tuple(wanted.order)
        if matched == 0 and not (wanted.order and ordered):
            return self.rows
        rest = left
        for column, fraction in wanted.equal.items():
            rest *= 1.0 if column in index.columns[:matched] else fraction
        return 4.0 + 0.01 * (len(index.keys) - 1) + left * 0.04 + (0.0 if ordered or not wanted.order else rest * 0.02)


def retimed(one: Query, total_ms: float) -> Query:
    return replace(one, counters=replace(one.counters, total_ms=total_ms))
