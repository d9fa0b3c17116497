"""A small shop with statements that ask for an index, for the command line's tests."""

from typing import Any

import psycopg

SCHEMA = """
create table customers (id bigint primary key, email text not null, note text);
create table orders (id bigint primary key, customer_id bigint not null references customers, status text not null,
                     total numeric not null, created_at timestamptz not null);
create index orders_status_idx on orders (status);
create index orders_status_again_idx on orders (status);
insert into customers select i, 'user' || i || '@example.com', 'secret note ' || i from generate_series(1, 20000) i;
insert into orders select i, 1 + (i * 7919) % 20000, case when i % 100 = 0 then 'open' else 'done' end, i % 500,
                          timestamptz '2026-01-01' + i * interval '1 minute' from generate_series(1, 100000) i;
"""
STATEMENTS = (
    ("select * from orders where customer_id = %s order by created_at desc limit 10", 30),
    ("select count(*) from orders where created_at > %s", 0),
    ("select id from customers where id = %s", 40),
)


def build(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Fill the database and run its load."""
    connection.execute(SCHEMA)
    connection.execute("vacuum analyze")
    connection.execute("select pg_stat_statements_reset(), pg_stat_reset()")
    for sql, calls in STATEMENTS:
        for call in range(calls):
            connection.execute(sql, [1 + call * 31])
