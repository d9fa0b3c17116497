"""The server's own planner with HypoPG's hypothetical indexes, for those who accept its price.

Statements are planned on the user's server, each in one READ ONLY transaction that is rolled back. Planning evaluates
IMMUTABLE and STABLE functions of the statement, with the rights of the role that plans: as a superuser, or as a member of the
roles that reach the server's files, a planted function could do anything. So those roles are refused unless forced.
Source: https://hypopg.readthedocs.io/en/rel1_stable/usage.html
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from pgadvisor import __version__
from pgadvisor.connect import load
from pgadvisor.errors import ConnectError, PlanError, PrerequisiteError
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.plan import Plan, ValuedStatement
from pgadvisor.model.snapshot import Lookup, Skipped
from pgadvisor.whatif.plans import indexes_read, plan_node
from pgadvisor.whatif.scattered import scattered_cost
from pgadvisor.whatif.sizes import index_shape
from pgadvisor.whatif.wire import Connection, Refused, Rows, run

_METHODS = ("btree", "brin", "hash")
_INTERNAL_ERROR = "XX000"


@contextmanager
def open_hypopg(
    lookup: Lookup, tables: Collection[Name], *, conninfo: str, password: str | None = None, force: bool = False
) -> Iterator["HypopgPlanner"]:
    """A planner over the server at `conninfo`. Raises PrerequisiteError where HypoPG is not created in the database or the
    role may do too much (see the module), ConnectError where the server cannot be reached."""
    given = {"application_name": f"pgadvisor/{__version__} hypopg", **({"password": password} if password is not None else {})}
    try:
        connection = psycopg.connect(make_conninfo(conninfo, **given), autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError:
        raise ConnectError("could not connect to plan with HypoPG", "the shadow needs no second connection") from None
    with connection:
        if run(connection, load("hypopg/role"))[0][0] == "t" and not force:
            raise PrerequisiteError(
                "planning on the server as a superuser, or as a role that reaches its files, can run planted code",
                "connect as the role of sql/setup/role.sql, or add --force-hypopg",
            )
        schema = run(connection, load("hypopg/extension"))
        if not schema:
            raise PrerequisiteError("HypoPG is not in this database", "CREATE EXTENSION hypopg; or leave --planner out")
        yield HypopgPlanner(connection, str(schema[0][0]), lookup)


class HypopgPlanner:
    """`Planner` over a connection to the server. Indexes of methods that HypoPG lacks are left out and listed."""

    def __init__(self, connection: Connection, schema: str, lookup: Lookup) -> None:
        self._connection = connection
        self._schema = quote_identifier(schema)
        self._lookup = lookup
        self._skipped: dict[Index, Skipped] = {}
        self._hides: bool | None = None  # not known yet
        self._fractions: dict[tuple[Name, str], float] = {}
        self.calls = 0

    @property
    def name(self) -> str:
        return f"hypopg on {self._connection.info.server_version // 10000}.{self._connection.info.server_version % 10000}"

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        blind = (Skipped("hiding existing indexes", "HypoPG can do so from 1.4 on"),) if self._hides is False else ()
        return (*dict.fromkeys(self._skipped.values()), *blind)

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan:
        """The server's plan as if `indexes` were there, but those that HypoPG cannot make, and those in `hidden` were not.
        Raises PlanError."""
        self.calls += 1
        verbose = True
        while True:
            made_all = len(self._skipped)
            try:
                return self._plan(statement, indexes, hidden, verbose)
            except Refused as error:
                if len(self._skipped) > made_all:
                    continue
                if not verbose or error.sqlstate != _INTERNAL_ERROR:
                    raise PlanError(error.reason) from None
                verbose = False

    def _plan(self, statement: ValuedStatement, indexes: Collection[Index], hidden: Collection[Name], verbose: bool) -> Plan:
        """Raises Refused. EXPLAIN VERBOSE cannot always name the output of an index-only scan of a hypothetical index on an
        expression ("invalid attnum"); without it schemas are those of the search path."""
        try:
            run(self._connection, load("hypopg/begin"))
            for name, value in (("statement_timeout", "5s"), ("lock_timeout", "200ms"), ("search_path", "")):
                run(self._connection, load("hypopg/set"), (name, value))
            made = {created: index for index in indexes if (created := self._make(index)) is not None}
            self._hide(hidden)
            run(self._connection, load("hypopg/set"), ("search_path", ", ".join(map(quote_identifier, statement.search_path))))
            rows = run(self._connection, f"EXPLAIN ({'VERBOSE, ' if verbose else ''}FORMAT JSON) {statement.sql}")
        finally:
            self._forget()
        explained: dict[str, Any] = json.loads(rows[0][0] or "[]")[0]["Plan"]
        self._add_schemas(explained, statement.search_path)
        root = plan_node(explained)
        read = indexes_read(root)
        used = frozenset(made[name.name] for name in read if name.name in made)
        existing = frozenset(name for name in read if name.name not in made)
        return Plan(root, used, existing, scattered_cost(root, lambda name: made.get(name.name), self._lookup))

    def _add_schemas(self, node: dict[str, Any], search_path: Collection[str]) -> None:
        if "Relation Name" in node and "Schema" not in node:
            found = (schema for schema in search_path if Name(schema, node["Relation Name"]) in self._lookup.tables)
            node["Schema"] = next(found, "")
        for child in node.get("Plans", ()):
            self._add_schemas(child, search_path)

    def _call(self, statement: str, parameter: str) -> Rows:
        return run(self._connection, load(statement, schema=self._schema), (parameter,))

    def _make(self, index: Index) -> str | None:
        if index in self._skipped:
            return None
        if index.method not in _METHODS:
            self._skipped[index] = Skipped(f"index {index.method} on {index.table}", f"HypoPG has no {index.method} indexes")
            return None
        try:
            return self._call("hypopg/create", index.sql("x").replace("INDEX x ON", "INDEX ON", 1))[0][1]
        except Refused as error:  # the transaction fails with it; the next is made without the index
            self._skipped[index] = Skipped(f"index {index.method} on {index.table}", error.reason)
            raise

    def _hide(self, hidden: Collection[Name]) -> None:
        """hypopg_hide_index is there from HypoPG 1.4 on; before, an existing index stays in sight."""
        if hidden and self._hides is None:
            self._hides = self._call("hypopg/hides", f"{self._schema}.hypopg_hide_index(oid)")[0][0] == "t"
        for name in hidden if self._hides else ():
            self._call("hypopg/hide", str(self._lookup.index_by_name[name].oid))

    def _forget(self) -> None:
        """Hypothetical indexes outlive a rollback."""
        try:
            run(self._connection, load("session/end"))
            run(self._connection, load("hypopg/reset", schema=self._schema))
        except Refused as error:
            raise PlanError(error.reason) from None

    def size_bytes(self, index: Index) -> int:
        """The size by our own model: HypoPG's knows no deduplication. How many rows a predicate keeps the server tells."""
        rows = max(self._lookup.tables[index.table].rows, 0.0)
        return index_shape(index, self._lookup, rows * self._fraction(index.table, index.where), {}).size_bytes

    def _fraction(self, table: Name, where: str | None) -> float:
        """The part of the table's rows for which `where` holds."""
        if where is None:
            return 1.0
        if (table, where) not in self._fractions:
            rows = self._lookup.tables[table].rows
            try:
                kept = self.plan(ValuedStatement(f"SELECT FROM {table} WHERE {where}", (table.schema,))).root.rows
            except PlanError:
                kept = rows
            self._fractions[table, where] = min(1.0, kept / rows) if rows > 0.0 else 1.0
        return self._fractions[table, where]
