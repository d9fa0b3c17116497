"""Snapshots made by hand: a shop with an hour's clock."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from pgadvisor.model.catalog import Column, ExistingIndex, Table, TableUsage
from pgadvisor.model.names import Name
from pgadvisor.model.server import Server
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters, Statement, StatementsInfo

START = datetime(2026, 8, 1, tzinfo=timezone.utc)
ORDERS, USERS = Name("public", "orders"), Name("public", "users")
BY_USER = "SELECT id, total FROM orders WHERE user_id = $1"
BY_ID = "SELECT * FROM orders WHERE id = $1"
LOGIN = "SELECT id FROM users WHERE email = $1"


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def counters(calls: int, total_ms: float, rows: int = 0, hit: int = 0, read: int = 0) -> Counters:
    return Counters(calls, total_ms, rows, shared_blocks_hit=hit, shared_blocks_read=read)


def statement(queryid: int, text: str | None, counted: Counters, **given: object) -> Statement:
    made = Statement(queryid, 10, "shop", True, text, counted)
    return replace(made, **given)  # type: ignore[arg-type]


def table(name: Name, oid: int, *columns: str, **given: object) -> Table:
    made = Table(
        name, oid, "r", "p", 1000.0, 10, 0, columns=tuple(Column(c, n, "bigint", False) for n, c in enumerate(columns, 1)),
        usage=usage(),
    )  # fmt: skip
    return replace(made, **given)  # type: ignore[arg-type]


def usage(**given: int) -> TableUsage:
    zero = TableUsage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)
    return replace(zero, **given)  # type: ignore[arg-type]


def index(name: str, of: Name, oid: int, **given: object) -> ExistingIndex:
    made = ExistingIndex(
        Name("public", name), oid, of, "i", None, True, True, False, False, False, False, False, False, True, None, 1, 0.0, 8192,
        scans=0,
    )  # fmt: skip
    return replace(made, **given)  # type: ignore[arg-type]


TABLES = (table(ORDERS, 1, "id", "user_id", "total"), table(USERS, 2, "id", "email"))


def snapshot(hours: float, *statements: Statement, info: StatementsInfo | None = None, **given: object) -> Snapshot:
    """What was read `hours` after START; counters began at START unless `info` says otherwise."""
    server = Server(150018, "shop", "monitor", False, False, "UTF8", "C", "C", "c", START, START)
    known = info or StatementsInfo("1.10", START, 0, 5000, "top")
    made = Snapshot(at(hours), server, tables=TABLES, statements=statements, statements_info=known)
    return replace(made, **given)  # type: ignore[arg-type]


def moved(snapshot: Snapshot, **server: object) -> Snapshot:
    """The same snapshot with other facts of its server."""
    return replace(snapshot, server=replace(snapshot.server, **server))  # type: ignore[arg-type]
