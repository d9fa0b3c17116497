"""The statements that foreign keys run by themselves: for every row that leaves a table, or whose key changes, PostgreSQL looks
for the rows that refer to it (src/backend/utils/adt/ri_triggers.c), or deletes or updates them.

pg_stat_statements shows them only with `track = all`; their time is always a part of the statement that caused them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgadvisor.model.catalog import Constraint
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Counters
from pgadvisor.model.workload import Query
from pgadvisor.parse.catalog import catalog_of
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.statement import read_statement

_OPERATOR = "OPERATOR(pg_catalog.=)"
_CASCADE, _SET_NULL, _SET_DEFAULT = "c", "n", "d"  # confdeltype, confupdtype


@dataclass(frozen=True, slots=True)
class Check:
    """What `key` runs for each row that `cause` deletes or gives another key: `query`, without counters."""

    key: Constraint
    cause: Query
    query: Query


class ForeignKeys:
    """The foreign keys of a snapshot, by the table they refer to; those that partitions copy from their parent are left out."""

    def __init__(self, lookup: Lookup) -> None:
        self._catalog = catalog_of(lookup)
        self._lookup = lookup
        self._to: dict[Name, list[Constraint]] = defaultdict(list)
        keys = [one for one in lookup.snapshot.constraints if one.kind == "f" and one.references is not None]
        declared = {(key.table, key.columns) for key in keys}
        for key in keys:
            parents = lookup.tables[key.table].parents if key.table in lookup.tables else ()
            if key.references is not None and not any((parent, key.columns) in declared for parent in parents):
                self._to[key.references].append(key)

    def caused(self, query: Query) -> tuple[Constraint, ...]:
        """The foreign keys that `query` gives work."""
        if query.kind not in ("delete", "update", "merge"):
            return ()
        found: list[Constraint] = []
        for at, relation in enumerate(query.relations):
            if relation.role != "read":
                found += [key for key in self._to.get(relation.table, ()) if _removes(query, at, key)]
        return tuple(found)

    def tables(self, queries: Iterable[Query]) -> frozenset[Name]:
        """The tables that are searched for what refers to the rows of `queries`."""
        return frozenset(key.table for query in queries for key in self.caused(query))

    def checks(self, query: Query) -> tuple[Check, ...]:
        """The statements that foreign keys run for each row of `query`."""
        found = []
        for key in self.caused(query):
            action = key.on_delete if query.kind == "delete" else key.on_update
            try:
                read = read_statement(self._catalog, self._text(key, action, query.kind), query.search_path).query
            except Refused:  # the table is not known in full
                continue
            own = replace(read, queryid=query.queryid, label=query.label, normalised=query.normalised, measured=query.measured)
            found.append(Check(key, query, replace(own, counters=Counters(), toplevel=False)))
        return tuple(found)

    def _text(self, key: Constraint, action: str, kind: str) -> str:
        """As ri_triggers.c writes it."""
        known = self._lookup.tables.get(key.table)
        table = str(key.table) if known is not None and known.kind == "p" else f"ONLY {key.table}"
        wanted = " AND ".join(f"${number} {_OPERATOR} {quote_identifier(column)}" for number, column in enumerate(key.columns, 1))
        if action == _CASCADE and kind == "delete":
            return f"DELETE FROM {table} WHERE {wanted}"  # noqa: S608  (identifiers are quoted)
        if action in (_SET_NULL, _SET_DEFAULT, _CASCADE):
            value = "NULL" if action == _SET_NULL else "DEFAULT"
            columns = ", ".join(f"{quote_identifier(column)} = {value}" for column in key.columns)
            return f"UPDATE {table} SET {columns} WHERE {wanted}"  # noqa: S608
        return f"SELECT 1 FROM {table} x WHERE {wanted} FOR KEY SHARE OF x"  # noqa: S608


def is_check_of(query: Query, key: Constraint) -> bool:
    """Whether `query` is what `key` runs, recorded by pg_stat_statements: nobody else writes its operator so. (That it is
    nested is known since PostgreSQL 14 only.)"""
    if _OPERATOR not in query.sql or len(query.relations) != 1 or query.relations[0].table != key.table:
        return False
    if query.kind == "select" and not query.locking:
        return False
    searched = {one.key.column for one in query.predicates if one.operator == "=" and one.operand.kind == "parameter"}
    return len(query.predicates) == len(key.columns) and searched == set(key.columns)


def _removes(query: Query, at: int, key: Constraint) -> bool:
    """An UPDATE does where it sets a referenced column; MERGE is not read as far as that it would tell of its DELETE."""
    if query.kind == "delete":
        return True
    return any((at, column) in query.assigned for column in key.referenced_columns)
