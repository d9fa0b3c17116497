"""The shop's application at work: its statements, and two pages that load what they show one by one."""

import random
from typing import Any

import psycopg
from psycopg.types.numeric import Int8

from pgadvisor.demo.statements import CALLS, Call, Rows

Connection = psycopg.Connection[tuple[Any, ...]]
_PAGES = 60
_PAGES_WITH_ITEMS = 3
_ORDERS_PER_PAGE = 20


def _execute(connection: Connection, sql: str, *parameters: Any) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run with whole numbers as bigint, as typed applications do; by size they would be three different statements."""
    return connection.execute(sql, [Int8(value) if type(value) is int else value for value in parameters] or None)


def _order_page(connection: Connection, page: int) -> list[tuple[Any, ...]]:
    """A back-office page; its orders are read by number of page, and the reader goes back from the newest."""
    return _execute(
        connection,
        "select id, customer_id, number, total from orders where id <= %s order by id desc limit %s",
        _last_id(connection) - page * _ORDERS_PER_PAGE,
        _ORDERS_PER_PAGE,
    ).fetchall()


def _last_id(connection: Connection) -> int:
    row = connection.execute("select max(id) from orders").fetchone()
    assert row is not None
    return int(row[0])


def _show_orders(connection: Connection) -> None:
    """One statement for the page, then one for the customer of every order on it."""
    for page in range(_PAGES):
        for _, customer_id, _, _ in _order_page(connection, page):
            _execute(connection, "select id, name, email from customers where id = %s", customer_id)


def _export_orders(connection: Connection) -> None:
    """Orders waiting for shipment, then the items of each."""
    for page in range(_PAGES_WITH_ITEMS):
        waiting = _execute(
            connection,
            "select id, number, shipping_address_id from orders where id > %s and status = 'shipped' order by id limit %s",
            _last_id(connection) * 99 // 100 + page,
            _ORDERS_PER_PAGE,
        ).fetchall()
        for order_id, _, _ in waiting:
            _execute(connection, "select id, product_id, quantity, unit_price from order_items where order_id = %s", order_id)


def _turns(draw: random.Random) -> list[Call]:
    """Every call of every statement, shuffled as a day would."""
    turns = [call for call in CALLS for _ in range(call.times)]
    draw.shuffle(turns)
    return turns


def _rows(connection: Connection) -> Rows:
    row = connection.execute(
        "select (select max(id) from customers), (select max(id) from orders), (select max(id) from products)"
    ).fetchone()
    assert row is not None
    return Rows(*row)


def run(conninfo: str) -> None:
    """The load of a short while, about 20 seconds on two cores: the same statements and parameters every time."""
    draw = random.Random(7)
    with psycopg.connect(conninfo, autocommit=True, prepare_threshold=None, application_name="shop") as connection:
        connection.execute("select set_config('search_path', 'public', false)")
        rows = _rows(connection)
        for call in _turns(draw):
            _execute(connection, call.sql, *call.parameters(draw, rows))
        _show_orders(connection)
        _export_orders(connection)
