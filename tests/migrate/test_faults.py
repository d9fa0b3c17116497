"""What goes wrong on real servers: failed builds, busy tables, wrong places, tables that changed."""

import time
from typing import Any

import psycopg
import pytest

from pgadvisor.migrate import write_migration
from pgadvisor.model.finding import Change
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.whatif.localserver import LocalServer
from tests.migrate.support import Psql, create, existing, finding, keys, lookup, report, table

Connection = psycopg.Connection[tuple[Any, ...]]
ORDERS = Name("public", "orders")
INDEX = Index(ORDERS, keys("customer_id"))
NAME = "orders_customer_id_idx"


@pytest.fixture
def orders(database: Connection, server: LocalServer, dbname: str, psql: Psql) -> Connection:
    """A table, and the files of a migration that indexes it."""
    database.execute("create table orders (id bigint, customer_id bigint, note text)")
    database.execute("insert into orders select i, i % 10, 'n' from generate_series(1, 500) i")
    psql.write(write_migration(report(finding(create(NAME, INDEX))), lookup(dbname, server.major, (table(ORDERS),))))
    return database


def state(database: Connection) -> list[tuple[Any, ...]]:
    return database.execute(
        "select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where i.indrelid = to_regclass('public.orders')"
    ).fetchall()


def waiting_build(database: Connection) -> int:
    """The pid of a build that waits for a lock or a transaction."""
    for _ in range(500):
        row = database.execute(
            "select pid from pg_stat_activity where wait_event_type = 'Lock'"
            " and query ~ '^(CREATE INDEX|REINDEX INDEX) CONCURRENTLY'"
        ).fetchone()
        if row is not None:
            return int(row[0])
        time.sleep(0.02)
    raise AssertionError("no build is waiting")


def cancel_a_build(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    """Run the up file against a transaction that holds it up, and cancel it: an INVALID index stays."""
    with server.connect(dbname=dbname) as other:
        other.execute("begin; insert into orders values (0, 0, 'x')")
        process = psql.start("up")
        orders.execute("select pg_cancel_backend(%s)", [waiting_build(orders)])
        output, _ = process.communicate(timeout=60)
        other.execute("rollback")
    assert process.returncode != 0
    assert "canceling statement due to user request" in output


def test_a_failed_build_is_removed_and_done_again(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    cancel_a_build(orders, server, dbname, psql)
    assert state(orders) == [(NAME, False)]
    psql.refused("verify", "1 of the changes are not in place")
    assert "is dropped and built anew" in psql.good("up")
    assert state(orders) == [(NAME, True)]


def test_a_failed_build_can_be_undone(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    cancel_a_build(orders, server, dbname, psql)
    psql.good("down")
    assert state(orders) == []


def test_what_a_failed_rebuild_left_is_removed(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    orders.execute(f"create index {NAME} on orders (customer_id)".encode())
    rebuild = Change("reindex", ORDERS, "REINDEX", None, NAME, INDEX)
    known = lookup(dbname, server.major, (table(ORDERS),), (existing(NAME, INDEX),))
    psql.write(write_migration(report(finding(rebuild)), known))
    cancel_a_build(orders, server, dbname, psql)
    assert (f"{NAME}_ccnew", False) in state(orders)
    psql.good("up")
    assert state(orders) == [(NAME, True)]


def test_an_invalid_index_of_another_definition_is_not_touched(orders: Connection, psql: Psql) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        orders.execute(f"create unique index concurrently {NAME} on orders (customer_id)".encode())
    psql.refused("up", "is taken by something else")
    psql.refused("down", "is not the one that was analysed")
    assert state(orders) == [(NAME, False)]


def test_a_table_of_the_index_name_is_not_touched(orders: Connection, psql: Psql) -> None:
    orders.execute(f"create table {NAME} (a int)".encode())
    psql.refused("up", "is taken by something else")


def test_the_same_index_under_another_name_is_enough(orders: Connection, psql: Psql) -> None:
    orders.execute("create index other on orders (customer_id)")
    assert "same as other" in psql.good("up")
    assert "same as other" in psql.good("verify")
    psql.good("down")
    assert state(orders) == [("other", True)]


def test_a_long_transaction_is_named_and_waited_for(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    with server.connect(dbname=dbname, application_name="night report") as other:
        other.execute("begin isolation level repeatable read; select 1")
        # Age cannot be made in a test: what is older than a minute is listed, so let the guard count from the future.
        text = next(psql.folder.glob("*.up.sql"))
        text.write_text(text.read_text().replace("interval '1 minute'", "interval '0 minutes'"))
        process = psql.start("up")
        waiting_build(orders)
        other.execute("rollback")
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "will wait for the transaction of session" in output
    assert "night report" in output
    assert state(orders) == [(NAME, True)]


def test_another_build_on_the_table_is_waited_for_by_nobody(
    orders: Connection, server: LocalServer, dbname: str, psql: Psql
) -> None:
    with server.connect(dbname=dbname) as other:
        other.execute("begin; lock table orders in share update exclusive mode")
        psql.refused("up", "another index build, VACUUM or DDL")
    assert state(orders) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("drop table orders", "table public.orders is not there any more"),
        ("alter table orders drop column customer_id", 'column "customer_id" does not exist'),
        ("alter table orders rename to o2; create view orders as select * from o2", "is not an ordinary table any more"),
    ],
)
def test_a_table_that_changed_is_refused(change: str, words: str, orders: Connection, psql: Psql) -> None:
    orders.execute(change.encode())
    psql.refused("up", words)
    psql.good("down")


def test_an_opclass_that_is_not_there_is_refused_before_any_build(
    database: Connection, server: LocalServer, dbname: str, psql: Psql
) -> None:
    database.execute("create table orders (customer_id bigint)")
    index = Index(ORDERS, keys("customer_id"), method="gin")
    psql.write(write_migration(report(finding(create(NAME, index))), lookup(dbname, server.major, (table(ORDERS),))))
    psql.refused("up", "does not fit table")
    assert state(database) == []


def test_inside_a_transaction(orders: Connection, psql: Psql) -> None:
    psql.refused("up", "this file cannot run inside a transaction", "-1")
    psql.refused("down", "this file cannot run inside a transaction", "--set=AUTOCOMMIT=off")
    assert state(orders) == []


def test_another_database_is_refused_unless_it_is_named(server: LocalServer, orders: Connection, dbname: str, psql: Psql) -> None:
    psql.write(write_migration(report(finding(create(NAME, INDEX))), lookup("shop", server.major, (table(ORDERS),))))
    psql.refused("up", f"this database is {dbname}, the analysis was of shop")
    code, output = psql.run("up", PGOPTIONS=f"-c pgadvisor.database={dbname}")
    assert code == 0, output
    assert state(orders) == [(NAME, True)]


def test_another_major_is_refused(server: LocalServer, orders: Connection, dbname: str, psql: Psql) -> None:
    psql.write(write_migration(report(finding(create(NAME, INDEX))), lookup(dbname, server.major + 1, (table(ORDERS),))))
    psql.refused("up", f"this is PostgreSQL {server.major}, the analysis was of {server.major + 1}")


def test_another_role_is_refused(orders: Connection, dbname: str, psql: Psql) -> None:
    orders.execute("create role stranger")
    try:
        code, output = psql.run("up", PGOPTIONS="-c role=stranger")
        assert code != 0
        assert "only the owner of public.orders can do this" in output
        orders.execute(f"revoke temporary on database {dbname} from public".encode())
        code, output = psql.run("up", PGOPTIONS="-c role=stranger")
        assert "the role needs TEMPORARY on this database" in output
    finally:
        orders.execute("drop role stranger")
