"""A shadow plans like the server it was made from: before any index, and with indexes of every method."""

from pathlib import Path

from pgadvisor.model.index import IndexKey
from pgadvisor.model.names import Name
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection
from tests.whatif.compare import assert_same, assert_same_with, build, on, valued
from tests.whatif.conftest import ReadLookup

_SHOP = """
create extension pg_trgm;
create table users (id bigint primary key, email text not null, country text, created timestamptz);
create table orders (id bigint primary key, user_id bigint not null references users, status text, total numeric, at timestamptz);
create table docs (id int primary key, tags text[], meta jsonb, body text, span int4range, place point, code int);
insert into users select i, 'U' || i || '@x.org', (array['DE','FR','US'])[1 + i % 3],
  '2024-01-01'::timestamptz + i * interval '1 min' from generate_series(1, 5000) i;
insert into orders select i, 1 + (random() * 4999)::int, case when i % 500 = 0 then 'new' else 'done' end, random() * 100,
  '2024-01-01'::timestamptz + i * interval '1 min' from generate_series(1, 40000) i;
insert into docs select i, array['t' || (random() * 300)::int, 'u' || (random() * 20)::int],
  jsonb_build_object('k', (random() * 500)::int), md5(i::text) || ' ' || md5((i * 7)::text), int4range(i, i + 20),
  point(random() * 1000, random() * 1000), (random() * 1000000)::int from generate_series(1, 20000) i;
create index orders_total on orders (total);
vacuum analyze;
"""
_BEFORE = (
    "select * from orders where id = 77",
    "select * from orders where user_id = 77 order by at desc limit 5",
    "select count(*) from orders where total between 10 and 11",
    "select u.country, sum(o.total) from users u join orders o on o.user_id = u.id where u.id < 50 group by 1",
    "select * from users where email like 'U12%'",
    "update orders set total = 1 where status = 'new'",
)
_TRIGRAMS = IndexKey("body", opclass="public.gin_trgm_ops")
_WITH = (
    ("select * from orders where user_id = 77 order by at desc limit 5",
     on("orders", "user_id", IndexKey("at", descending=True, nulls_first=True))),
    ("select * from orders where status = 'new' order by at limit 10", on("orders", "at", where="status = 'new'")),
    ("select total from orders where user_id between 5 and 8", on("orders", "user_id", include=("total",))),
    ("select * from users where lower(email) = 'u5@x.org'", on("users", IndexKey(expression="lower(email)"))),
    ("select * from docs where code = 5", on("docs", "code", method="hash")),
    ("select * from docs where tags @> '{t17,u3}'", on("docs", "tags", method="gin")),
    ("select * from docs where meta @> '{\"k\": 17}'", on("docs", IndexKey("meta", opclass="jsonb_path_ops"), method="gin")),
    ("select * from docs where body ilike '%abc12%'", on("docs", _TRIGRAMS, method="gin")),
    ("select * from docs where place <@ box '((0,0),(20,20))'", on("docs", "place", method="gist")),
    ("select * from docs order by place <-> point '(1,1)' limit 3", on("docs", "place", method="spgist")),
    ("select count(*) from orders where at < '2024-01-01 03:00'", on("orders", "at", method="brin")),
)  # fmt: skip


def test_same_plans_before_and_with_indexes(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _SHOP)
    lookup = read()
    with open_shadow(lookup, list(lookup.tables), bindir=bindir) as planner:
        assert not planner.skipped
        for sql in _BEFORE:
            assert_same(database, planner, sql)
        for sql, index in _WITH:
            assert_same_with(database, planner, sql, index, within=0.15)
            real_bytes = database.execute("select pg_relation_size('built_now')").fetchone()
            assert real_bytes is not None
            assert 0.6 < planner.size_bytes(index) / real_bytes[0] < 1.6, index.method
            database.execute("drop index built_now")
        assert planner.calls >= len(_BEFORE) + len(_WITH)


def test_indexes_are_shown_and_hidden(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _SHOP)
    lookup = read()
    statement = valued("select * from orders where user_id = 77")
    by_user, by_both = on("orders", "user_id"), on("orders", "user_id", "status")
    with open_shadow(lookup, [Name("public", "orders")], bindir=bindir) as planner:
        assert planner.name.startswith("shadow ")
        alone = planner.plan(statement)
        assert planner.plan(statement, (by_user,)).used == {by_user}
        assert planner.plan(statement, (by_both,)).used == {by_both}
        assert planner.plan(statement) == alone
        total = valued("select * from orders where total = 5")
        name = Name("public", "orders_total")
        assert planner.plan(total).used_existing == {name}
        assert not planner.plan(total, hidden=(name,)).used_existing
        assert planner.plan(total).used_existing == {name}


def test_an_index_that_cannot_be_made_is_listed(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _SHOP)
    statement = valued("select * from docs where code = 5")
    with open_shadow(read(), [Name("public", "docs")], bindir=bindir) as planner:
        plan = planner.plan(statement, (on("docs", "place"), on("docs", "code"), on("nowhere", "x")))
        assert plan.used == {on("docs", "code")}
        assert len(planner.skipped) == 2


def test_many_indexes_on_one_table(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _SHOP)
    statement = valued("select * from orders where user_id = 77 and status = 'new'")
    columns = ("id", "user_id", "status", "total", "at")
    indexes = [
        on("orders", a, b, where=w)
        for a in columns
        for b in columns
        if a != b
        for w in (None, "id > 5", "id > 6", "id > 7", "id > 9")
    ]
    with open_shadow(read(), [Name("public", "orders")], bindir=bindir) as planner:
        first = planner.plan(statement, (indexes[0],))
        for index in indexes:
            planner.plan(statement, (index,))
        assert planner.plan(statement, (indexes[0],)).total_cost == first.total_cost
        assert not planner.skipped
