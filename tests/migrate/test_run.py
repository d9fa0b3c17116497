"""The files on real servers, run by the real psql."""

from typing import Any

import psycopg
import pytest

from pgadvisor.migrate import write_migration
from pgadvisor.model.finding import Change
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.whatif.localserver import LocalServer
from tests.migrate.support import Psql, create, drop, existing, finding, keys, lookup, report, table

Connection = psycopg.Connection[tuple[Any, ...]]
ORDERS = Name("public", "orders")
HOSTILE = Name('sche"ma', "Täble\n\\! touch /tmp/pwned\n'; drop")

_SCHEMA = """
create table public.orders (id bigint primary key, customer_id bigint, status text, email text, tags text[],
                            created_at timestamptz, total numeric);
insert into public.orders
select i, i % 100, case when i % 50 = 0 then 'open' else 'done' end, 'User' || i || '@x', array['a', 'b' || i % 7], now(), i
from generate_series(1, 2000) i;
create index orders_status_idx on public.orders (status) with (fillfactor = 70);
analyze public.orders;
"""

SHAPES = {
    "orders_plain_idx": Index(ORDERS, keys("customer_id", "created_at")),
    "orders_desc_idx": Index(ORDERS, (IndexKey("customer_id"), IndexKey("created_at", descending=True, nulls_first=True))),
    "orders_nulls_last_idx": Index(ORDERS, (IndexKey("created_at", descending=True, nulls_first=False),)),
    "orders_expression_idx": Index(ORDERS, (IndexKey(expression="lower(email)"),)),
    "orders_partial_idx": Index(ORDERS, keys("created_at"), where="status IN ('open', 'it''s')"),
    "orders_include_idx": Index(ORDERS, keys("customer_id"), include=("total", "status")),
    "orders_gin_idx": Index(ORDERS, keys("tags"), method="gin"),
    "orders_brin_idx": Index(ORDERS, keys("id"), method="brin"),
    "orders_opclass_idx": Index(ORDERS, (IndexKey("email", opclass="text_pattern_ops", collation='"C"'),)),
    "orders_ünïcode_" + "é" * 23: Index(ORDERS, keys("total")),
}


def indexes(database: Connection) -> dict[str, bool]:
    rows = database.execute(
        "select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname not like 'pg\\_%' and not i.indisprimary"
    )
    return dict(rows.fetchall())


@pytest.fixture
def orders(database: Connection) -> Connection:
    database.execute(_SCHEMA)
    return database


def write(psql: Psql, server: LocalServer, dbname: str, *changes: Change, rule: str = "missing-index", known: Any = ()) -> None:
    tables = tuple({change.table: table(change.table) for change in changes}.values())
    migration = write_migration(report(finding(*changes, rule=rule)), lookup(dbname, server.major, tables, known))
    assert not migration.refused
    psql.write(migration)


def test_every_shape_goes_up_and_down_twice(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    before = indexes(orders)
    write(psql, server, dbname, *(create(name, index) for name, index in SHAPES.items()))
    psql.refused("verify", f"{len(SHAPES)} of the changes are not in place")
    for _ in range(2):
        psql.good("up")
        assert indexes(orders) == {**before, **dict.fromkeys(SHAPES, True)}
        assert "orders_gin_idx" in psql.good("verify")
    analysed = orders.execute("select count(*) from pg_stats where tablename = 'orders_expression_idx'").fetchone()
    assert analysed == (1,)
    for _ in range(2):
        psql.good("down")
        assert indexes(orders) == before


def test_a_dropped_index_comes_back_as_it_was(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    index = Index(ORDERS, keys("status"))
    definition = "select pg_get_indexdef('public.orders_status_idx'::regclass)"
    before = orders.execute(definition).fetchone()
    known = (existing("orders_status_idx", index, options=("fillfactor=70",)),)
    write(psql, server, dbname, drop("orders_status_idx", index), rule="unused-index", known=known)
    for _ in range(2):
        psql.good("up")
        assert "orders_status_idx" not in indexes(orders)
        psql.good("verify")
    for _ in range(2):
        psql.good("down")
        assert orders.execute(definition).fetchone() == before
    psql.refused("verify", "1 of the changes")


def test_an_index_read_since_the_analysis_is_kept(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    index = Index(ORDERS, keys("status"))
    known = (existing("orders_status_idx", index),)
    write(psql, server, dbname, drop("orders_status_idx", index), rule="unused-index", known=known)
    orders.execute("set enable_seqscan = off")
    orders.execute("select count(*) from orders where status = 'open'")
    orders.execute("select pg_stat_force_next_flush()" if server.major >= 15 else "select pg_sleep(1.1)")
    orders.execute("select 1")
    psql.refused("up", "times since the analysis")
    assert "orders_status_idx" in indexes(orders)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("alter table public.orders add constraint c unique using index doomed", "a constraint needs index"),
        ("alter table public.orders alter id set not null, replica identity using index doomed", "replica identity"),
        ("drop index public.doomed; create index doomed on public.orders (id desc)", "not the one that was analysed"),
        ("drop index public.doomed; create index doomed on public.orders (id) where id > 7", "not the one that was analysed"),
    ],
)  # fmt: skip
def test_an_index_that_became_needed_is_kept(
    change: str, words: str, orders: Connection, server: LocalServer, dbname: str, psql: Psql
) -> None:
    index = Index(ORDERS, keys("id"), unique=True)
    orders.execute("create unique index doomed on public.orders (id)")
    write(psql, server, dbname, drop("doomed", index), known=(existing("doomed", index),))
    orders.execute(change.encode())
    name = "c" if "constraint c" in change else "doomed"
    if name == "c":
        orders.execute("alter index public.c rename to doomed")
    psql.refused("up", words)
    assert "doomed" in indexes(orders)


def test_create_comes_before_the_drop_of_what_it_replaces(
    orders: Connection, server: LocalServer, dbname: str, psql: Psql
) -> None:
    old, new = Index(ORDERS, keys("status")), Index(ORDERS, keys("status", "created_at"))
    write(psql, server, dbname, drop("orders_status_idx", old), create("orders_new_idx", new),
          rule="redundant-index", known=(existing("orders_status_idx", old),))  # fmt: skip
    psql.good("up")
    assert indexes(orders) == {"orders_new_idx": True}
    psql.good("down")
    assert indexes(orders) == {"orders_status_idx": True}
    text = next(psql.folder.glob("*.up.sql")).read_text()
    assert text.index("CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_new_idx") < text.index("DROP INDEX CONCURRENTLY IF EXISTS")


def test_hostile_names_stay_names(database: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    column = 'co"l\n\\! touch /tmp/pwned\n--'
    database.execute(f"create schema {Name(HOSTILE.schema, 'x')}".rsplit(".", 1)[0].encode())
    quoted = '"' + column.replace('"', '""') + '"'
    database.execute(f"create table {HOSTILE} (id int, {quoted} text)".encode())
    index = Index(HOSTILE, (IndexKey(column),), where=f"{quoted} <> ';--\\'")
    name = "i\n\\! touch /tmp/pwned\n*/ $pgadvisor$ ' \""
    write(psql, server, dbname, create(name, index))
    for _ in range(2):
        psql.good("up")
    assert indexes(database) == {name: True}
    psql.good("verify")
    psql.good("down")
    assert indexes(database) == {}


def test_extension_statistics_reindex_and_analyze(orders: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    status = Index(ORDERS, keys("status"))
    statistics = "CREATE STATISTICS public.orders_s (dependencies) ON customer_id, status FROM public.orders"
    distinct = "ALTER TABLE public.orders ALTER COLUMN customer_id SET (n_distinct = -0.2)"
    options = """select o from pg_attribute, unnest(attoptions) o
      where attrelid = 'orders'::regclass and attname = 'customer_id' and o like 'n\\_distinct%'"""
    trigram = Index(ORDERS, (IndexKey("email", opclass="gin_trgm_ops"),), method="gin")
    write(
        psql, server, dbname,
        Change("analyze", ORDERS, "ANALYZE public.orders"),
        Change("reindex", ORDERS, "REINDEX", None, "orders_status_idx", status),
        Change("create_statistics", ORDERS, statistics, None, "orders_s"),
        Change("set_n_distinct", ORDERS, distinct, None, "customer_id"),
        create("orders_trgm_idx", trigram),
        Change("create_extension", ORDERS, "CREATE EXTENSION pg_trgm", None, "pg_trgm"),
        known=(existing("orders_status_idx", status, options=("fillfactor=70",)),),
    )  # fmt: skip
    for _ in range(2):
        psql.good("up")
        psql.good("verify")
    assert indexes(orders) == {"orders_status_idx": True, "orders_trgm_idx": True}
    assert orders.execute(options).fetchall() == [("n_distinct=-0.2",)]
    psql.good("down")
    assert orders.execute(options).fetchall() == []
    assert orders.execute("select count(*) from pg_statistic_ext").fetchone() == (0,)
    assert orders.execute("select count(*) from pg_extension where extname = 'pg_trgm'").fetchone() == (1,)
