# ruff: noqa: E501
"""Tables and indexes that no constant of the size models was fitted on: `python -m benchmarks.sizes --fresh`."""

from collections.abc import Iterator

from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name

SCHEMA = """
create extension pg_stat_statements;
create extension pg_trgm;
create extension btree_gin;
create extension btree_gist;
create extension hstore;
create table account (id bigint primary key, tenant int, slug text, plan text, country char(2), created timestamptz);
insert into account select i, (i ^ 0.7)::int % 400, 'acct-' || md5((i * 7)::text), (array['free','free','free','team','enterprise'])[1 + i % 5],
  chr(65 + (random() ^ 2 * 20)::int) || chr(65 + (random() * 5)::int), timestamptz '2019-03-01' + i * interval '47 min' from generate_series(1, 40000) i;
create table invoice (no bigserial, account_id bigint not null references account, line smallint, issued date, due date, paid_at timestamp, state text,
  cents int, rate real, memo varchar(200), ref uuid, voided boolean, weight double precision, batch int, primary key (account_id, no, line));
insert into invoice (account_id, line, issued, due, paid_at, state, cents, rate, memo, ref, voided, weight, batch)
  select a, l, d, d + 14 + (a % 3)::int, case when random() < 0.35 then d + random() * interval '60 days' end,
  (array['paid','paid','paid','paid','open','late','disputed'])[1 + (random() * 6)::int], (exp(random() * 9) * 10)::int, round((random() * 20)::numeric)::real,
  case when random() < 0.12 then repeat(md5(random()::text), 1 + (random() * 4)::int) end, case when a % 8 = 0 then gen_random_uuid() end,
  case when random() < 0.02 then true when random() < 0.5 then false end, (random() * 12)::int / 4.0, (g / 500)::int
  from (select g, (1 + 39999 * random() ^ 2)::bigint a, date '2021-01-01' + g / 90 d from generate_series(1, 90000) g) x, generate_series(1, 4) l order by g, l;
create table product (sku text, title text, tags text[], sizes smallint[], attributes jsonb, details jsonb, words tsvector, labels hstore, valid daterange,
  quantity numrange, location point, zone circle, shape polygon, network cidr, host inet, code varchar(30), barcode text, family text, seen timestamptz);
insert into product select 'SKU/' || (i % 37) || '/' || lpad(i::text, 7, '0'), initcap(substr(md5((i % 9000)::text), 1, 3 + i % 9)) || ' ' || initcap(substr(md5(random()::text), 1, 6)),
  (select array_agg(distinct 'tag-' || (random() ^ 3 * 1500)::int) from generate_series(1, 1 + i % 7)), (select array_agg((30 + random() * 20)::smallint) from generate_series(1, 1 + i % 4)),
  jsonb_build_object('colour', (array['red','green','blue','black','white','grey'])[1 + (random() ^ 2 * 5)::int], 'weight', (random() * 300)::int, 'brand', 'brand ' || (random() ^ 2 * 250)::int),
  case when i % 3 > 0 then jsonb_build_object('maker', jsonb_build_object('city', 'C' || (random() * 700)::int, 'vat', i), 'stock', jsonb_build_array(i % 10, i % 13)) end,
  to_tsvector('simple', (select string_agg('term' || (exp(random() * 9))::int, ' ') from generate_series(1, 5 + i % 25))), hstore(array['a','b'], array[(i % 90)::text, (random() * 4000)::int::text]),
  daterange(date '2020-01-01' + (random() * 900)::int, date '2023-01-01' + (random() * 900)::int), numrange((random() * 100)::int, 100 + (random() * 50)::int),
  point(10 + random() ^ 3, 50 + random() ^ 3), circle(point(random() * 90, random() * 90), random()), polygon(box(point(random() * 50, random() * 50), point(random() * 50, random() * 50))),
  network(('172.16.' || i % 256 || '.' || (random() * 255)::int || '/26')::inet), ('192.168.' || (random() ^ 2 * 255)::int || '.' || (random() * 255)::int)::inet,
  chr(65 + i % 26) || (random() * 1e7)::int, (4000000000000 + (random() * 1e11)::bigint)::text, (array['tools','garden','kitchen','office','toys'])[1 + (random() ^ 2 * 4)::int],
  timestamptz '2022-01-01' + i * interval '3 min' + random() * interval '2 days' from generate_series(1, 80000) i;
vacuum analyze;
"""
_INVOICE = "no account_id line issued due paid_at state cents rate memo ref voided weight batch"
_COMBINED = (
    "account_id issued", "issued due", "batch issued", "account_id state", "state paid_at", "voided state", "account_id line", "batch account_id", "line no account_id",
    "paid_at cents", "ref state", "cents state", "state voided rate",
)  # fmt: skip
_PARTIAL = (
    ("account_id", "state = 'disputed'"), ("due", "paid_at IS NULL"), ("issued", "voided"), ("cents", "cents > 20000"), ("ref", "ref IS NOT NULL"), ("account_id", "issued > '2023-06-01'"),
    ("batch", "state <> 'paid'"), ("memo", "memo IS NOT NULL"), ("no", "voided IS NULL"),
)  # fmt: skip
_EXPRESSIONS = {
    "invoice": ("date_trunc('month', paid_at)", "(due - issued)", "lower(memo)", "EXTRACT(year FROM issued)", "(cents / 100)", "COALESCE(state, 'none')"),
    "product": ("lower(title)", "attributes ->> 'brand'", "(attributes ->> 'weight')::integer", "substr(barcode, 1, 6)", "reverse(sku)", "details #>> '{maker,city}'"),
    "account": ("upper(slug)", "lower(country)", "(created AT TIME ZONE 'UTC')::date"),
}  # fmt: skip
_PLAIN = {
    "hash": {"account": "id slug plan country", "invoice": "account_id ref state batch memo", "product": "sku barcode"},
    "brin": {"account": "created id", "invoice": "issued no paid_at batch", "product": "seen valid host"},
    "gin": {"product": "tags sizes attributes details words labels", "invoice": "state batch"},
    "gist": {"product": "valid quantity location zone shape words", "invoice": "account_id paid_at cents"},
    "spgist": {
        "product": "sku title location valid quantity network host barcode family code",
        "account": "slug",
        "invoice": "memo",
    },
}
_CLASSES = (
    ("gin", "product", "attributes", "jsonb_path_ops"), ("gin", "product", "details", "jsonb_path_ops"), ("gin", "product", "title", "public.gin_trgm_ops"),
    ("gin", "product", "barcode", "public.gin_trgm_ops"), ("gin", "product", "code", "public.gin_trgm_ops"), ("gin", "account", "slug", "public.gin_trgm_ops"),
    ("gin", "invoice", "memo", "public.gin_trgm_ops"), ("gist", "product", "title", "public.gist_trgm_ops"), ("gist", "account", "slug", "public.gist_trgm_ops"),
    ("gist", "product", "host", "inet_ops"), ("spgist", "product", "location", "kd_point_ops"), ("brin", "invoice", "issued", "date_minmax_multi_ops"),
)  # fmt: skip


def _on(table: str, *columns: str, **more: str | tuple[str, ...]) -> Index:
    return Index(Name("public", table), tuple(IndexKey(column) for column in columns), **more)  # type: ignore[arg-type]


def fresh_indexes() -> Iterator[Index]:
    """Over a hundred definitions of all methods."""
    for column in _INVOICE.split():
        yield _on("invoice", column)
        yield _on("invoice", "state", column, "no") if column not in ("state", "no") else _on("invoice", column, "cents")
    yield from (_on("invoice", *columns.split()) for columns in _COMBINED)
    yield from (_on("invoice", column, where=predicate) for column, predicate in _PARTIAL)
    yield from (_on("product", column) for column in ("sku", "title", "barcode", "family", "seen", "code", "host"))
    yield from (_on("account", column, include=("created",)) for column in ("slug", "plan", "tenant"))
    for table, expressions in _EXPRESSIONS.items():
        yield from (Index(Name("public", table), (IndexKey(expression=expression),)) for expression in expressions)
    for method, tables in _PLAIN.items():
        for table, columns in tables.items():
            yield from (_on(table, column, method=method) for column in columns.split())
    for method, table, column, opclass in _CLASSES:
        yield Index(Name("public", table), (IndexKey(column, opclass=opclass),), method)
    yield Index(Name("public", "product"), (IndexKey(expression="to_tsvector('simple'::regconfig, title)"),), "gin")
    yield Index(Name("public", "product"), (IndexKey("tags"),), "gin", where="family = 'toys'")
