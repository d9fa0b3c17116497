"""What a real server's pg_stat_statements writes is understood, or counted with a reason."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgadvisor.model.workload import Query, Workload
from pgadvisor.parse.printable import printable
from pgadvisor.parse.workload import understand
from pgadvisor.whatif.localserver import LocalServer
from tests.catalog import make_lookup, make_statement
from tests.parse.schema import SCHEMA
from tests.parse.test_statements import CASES

Connection = psycopg.Connection[tuple[Any, ...]]
# Statements as applications send them: with constants, comments, and in every form of syntax.
SENT = (Path(__file__).parent / "sent.sql").read_text().splitlines()


@pytest.fixture
def used(database: Connection) -> Connection:
    """A database in which everything in SENT ran."""
    database.execute("set statement_timeout = '20s'")
    database.execute(SCHEMA.encode())
    database.execute("create function active_flag() returns boolean language sql stable as 'select true'")
    database.execute("select pg_stat_statements_reset()")
    for sql in SENT:
        if sql.startswith("copy"):
            with database.cursor() as cursor, cursor.copy(sql.encode()) as copy:
                copy.read()
        else:
            database.execute(sql.encode())
    return database


def _recorded(database: Connection) -> Workload:
    rows = database.execute(
        """select queryid, query, calls, total_exec_time, rows from pg_stat_statements s join pg_database d on d.oid = s.dbid
        where d.datname = current_database()"""
    ).fetchall()
    statements = [
        make_statement(text, queryid=queryid, calls=calls, total_ms=total, rows=count)
        for queryid, text, calls, total, count in rows
    ]
    return understand(make_lookup(SCHEMA, statements=statements))


def test_every_statement_is_understood_or_has_a_reason(used: Connection) -> None:
    workload = _recorded(used)
    understood = sum(len(query.statements) for query in workload.queries)
    assert understood >= 50, [(unread.normalised, unread.reason) for unread in workload.unread]
    reasons = {(unread.statement.text or "").split()[0].lower(): unread.reason for unread in workload.unread}
    for unread in workload.unread:
        assert "not understood" not in unread.reason and "cut off" not in unread.reason, unread
    assert {"set", "explain", "copy", "create", "do", "declare"} <= set(reasons)
    temporary = [unread.reason for unread in workload.unread if "scratch where" in (unread.statement.text or "")]
    assert temporary == ["unknown relation scratch: dropped, temporary, or out of reach of this role"]


def test_no_value_is_printed(used: Connection) -> None:
    workload = _recorded(used)
    for query in workload.queries:
        assert "secret" not in query.normalised
        assert printable(query.normalised) == query.normalised
    assert not any("secret" in (unread.normalised or "") for unread in workload.unread)


def test_lists_and_typed_parameters(used: Connection, server: LocalServer) -> None:
    workload = _recorded(used)
    by_text = {query.normalised: query for query in workload.queries}
    interval = next(query for text, query in by_text.items() if "interval $1" in text)
    assert [(p.key.column, p.operand.parameters) for p in interval.predicates] == [("created_at", (1,))]
    lists = [query for text, query in by_text.items() if text.startswith("select id from orders where id in")]
    squashed = [p.operand.squashed for query in lists for p in query.predicates if len(query.predicates) == 1]
    assert squashed == [server.major >= 18]


def _relations(node: dict[str, Any]) -> set[str]:
    own = {node["Relation Name"]} if "Relation Name" in node else set()
    return own.union(*(_relations(child) for child in node.get("Plans", [])))


def _planned(database: Connection, query: Query) -> set[str] | None:
    """The relations of the server's own generic plan; None where it cannot make one of this text."""
    try:
        with database.transaction():
            database.execute("set local enable_partition_pruning = off")
            # psycopg sends a statement without parameters by the simple protocol, which leaves $1 alone
            row = database.execute(f"explain (generic_plan, verbose, format json) {query.sql}".encode()).fetchone()
    except psycopg.Error:
        return None
    assert row is not None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return _relations(plan[0]["Plan"])


def test_the_relations_are_those_the_server_plans(used: Connection, server: LocalServer) -> None:
    if server.major < 16:
        pytest.skip("EXPLAIN (GENERIC_PLAN) came with PostgreSQL 16")
    cases = understand(make_lookup(SCHEMA, statements=[sql for sql, _ in CASES]))
    compared = 0
    for query in (*_recorded(used).queries, *cases.queries):
        planned = _planned(used, query)
        if planned is not None and not any(relation.table.schema == "pg_catalog" for relation in query.relations):
            read = {table.name for table in query.tables}
            assert planned - {"pg_class"} <= read, query.sql
            compared += planned == read
    assert compared >= 100
