"""Do inferred values return the rows the application's own values returned?

A shop's statements run with constants drawn at random; pg_stat_statements then shows them with $n. Values are inferred from
what was collected, and the server's own estimate for them is compared with rows per call as counted:

    python -m benchmarks.values [--major 18]
"""

import argparse
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from pgadvisor.advisor.values import valued
from pgadvisor.advisor.values.rows import observed
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query
from pgadvisor.parse.workload import understand
from pgadvisor.whatif.localserver import LocalServer
from tests.postgres import binaries_for

SCHEMA = """
create extension pg_stat_statements;
create type priority as enum ('low', 'normal', 'high', 'urgent');
create table account (id bigint primary key, email text not null, country text not null, plan text not null,
    active boolean not null, joined date not null, settings jsonb not null);
create table purchase (id bigint primary key, account_id bigint not null references account, status text not null,
    priority priority not null, placed_at timestamptz not null, paid_at timestamp, total numeric(10,2) not null,
    region smallint, reference uuid not null);
create table line (purchase_id bigint not null references purchase, product_id int not null, quantity int not null,
    price numeric(10,2) not null);
create table note (id bigint primary key, kind text not null, body text not null, tags text[] not null,
    words tsvector not null, written_at timestamptz not null, author_id bigint);
select setseed(0.5);
insert into account select i, md5(i::text) || '@example.org',
    (array['de','fr','us','us','us','gb','br','in','in','jp'])[1 + floor(power(random(), 2) * 10)::int],
    case when random() < 0.9 then 'free' when random() < 0.9 then 'pro' else 'enterprise' end, random() < 0.95,
    date '2020-01-01' + (i / 40), jsonb_build_object('theme', case when i % 10 = 0 then 'dark' else 'light' end)
from generate_series(1, 50000) i;
insert into purchase select i, 1 + floor(power(random(), 3) * 49999)::int,
    case when i > 199500 then 'open' when random() < 0.97 then 'shipped' when random() < 0.7 then 'returned' else 'lost' end,
    (array['low','normal','normal','normal','high','urgent']::priority[])[1 + floor(power(random(), 2) * 6)::int],
    timestamptz '2024-01-01' + i * interval '4 minutes',
    case when random() < 0.9 then timestamp '2024-01-01' + i * interval '4 minutes' end,
    round((10 + 490 * power(random(), 4))::numeric, 2), case when random() < 0.8 then floor(random() * 30) end,
    md5(i::text)::uuid
from generate_series(1, 200000) i;
insert into line select 1 + i / 2, 1 + floor(power(random(), 4) * 3000)::int, 1 + i % 4, round((random() * 90)::numeric, 2)
from generate_series(0, 399999) i;
insert into note select i, (array['call','mail','mail','mail','visit'])[1 + i % 5], body, array['t' || (i % 40),
    'u' || floor(power(random(), 3) * 500)::int], to_tsvector('english', body),
    timestamptz '2025-01-01' + i * interval '9 minutes', case when i % 3 = 0 then i % 700 end
from generate_series(1, 60000) i, lateral (select string_agg(word, ' ') || case when i % 997 = 0 then ' lawyer' else '' end
    from (select (array['late','refund','parcel','box','invoice','thanks','broken','size','colour','return'])
        [1 + ((i * 7 + g * g * 3) % 10)] as word from generate_series(1, 5) g) words) bodies(body);
create index on purchase (account_id);
create index on purchase (placed_at);
create index on purchase (reference);
create index on line (purchase_id);
create index on line (product_id);
create index on note (author_id);
"""


@dataclass(frozen=True)
class Template:
    """A statement and how the application draws its constants."""

    sql: str
    draw: Callable[[random.Random], tuple[Any, ...]]
    calls: int = 25


def _user(dice: random.Random) -> int:
    return 1 + int(dice.random() ** 3 * 49999)  # of a random row: big customers are asked for more often


def _day(dice: random.Random) -> str:
    return f"2025-0{dice.randint(1, 6)}-{dice.randint(10, 28)} 00:00+00"


TEMPLATES = (
    Template("select * from account where id = %s", lambda d: (d.randint(1, 50000),)),
    Template("select id from account where country = %s", lambda d: ("jp",)),
    Template("select id from account where country = %s and plan = %s", lambda d: ("fr", "enterprise")),
    Template("select id, email from account where plan = %s and not active", lambda d: ("pro",)),
    Template("select id from account where active = %s", lambda d: (False,)),
    Template("select id from account where joined > %s", lambda d: ("2023-05-01",)),
    Template("select id from account where joined between %s and %s", lambda d: ("2022-03-01", "2022-03-31")),
    Template("select count(*) from account where country = %s", lambda d: ("de",)),
    Template("select id from account where email = %s", lambda d: (f"{d.randint(1, 9)}@example.org",)),
    Template("select id from account where country in (%s, %s)", lambda d: ("jp", "in")),
    Template("select id from account where id = any(%s)", lambda d: ([d.randint(1, 50000) for _ in range(12)],)),
    Template("select id from account where settings @> %s::jsonb", lambda d: ('{"theme": "dark"}',)),
    Template("select * from purchase where account_id = %s", lambda d: (_user(d),), 200),
    Template("select * from purchase where account_id = %s and status = %s", lambda d: (_user(d), "shipped"), 100),
    Template("select * from purchase where account_id = %s order by placed_at desc limit %s", lambda d: (_user(d), 10), 60),
    Template("select id from purchase where status = %s", lambda d: ("open",)),
    Template("select id from purchase where status = %s", lambda d: ("open",)),
    Template("select id from purchase where status = %s and region = %s", lambda d: ("lost", d.randint(0, 29))),
    Template("select id, total from purchase where status = %s order by placed_at limit %s", lambda d: ("open", 20)),
    Template("select id from purchase where status = %s order by id limit %s for update skip locked", lambda d: ("open", 3)),
    Template("select id from purchase where priority = %s and status = %s", lambda d: ("urgent", "returned")),
    Template("select id from purchase where placed_at > %s", lambda d: ("2025-07-05 00:00+00",)),
    Template("select id from purchase where placed_at >= %s and placed_at < %s", lambda d: ("2025-03-01", "2025-03-08")),
    Template("select id from purchase where placed_at < %s order by placed_at desc limit %s", lambda d: (_day(d), 50)),
    Template("select sum(total) from purchase where placed_at >= %s and placed_at < %s", lambda d: ("2025-03-01", "2025-03-08")),
    Template("select id from purchase where total > %s", lambda d: (450,)),
    Template("select id from purchase where total between %s and %s", lambda d: (100, 120)),
    Template("select id from purchase where reference = %s", lambda d: (f"00000000-0000-0000-0000-{d.randint(1, 99):012}",)),
    Template("select id from purchase where region = %s and placed_at > %s", lambda d: (d.randint(0, 29), "2025-06-01")),
    Template("select id from purchase where paid_at is null and region = %s", lambda d: (d.randint(0, 29),)),
    Template("select id from purchase where (status = %s or status = %s) and region = %s", lambda d: ("lost", "returned", 7)),
    Template("update purchase set total = total + %s where id = %s", lambda d: (1, d.randint(1, 200000))),
    Template("update purchase set region = %s where status = %s and region is null", lambda d: (None, "open")),
    Template(
        "select p.id, l.product_id from purchase p join line l on l.purchase_id = p.id where p.account_id = %s",
        lambda d: (_user(d),),
        100,
    ),
    Template(
        "select p.id, a.email from purchase p join account a on a.id = p.account_id where p.status = %s and a.country = %s",
        lambda d: ("returned", "us"),
    ),
    Template("select quantity from line where product_id = %s", lambda d: (1 + int(d.random() ** 4 * 3000),), 60),
    Template("select * from line where purchase_id = %s", lambda d: (d.randint(1, 200000),)),
    Template("select product_id, sum(quantity) from line where purchase_id = %s group by 1", lambda d: (d.randint(1, 2000),)),
    Template("select id from note where kind = %s and author_id = %s", lambda d: ("visit", d.randint(0, 699))),
    Template("select id from note where tags @> %s", lambda d: (["t7"],)),
    Template("select id from note where tags && %s", lambda d: (["u3"],)),
    Template("select id from note where words @@ to_tsquery('english', %s)", lambda d: ("lawyer",)),
    Template("select id from note where written_at > %s and kind = %s", lambda d: ("2025-12-20", "mail")),
    Template("select id from note where author_id = %s order by written_at desc limit %s", lambda d: (d.randint(0, 699), 5)),
    Template("select id from note where author_id in (%s, %s, %s)", lambda d: tuple(d.sample(range(700), 3))),
    Template("delete from note where id = %s", lambda d: (d.randint(1, 60000),)),
)  # fmt: skip


def run_workload(connection: psycopg.Connection[Any]) -> None:
    """Every template with its constants, written into the text as most drivers' simple protocol does."""
    dice = random.Random(7)
    connection.execute("select pg_stat_statements_reset()")
    with psycopg.ClientCursor(connection) as cursor:
        for template in TEMPLATES:
            for _ in range(template.calls):
                cursor.execute(template.sql, template.draw(dice))


def predicted_rows(connection: psycopg.Connection[Any], sql: str) -> float:
    """The planner's estimate of the rows returned or changed."""
    plan = connection.execute(f"explain (format json) {sql}").fetchone()[0][0]["Plan"]  # type: ignore[index]
    if plan["Node Type"] == "ModifyTable":
        plan = plan["Plans"][0]
    return float(plan["Plan Rows"])


def ratios(connection: psycopg.Connection[Any], lookup: Lookup) -> Iterator[tuple[Query, float]]:
    """For each statement whose counters tell: weighted predicted over observed rows per call, both at least 1."""
    for query in understand(lookup).queries:
        if not query.parameters or observed(query) is None or not query.tables or query.tables[0].schema != "public":
            continue
        rows = sum(each.weight * predicted_rows(connection, each.sql) for each in valued(query, lookup))
        yield query, max(rows, 1.0) / max(query.counters.rows / query.counters.calls, 1.0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--major", type=int, default=18)
    options.add_argument("--verbose", action="store_true")
    chosen = options.parse_args()
    settings = {"shared_preload_libraries": "pg_stat_statements", "shared_buffers": "256MB"}
    with LocalServer(binaries_for(chosen.major), settings) as server, server.connect() as connection:
        connection.execute(SCHEMA)
        connection.execute("vacuum analyze")
        run_workload(connection)
        with open_session(server.conninfo, command="benchmark") as session:
            lookup = Lookup(collect(session))
        found = list(ratios(connection, lookup))
    for query, ratio in sorted(found, key=lambda each: each[1]):
        if chosen.verbose or not 0.5 <= ratio <= 2:
            print(f"{ratio:10.2f}  {query.counters.rows / query.counters.calls:10.1f} rows a call  {query.normalised[:110]}")
    within = sum(0.5 <= ratio <= 2 for _, ratio in found)
    print(f"{within} of {len(found)} statements ({within / len(found):.0%}) within a factor of 2 of the observed rows per call")


if __name__ == "__main__":
    main()
