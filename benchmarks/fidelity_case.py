# ruff: noqa: E501
"""The database, statements and indexes of the fidelity benchmark: every index method, partitions, views, own types."""

from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name

SCHEMA = """
create extension pg_trgm;
create type order_status as enum ('new', 'paid', 'sent', 'done', 'failed');
create domain email as text check (value like '%@%');
create table users(id bigserial primary key, email email not null unique, name text, country char(2) not null,
  status varchar(20) not null, created_at timestamptz not null, deleted_at timestamptz, score numeric, prefs jsonb);
create table orders(id bigserial primary key, user_id bigint not null references users, status order_status not null,
  total numeric(10,2), note text, created_at timestamptz not null, shipped_on date);
create table items(order_id bigint not null references orders, line int not null, product_id int not null, sku text not null,
  qty smallint, price numeric, primary key (order_id, line));
create table products(id int primary key, name text not null, tags text[], attrs jsonb, tsv tsvector, active boolean,
  price float8, valid int4range, spot point);
create table events(at timestamptz not null, user_id bigint not null, kind text not null, body jsonb) partition by range (at);
create table events_1 partition of events for values from ('2024-01-01') to ('2024-02-01');
create table events_2 partition of events for values from ('2024-02-01') to ('2024-03-01');
create table events_3 partition of events for values from ('2024-03-01') to ('2024-04-01');
create table wide(id int, a int, b int, c int, d int, e int, filler text);
create view active_users as select id, email, country from users where deleted_at is null;
create view order_totals as select o.user_id, count(*) as n, sum(o.total) as total from orders o group by o.user_id;
insert into users(email, name, country, status, created_at, deleted_at, score, prefs)
  select 'User' || i || '@example.com', md5(i::text), (array['DE','FR','US','US','US','GB','IT'])[1 + i % 7],
    case when i % 20 = 0 then 'banned' when i % 7 = 0 then 'inactive' else 'active' end, timestamptz '2024-06-01' - i * interval '7 min',
    case when i % 50 = 0 then timestamptz '2024-06-01' end, random() * 1000, jsonb_build_object('lang', (random() * 11)::int, 'n', i)
  from generate_series(1, 60000) i;
insert into orders(user_id, status, total, note, created_at, shipped_on)
  select 1 + (random() ^ 2 * 59999)::int, (case when i % 1000 = 0 then 'new' when i % 100 = 0 then 'failed' when i % 9 = 0 then 'sent'
    else 'done' end)::order_status, random() * 100, case when i % 10 = 0 then 'note ' || md5(i::text) end,
    timestamptz '2024-06-01' - i * interval '1 min', case when i % 1000 <> 0 then date '2024-06-01' - i / 1440 end
  from generate_series(1, 400000) i;
insert into items(order_id, line, product_id, sku, qty, price)
  select 1 + i / 2, i % 2, (random() ^ 3 * 9999)::int, 'sku-' || (random() * 20000)::int, i % 7, random() * 10
  from generate_series(0, 700000 - 1) i;
insert into products select i, md5(i::text) || ' ' || md5((i + 1)::text), array['t' || i % 500, 'u' || i % 37, 'v' || (random() * 5000)::int],
    jsonb_build_object('k', (random() * 999)::int, 'color', (array['red','blue','green'])[1 + (random() * 2)::int], 'x', i),
    to_tsvector('simple', 'w' || i % 2000 || ' z' || i % 77), i % 10 <> 0, random() * 100, int4range(i, i + (random() * 100)::int),
    point(random() * 1000, random() * 1000) from generate_series(0, 40000) i;
insert into events select timestamptz '2024-01-01' + i * interval '25 s', (random() * 60000)::int,
    (array['view','view','view','view','click','buy'])[1 + (random() * 5)::int], jsonb_build_object('p', i % 900)
  from generate_series(1, 300000) i;
insert into wide select i, i % 10, i % 100, i % 1000, (i * 7) % 5000, random() * 1000000, repeat('x', 100) from generate_series(1, 150000) i;
vacuum analyze;
"""

QUERIES = [
    "select * from orders where user_id = 1234",
    "select * from orders where id = 77777",
    "select * from orders where status = 'new' order by created_at limit 20",
    "select * from orders where status = 'done' order by created_at desc limit 20",
    "select * from orders where user_id = 77 and created_at > '2024-05-01' order by created_at desc limit 10",
    "select count(*) from orders where created_at > '2024-05-31 12:00'",
    "select * from orders where created_at between '2024-05-01' and '2024-05-02'",
    "select o.id, sum(i.qty * i.price) from orders o join items i on i.order_id = o.id where o.user_id = 99 group by 1",
    "select u.email, o.total from users u join orders o on o.user_id = u.id where u.email = 'User55@example.com'",
    "select * from users where lower(email) = 'user55@example.com'",
    "select * from users where email = 'User100@example.com'",
    "select * from users where country = 'DE' and status = 'banned'",
    "select * from users where deleted_at is not null",
    "select * from users where deleted_at is null and country = 'FR' order by id limit 50",
    "select * from users where name like 'abc%'",
    "select * from users where prefs @> '{\"lang\": 3}'",
    "select * from users where prefs ->> 'lang' = '3'",
    "select * from users order by created_at desc limit 10 offset 1000",
    "select country, count(*) from users group by country",
    "select * from users where score > 990 order by score",
    "select * from products where tags @> array['t17', 'u3']",
    "select * from products where tags && array['v77', 'v78']",
    "select * from products where attrs @> '{\"k\": 17}'",
    "select * from products where attrs @> '{\"color\": \"red\", \"k\": 5}'",
    "select id, name from products where tsv @@ to_tsquery('simple', 'w17 & z5')",
    "select id, name from products where tsv @@ to_tsquery('simple', 'z5')",
    "select * from products where name ilike '%abc1%'",
    "select * from products where name like '%0123456%'",
    "select * from products where valid @> 4000",
    "select * from products where valid && int4range(100, 120)",
    "select * from products order by spot <-> point(5, 5) limit 5",
    "select * from products where spot <@ box(point(0, 0), point(20, 20))",
    "select * from products where not active",
    "select * from products where price between 10 and 11",
    "select sku, sum(qty) from items where sku = 'sku-77' group by sku",
    "select sku, count(*) from items where product_id = 4321 group by sku",
    "select product_id, count(*) from items group by product_id order by 2 desc limit 10",
    "select * from items where order_id = 100",
    "select * from items where order_id in (1, 2, 3, 5, 8, 13)",
    "select * from orders where user_id = any ('{1,2,3,4}') and status in ('new', 'failed')",
    "select max(created_at) from orders",
    "select max(created_at) from orders where user_id = 5",
    "select * from orders where shipped_on is null",
    "select * from orders where shipped_on = '2024-03-03'",
    "select date_trunc('day', created_at), count(*) from orders where status = 'failed' group by 1",
    "select * from orders where note is not null and total > 99.9",
    "select count(*) from events where at >= '2024-02-10' and at < '2024-02-11'",
    "select * from events where user_id = 77",
    "select * from events where user_id = 77 and at >= '2024-03-01' order by at desc limit 5",
    "select kind, count(*) from events group by kind",
    "select * from events where kind = 'buy' and at > '2024-03-20'",
    "select * from active_users where country = 'GB' and id < 1000",
    "select * from order_totals where user_id = 17",
    "select u.country, count(*) from users u join orders o on o.user_id = u.id where o.created_at > '2024-05-25' group by 1",
    "select * from users u where not exists (select from orders o where o.user_id = u.id)",
    "select * from users u where exists (select from orders o where o.user_id = u.id and o.status = 'new')",
    "select p.name, sum(i.qty) from products p join items i on i.product_id = p.id where p.price > 99 group by 1",
    "select * from wide where a = 3 and b = 33 and c = 333",
    "select * from wide where d = 77 and e > 900000",
    "select * from wide where d = 77 or c = 5",
    "select a, b, count(*) from wide group by a, b",
    "select * from wide where e < 5000 order by d, e limit 10",
    "select b, e from wide where c = 7",
    "update orders set note = 'x' where user_id = 12",
    "delete from items where product_id = 9876",
    "insert into orders(id, user_id, status, created_at) values (0, 1, 'new', '2024-06-01')",
    "with recent as (select * from orders where created_at > '2024-05-31') select u.email from recent r join users u on u.id = r.user_id",
    "select distinct on (user_id) * from orders where user_id < 100 order by user_id, created_at desc",
    "select *, row_number() over (partition by user_id order by created_at) from orders where user_id between 10 and 20",
    "select o.id from orders o left join items i on i.order_id = o.id where o.created_at > '2024-05-31' and i.order_id is null",
]  # fmt: skip


def _index(table: str, *keys: str | IndexKey, **more: object) -> Index:
    made = tuple(IndexKey(key) if isinstance(key, str) else key for key in keys)
    return Index(Name("public", table), made, **more)  # type: ignore[arg-type]


INDEXES = {
    "i_orders_user_created": _index("orders", "user_id", IndexKey("created_at", descending=True, nulls_first=True)),
    "i_orders_new": _index("orders", "created_at", where="status = 'new'"),
    "i_orders_created": _index("orders", "created_at"),
    "i_orders_created_brin": _index("orders", "created_at", method="brin"),
    "i_orders_shipped": _index("orders", "shipped_on"),
    "i_items_product": _index("items", "product_id", include=("qty",)),
    "i_items_sku": _index("items", "sku", include=("qty",)),
    "i_users_lower": _index("users", IndexKey(expression="lower(email::text)")),
    "i_users_country": _index("users", "country", "status"),
    "i_users_deleted": _index("users", "deleted_at", where="deleted_at IS NOT NULL"),
    "i_users_created": _index("users", "created_at"),
    "i_users_name": _index("users", IndexKey("name", opclass="text_pattern_ops")),
    "i_users_score": _index("users", "score"),
    "i_users_lang": _index("users", IndexKey(expression="prefs ->> 'lang'")),
    "i_users_prefs": _index("users", IndexKey("prefs", opclass="jsonb_path_ops"), method="gin"),
    "i_products_tags": _index("products", "tags", method="gin"),
    "i_products_attrs": _index("products", "attrs", method="gin"),
    "i_products_tsv": _index("products", "tsv", method="gin"),
    "i_products_trgm": _index("products", IndexKey("name", opclass="public.gin_trgm_ops"), method="gin"),
    "i_products_valid": _index("products", "valid", method="gist"),
    "i_products_spot": _index("products", "spot", method="gist"),
    "i_products_inactive": _index("products", "id", where="NOT active"),
    "i_products_price": _index("products", "price"),
    "i_events_user": _index("events", "user_id", "at"),
    "i_events_at": _index("events", "at", method="brin"),
    "i_wide_abc": _index("wide", "a", "b", "c"),
    "i_wide_d": _index("wide", "d", "e"),
    "i_wide_c": _index("wide", "c", "b", include=("e",)),
    "i_wide_c_hash": _index("wide", "c", method="hash"),
    "i_wide_e": _index("wide", "e"),
}
