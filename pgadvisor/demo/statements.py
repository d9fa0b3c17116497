"""What the shop's application asks, one row per statement: its text, how often, and the parameters of a call."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

_END = datetime(2026, 6, 30, tzinfo=timezone.utc)  # the last moment in data.sql


@dataclass(frozen=True, slots=True)
class Rows:
    """The highest number of each, so that parameters exist."""

    customers: int
    orders: int
    products: int


Draw = Callable[[random.Random, Rows], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Call:
    """A statement that runs `times` times with new parameters each."""

    name: str
    sql: str
    times: int
    parameters: Draw = lambda draw, rows: ()


def customer(draw: random.Random, rows: Rows) -> int:
    """A customer; the first ones buy most."""
    return 1 + int(rows.customers * draw.random() ** 2)


def product(draw: random.Random, rows: Rows) -> int:
    return 1 + int(rows.products * draw.random() ** 2)


def _day(draw: random.Random, days: float, back: float = 365) -> tuple[datetime, datetime]:
    start = _END - timedelta(days=days + draw.random() * (back - days))
    return start, start + timedelta(days=days)


def _order(draw: random.Random, rows: Rows) -> int:
    return draw.randint(1, rows.orders)


def _email(number: int) -> str:
    """As in data.sql, but typed the way people type."""
    first = "anna ben chen dora emil fatma georg hana ivan jana karim lea mona noah olga paul".split()  # noqa: SIM905
    return f"{first[number % 16]}.{number}@{('example.com', 'mail.test', 'shop.example', 'post.invalid')[number % 4]}"


def _city(number: int) -> tuple[str, str]:
    return ("DE", "FR", "AT", "CH", "NL")[number // 20], f"City {number}"


def _word(draw: random.Random) -> str:
    return draw.choice(("lamp", "chair", "kettle", "backpack", "bicycle", "clock", "mirror", "carpet", "tent", "radio"))


CALLS: tuple[Call, ...] = (
    # An index is missing.
    Call(
        "orders-of-customer",
        "select id, number, status, total, created_at from orders where customer_id = %s order by created_at desc limit 20",
        60,
        lambda draw, rows: (customer(draw, rows),),
    ),
    Call(
        "open-orders-of-customer",
        "select count(*) from orders where customer_id = %s and status in ('pending', 'paid')",
        30,
        lambda draw, rows: (customer(draw, rows),),
    ),
    Call(
        "next-jobs",
        "select id, payload from jobs where queue = %s and status = 'queued' and run_at <= %s"
        " order by priority desc, run_at limit 10 for update skip locked",
        100,
        lambda draw, rows: (draw.choice(("mail", "mail", "invoice", "export")), _END),
    ),
    Call("stuck-jobs", "select count(*) from jobs where status = 'running' and run_at < %s", 20, lambda draw, rows: (_END,)),
    Call(
        "login",
        "select id, name, preferences from customers where lower(email) = lower(%s)",
        60,
        lambda draw, rows: (_email(customer(draw, rows)),),
    ),
    Call(
        "products-by-attribute",
        "select id, name, price from products where attributes @> %s::jsonb and active limit 50",
        40,
        lambda draw, rows: (f'{{"brand": "Brand {draw.randint(100, 399)}"}}',),
    ),
    Call(
        "products-by-tag",
        "select id, name, price from products where tags @> array[%s] order by created_at desc limit 20",
        40,
        lambda draw, rows: (f"tag{draw.randint(80, 299)}",),
    ),
    Call(
        "products-like",
        "select id, name from products where name ilike %s limit 20",
        40,
        lambda draw, rows: (f"%{draw.randrange(16**4):04x}%",),
    ),
    Call(
        "product-search",
        "select id, name, price from products where search @@ plainto_tsquery('english', %s) order by price limit 20",
        40,
        lambda draw, rows: (f"{_word(draw)} bamboo hallways",),
    ),
    Call(
        "category-page",
        "select id, name, price from products where category_id = %s and active order by price limit 24",
        300,
        lambda draw, rows: (draw.randint(1, 180),),
    ),
    Call(
        "product-reviews",
        "select id, rating, body, created_at from reviews where product_id = %s and approved order by created_at desc limit 10",
        400,
        lambda draw, rows: (product(draw, rows),),
    ),
    Call(
        "reviews-by-customer",
        "select id, product_id, rating from reviews where customer_id = %s",
        60,
        lambda draw, rows: (customer(draw, rows),),
    ),
    Call(
        "payments-between",
        "select id, order_id, amount from payments where created_at >= %s and created_at < %s and status = 'failed'",
        30,
        lambda draw, rows: _day(draw, 1),
    ),
    Call(
        "disputed-payments",
        "select id, order_id, amount, created_at from payments where status = 'disputed' order by created_at desc limit 50",
        30,
    ),
    Call(
        "payment-of-reference",
        "select id, status from payments where provider_reference = md5('payment' || %s::text)",
        40,
        lambda draw, rows: (_order(draw, rows),),
    ),
    Call(
        "recent-events-of-customer",
        "select id, kind, occurred_at from events where customer_id = %s and occurred_at >= %s"
        " order by occurred_at desc limit 50",
        60,
        lambda draw, rows: (customer(draw, rows), _END - timedelta(days=60)),
    ),
    Call(
        "audit-of-subject",
        "select id, action, actor_id, created_at from audit_log where subject_type = %s and subject_id = %s"
        " order by created_at desc limit 20",
        40,
        lambda draw, rows: (draw.choice(("Order", "Product")), product(draw, rows)),
    ),
    Call(
        "audit-between",
        "select count(*) from audit_log where created_at between %s and %s",
        30,
        lambda draw, rows: _day(draw, 2),
    ),
    Call(
        "sessions-of-customer",
        "select id, ip, last_seen_at from sessions where customer_id = %s and expires_at > %s",
        100,
        lambda draw, rows: (customer(draw, rows), _END),
    ),
    Call(
        "expire-sessions",
        "delete from sessions where expires_at < %s",
        10,
        lambda draw, rows: (_END - timedelta(days=30 - draw.random() / 4),),
    ),
    Call("latest-order", "select max(updated_at) from orders", 20),
    Call(
        "sold-with-product",
        "select i.order_id, i.quantity, o.created_at from order_items i join orders o on o.id = i.order_id"
        " where i.product_id = %s order by o.created_at desc limit 20",
        30,
        lambda draw, rows: (product(draw, rows),),
    ),
    Call(
        "customers-of-city",
        "select c.id, c.name from customers c join addresses a on a.customer_id = c.id"
        " where a.country = %s and a.city = %s limit 100",
        40,
        lambda draw, rows: _city(draw.randint(30, 99)),
    ),
    # Better written otherwise.
    Call(
        "orders-page-by-offset",
        "select id, number, total, created_at from orders order by created_at desc, id desc limit 25 offset %s",
        12,
        lambda draw, rows: (draw.randint(rows.orders // 8, rows.orders // 4),),
    ),
    Call(
        "audit-of-day",
        "select count(*) from audit_log where created_at::date = %s",
        20,
        lambda draw, rows: (_day(draw, 1)[0].date(),),
    ),
    Call(
        "payment-of-order-as-numeric",
        "select id, status, amount from payments where order_id = %s::numeric",
        30,
        lambda draw, rows: (_order(draw, rows),),
    ),
    Call("all-products", "select * from products where active", 6),
    # No index helps: everything is read.
    Call("sales-by-status", "select status, count(*), sum(total) from orders group by status", 8),
    Call("count-items", "select count(*) from order_items", 8),
    Call(
        "revenue-by-category",
        "select p.category_id, date_trunc('month', o.created_at) as month, sum(i.quantity * i.unit_price) from order_items i"
        " join orders o on o.id = i.order_id join products p on p.id = i.product_id group by 1, 2 order by 1, 2",
        3,
    ),
    # Served already.
    Call("customer", "select * from customers where id = %s", 800, lambda draw, rows: (customer(draw, rows),)),
    Call("product", "select id, name, price, stock from products where id = %s", 1500, lambda draw, rows: (product(draw, rows),)),
    Call(
        "addresses-of-customer", "select * from addresses where customer_id = %s", 300, lambda draw, rows: (customer(draw, rows),)
    ),
    Call("order-by-number", "select * from orders where number = %s", 270, lambda draw, rows: (f"O-{_order(draw, rows):09d}",)),
    Call("payment-of-order", "select * from payments where order_id = %s", 340, lambda draw, rows: (_order(draw, rows),)),
    Call("shop-settings", "select key, value from settings", 3000),
    Call("menu", "select id, name from categories where parent_id is null order by position", 1500),
    # Writes.
    Call(
        "touch-session",
        "update sessions set last_seen_at = %s where id = md5('session' || %s::text)::uuid",
        1200,
        lambda draw, rows: (_END, draw.randint(1, max(20, rows.customers))),
    ),
    Call("reserve", "update products set stock = stock - 1 where id = %s", 300, lambda draw, rows: (product(draw, rows),)),
    Call(
        "order-paid",
        "update orders set status = 'paid', updated_at = %s where id = %s",
        200,
        lambda draw, rows: (_END, _order(draw, rows)),
    ),
    Call(
        "audit",
        "insert into audit_log select max(id) + 1, %s, 'update', 'Order', %s, '{}', %s from audit_log",
        600,
        lambda draw, rows: (draw.randint(1, 300), _order(draw, rows), _END),
    ),
    Call(
        "enqueue",
        "insert into jobs select max(id) + 1, 'mail', 'queued', 0, %s, 0, '{}' from jobs",
        200,
        lambda draw, rows: (_END,),
    ),
)
