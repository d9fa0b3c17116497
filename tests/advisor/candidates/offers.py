"""A small shop's catalog, and what a statement is offered on it, as short texts: `orders (user_id, created_at DESC)`."""

from collections.abc import Iterable
from dataclasses import replace

from pgadvisor.advisor.candidates import candidates
from pgadvisor.model.catalog import Extension
from pgadvisor.model.plan import Plan
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement, make_statistics

DDL = """
create type stage as enum ('new', 'paid', 'lost');
create function squeeze(text) returns text language sql immutable as $$ select $1 $$;
create function shaky(text) returns text language sql volatile as $$ select $1 $$;
create table orders (id bigint primary key, user_id bigint not null, "Region" int, status text, stage stage, email varchar(200),
    created_at timestamptz not null, local_at timestamp, total numeric(10,2), tags text[], meta jsonb, raw json, doc tsvector,
    deleted_at timestamptz, active boolean not null, span tstzrange, ip inet, spot point, url text, code "char", note text,
    upper_name text generated always as (upper(note)) stored);
create table users (id bigint primary key, name text, country text, manager_id bigint);
create table tiny (id int, kind int);
create table parts (id bigint, day date not null) partition by range (day);
create table parts_1 partition of parts for values from ('2025-01-01') to ('2026-01-01');
create view active_orders as select id, user_id, total from orders where active;
"""
MOMENTS = '{"2025-01-01 00:00:00+00","2025-06-01 00:00:00+00","2025-12-31 00:00:00+00"}'
STATISTICS = (
    make_statistics("orders", "id"),
    make_statistics("orders", "user_id", distinct=20_000.0),
    make_statistics("orders", "Region", distinct=30.0, average_width_bytes=4),
    make_statistics("orders", "status", distinct=4.0, most_common_values='{done,new,failed,"on hold"}',
                    most_common_frequencies=(0.9, 0.05, 0.049, 0.001)),
    make_statistics("orders", "stage", distinct=3.0, most_common_values="{paid,new,lost}",
                    most_common_frequencies=(0.95, 0.04, 0.01)),
    make_statistics("orders", "email", distinct=-0.5, average_width_bytes=25),
    make_statistics("orders", "created_at", correlation=0.99, histogram_bounds=MOMENTS),
    make_statistics("orders", "local_at", correlation=0.7),
    make_statistics("orders", "total", distinct=3000.0, histogram_bounds="{1.00,50.00,90.00,400.00}"),
    make_statistics("orders", "deleted_at", distinct=-0.01, null_fraction=0.99),
    make_statistics("orders", "active", distinct=2.0, most_common_values="{t,f}", most_common_frequencies=(0.99, 0.01)),
    make_statistics("orders", "url", average_width_bytes=120),
    make_statistics("orders", "note", average_width_bytes=900),
    make_statistics("users", "id"),
    make_statistics("users", "name", average_width_bytes=12),
    make_statistics("users", "country", distinct=50.0, average_width_bytes=3),
    make_statistics("users", "manager_id", distinct=900.0),
)  # fmt: skip


def shop(
    sql: str, *, more: str = "", extensions: Iterable[str] = (), rows: float = 5_000_000, version: int = 180004,
    collate: str = "en_US.UTF-8", rows_a_call: int = 1000,
) -> Lookup:  # fmt: skip
    """The shop with one statement, `more` DDL and extensions."""
    lookup = make_lookup(
        DDL + more,
        rows={"orders": rows, "users": 50_000, "tiny": 50, "parts_1": 1_000_000},
        statistics=STATISTICS,
        statements=(make_statement(sql, rows=rows_a_call * 100),),
        version_num=version,
    )
    added = tuple(Extension(name, "1.0", "public") for name in extensions)
    server = replace(lookup.snapshot.server, collate=collate, ctype=collate)
    return Lookup(replace(lookup.snapshot, extensions=added, server=server))


def query_of(lookup: Lookup) -> Query:
    workload = understand(lookup)
    assert not workload.unread, workload.unread[0].reason
    return workload.queries[0]


def offered(
    sql: str, *, more: str = "", extensions: Iterable[str] = (), rows: float = 5_000_000, version: int = 180004,
    collate: str = "en_US.UTF-8", plan: Plan | None = None,
) -> list[str]:  # fmt: skip
    """The candidates for a statement, best first, as short texts."""
    lookup = shop(sql, more=more, extensions=extensions, rows=rows, version=version, collate=collate)
    return [
        index.sql("i").split(" ON public.", 1)[1].replace(" USING btree", "").replace(" USING", "")
        for index in candidates(query_of(lookup), lookup, plan)
    ]
