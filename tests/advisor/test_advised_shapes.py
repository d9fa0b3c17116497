"""Every shape of statement that an index of some kind answers: run, audited, the advice carried out, and the plans looked at."""

from fnmatch import fnmatchcase

import pytest

from tests.advisor.advised import audit, changes, creations, explain, run
from tests.conftest import Connection

BASE = """
create extension pg_trgm;
create table base (id int primary key, owner_id int not null, name varchar(60) not null, state text not null,
    done boolean not null, made_at timestamptz not null, local_at timestamp not null, gone_at timestamptz,
    price numeric(10,2) not null, rank int,
    facts jsonb not null, labels text[] not null, words tsvector not null, body text not null, span int4range not null,
    net inet not null, place point not null, link text not null);
select setseed(0.25);
insert into base select i, 1 + i * 7 % 1500, 'Name ' || md5(i::text), case when i % 500 = 0 then 'queued' else 'done' end,
    i % 400 <> 0, timestamptz '2024-01-01+00' + (i * 7919 % 15000) * interval '10 min',
    timestamp '2024-01-01' + (i * 7919 % 15000) * interval '10 min', case when i % 100 <> 0 then timestamptz '2024-02-01+00' end,
    round((random() * 1000)::numeric, 2), case when i % 50 = 0 then i end,
    jsonb_build_object('key', 'v' || i % 3000, 'n' || i % 900, 1),
    array['l' || i % 800, 'm' || i % 9], to_tsvector('english', 'word' || i % 2000),
    'text with word' || i % 2000 || ' ' || md5(i::text),
    int4range(i * 10, i * 10 + 9), inet '10.0.0.0' + i, point(random() * 1000, random() * 1000),
    'https://example.org/a/rather/long/path/to/make/the/column/wide/' || md5(i::text) || repeat('/x', 20)
from generate_series(1, 15000) i;
"""
# What pg_stat_statements takes out of an expression and a log or a workload file still tells.
SPELLED_OUT = ("truncated", "inside", "defaulted", "parsed", "members")
# A table of its own for each: the statement, where {} stands for the table, and what its index is to begin with.
SHAPES = {
    "keyset": ("select id from {} where (price, id) > (300, 5) order by price, id limit 10", "btree (price, id)"),
    "prefix": ("select id, body from {} where name like 'Name 00a%'", "btree (name"),
    "nothing": ("select * from {} where gone_at is null", "btree (*) WHERE gone_at IS NULL"),
    "distinct_on": (
        "select distinct on (owner_id) * from {} where owner_id < 20 order by owner_id, made_at desc",
        "btree (owner_id",
    ),
    "least": ("select min(price) from {}", "btree (price)"),
    "greatest": ("select max(made_at) from {} where owner_id = 8", "btree (owner_id"),
    "groups": ("select owner_id, count(*) from {} group by owner_id order by owner_id limit 5", "btree (owner_id)"),
    "joined": ("select a.id from {0} a join {0} b on b.rank = a.id where b.rank is not null and a.owner_id = 9", "btree ("),
    "flag": ("select id, body from {} where not done and price > 5", "btree (*) WHERE NOT done"),
    "folded": ("select id from {} where lower(name) = 'name x'", "btree ((lower(name)"),
    "truncated": ("select id from {} where date_trunc('day', local_at) = '2024-03-03'", "btree ((date_trunc('day'"),
    "inside": ("select id from {} where facts ->> 'key' = 'v77'", "btree ((facts ->> 'key'"),
    "defaulted": ("select id, body from {} where coalesce(rank, 0) = 50", "btree ((COALESCE(rank, 0)"),
    "covered": (
        "select owner_id, sum(price) from {} where owner_id between 100 and 200 group by 1",
        "btree (owner_id) INCLUDE (price)",
    ),
    "last": ("select id from {} order by rank desc nulls last limit 20", "btree (rank DESC NULLS LAST)"),
    "mixed": ("select id from {} order by price desc, made_at limit 20", "btree (price DESC, made_at)"),
    "documents": ('select id from {} where facts @> \'{{"key": "v77"}}\'', "gin (facts jsonb_path_ops)"),
    "members": ("select id from {} where facts ? 'n7'", "gin (facts)"),
    "any_member": ("select id from {} where facts ?| array['n7', 'n8']", "gin (facts)"),
    "overlap": ("select id from {} where labels && array['l5']", "gin (labels)"),
    "searched": ("select id from {} where words @@ to_tsquery('english', 'word77')", "gin (words)"),
    "parsed": (
        "select id from {} where to_tsvector('english', body) @@ to_tsquery('english', 'word77')",
        "gin ((to_tsvector('english'",
    ),
    "anywhere": ("select id from {} where name ilike '%00abc%'", "gin (name public.gin_trgm_ops)"),
    "ranges": ("select id from {} where span && int4range(500, 600)", "gist (span)"),
    "nearest": ("select id from {} order by place <-> point(5, 5) limit 5", "gist (place)"),
    "networks": ("select id from {} where net << inet '10.0.3.0/28'", "gist (net inet_ops)"),
    "long_keys": ("select id from {} where link = 'https://example.org/nowhere'", "hash (link)"),
}
# Nothing but a rewrite helps: no index on what depends on the session's time zone.
UNSAFE = (
    "select id from {} where made_at::date = '2024-03-03'",
    "select id from {} where date_trunc('day', made_at) = '2024-03-03+00'",
)


@pytest.mark.server
def test_what_is_advised_for_each_shape_is_read_and_costs_less(database: Connection, conninfo: str) -> None:
    database.execute(BASE)
    for name in (*SHAPES, "unsafe"):
        database.execute(f"create table t_{name} (like base including all); insert into t_{name} select * from base")
    statements = {name: sql.format(f"t_{name}") for name, (sql, _) in SHAPES.items()}
    run(database, [*statements.values(), *(sql.format("t_unsafe") for sql in UNSAFE)], times=3)
    before = {name: explain(database, sql).cost for name, sql in statements.items()}
    report = audit(conninfo, [statements[name] for name in SPELLED_OUT])
    found = creations(report)
    made = {name: found.get(f"t_{name}", []) for name in SHAPES}
    wrong = {
        name: made[name] for name, (_, start) in SHAPES.items() if not any(fnmatchcase(one, start + "*") for one in made[name])
    }
    assert wrong == {}
    assert "t_unsafe" not in found and any(one.rule == "non-sargable-predicate" for one in report.findings)
    names = set()
    for change in changes(report, "create_index"):
        database.execute(change.sql)
        names.add(change.name)
    database.execute("vacuum analyze")
    for name, sql in statements.items():
        after = explain(database, sql)
        assert after.indexes & names and after.cost < before[name] * 0.6, (name, after, before[name])
