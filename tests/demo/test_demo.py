"""The shop: it builds on every major, and its load leaves the traces the tool is to find."""

from typing import Any

import psycopg

from pgadvisor.demo import build, run
from pgadvisor.demo.statements import CALLS

Connection = psycopg.Connection[tuple[Any, ...]]
_SCALE = 0.02


def _calls_and_rows(database: Connection, like: str) -> tuple[int, int]:
    row = database.execute(
        "select sum(calls)::int, sum(rows)::int from pg_stat_statements where query like %s", [like]
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_the_shop_builds_and_its_load_is_seen(database: Connection, conninfo: str) -> None:
    build(database, _SCALE)
    rows = database.execute("select count(*) from orders").fetchone()
    assert rows == (6000,)
    invalid = database.execute("select indexrelid::regclass::text from pg_index where not indisvalid").fetchall()
    assert invalid == [("addresses_postcode_key",)]
    database.execute("select pg_stat_statements_reset()")
    run(conninfo)

    calls, _ = _calls_and_rows(database, "select id, number, status, total, created_at from orders where customer_id%")
    assert calls == next(call.times for call in CALLS if call.name == "orders-of-customer")
    _, shown = _calls_and_rows(database, "select id, customer_id, number, total from orders%")
    loaded, _ = _calls_and_rows(database, "select id, name, email from customers where id = $1")
    assert shown == loaded == 1200  # one customer is loaded for every order shown
    _, logins = _calls_and_rows(database, "select id, name, preferences from customers where lower%")
    assert logins == 60


def test_the_rows_are_the_same_on_every_major(database: Connection) -> None:
    build(database, 0.01)
    row = database.execute("select md5(string_agg(o::text, '' order by id)) from orders o").fetchone()
    assert row == ("60b8386b577c7aaf1b85b4322c686cca",)


def test_every_statement_has_its_own_name() -> None:
    assert len({call.name for call in CALLS}) == len(CALLS)
