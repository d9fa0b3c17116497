"""Candidates on real servers: every one of them can be created, and the planner takes the one that was meant."""

from dataclasses import replace
from typing import Any

import pytest

from pgadvisor.advisor.candidates import candidates
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.parse.workload import understand
from tests.catalog import make_statement
from tests.conftest import Connection

SCHEMA = """
create extension pg_trgm;
create extension btree_gin;
create type mood as enum ('calm', 'cross');
create domain code as varchar(30);
create function plain(text) returns text immutable language sql as $$ select lower($1) $$;
create table thing (id int primary key, owner_id int not null, "Kind" text not null, name varchar(60) not null, tag code,
    state text not null, mood mood not null, done boolean not null, made_at timestamptz not null, local_at timestamp not null,
    gone_at timestamptz, price numeric(10,2) not null, facts jsonb not null, labels text[] not null, ids int[] not null,
    words tsvector not null, body text not null, span int4range not null, net inet not null, place point not null,
    link text not null, rank int, raw json, big text) with (autovacuum_enabled = off);
create table owner (id int primary key, team_id int not null, email text not null, name text not null);
select setseed(0.25);
insert into thing select i, 1 + i % 3000, 'k' || i % 7, 'Name ' || md5(i::text), 'code' || i % 9000,
    case when i % 500 = 0 then 'queued' when i % 20 = 0 then 'failed' else 'done' end,
    (case when i % 4 = 0 then 'cross' else 'calm' end)::mood, i % 400 <> 0,
    timestamptz '2024-01-01+00' + i * interval '10 min', timestamp '2024-01-01' + i * interval '10 min',
    case when i % 100 <> 0 then timestamptz '2024-02-01+00' end, round((random() * 1000)::numeric, 2),
    jsonb_build_object('key', 'v' || i % 5000, 'n', i % 100), array['l' || i % 800, 'm' || i % 9], array[i % 5000, i],
    to_tsvector('english', 'word' || i % 4000), 'some text with word' || i % 4000 || ' in it ' || md5(i::text),
    int4range(i * 10, i * 10 + 9), inet '10.0.0.0' + i, point(random() * 1000, random() * 1000),
    'https://example.org/a/rather/long/path/to/make/the/column/wide/enough/' || md5(i::text) || '/' || i,
    case when i % 50 = 0 then i end, '{}', null
from generate_series(1, 40000) i;
insert into owner select i, i % 200, 'User' || i || '@Example.org', 'o' || i from generate_series(1, 3000) i;
"""

# A statement, and what the definition of an index in its plan must contain; None: nothing is expected to be used.
EXPECTED: tuple[tuple[str, str | None], ...] = (
    ("select id from thing where owner_id = 17 and state = 'failed'", "owner_id"),
    ("""select id from thing where "Kind" = 'k3' and rank = 50""", "rank"),
    ("select * from thing where owner_id in (1, 2, 3) and made_at > '2024-09-01+00'", "owner_id"),
    ("select * from thing where made_at between '2024-03-01+00' and '2024-03-02+00'", "(made_at)"),
    ("select * from thing order by price desc, id limit 20", "price DESC, id"),
    ("select * from thing order by rank desc nulls last limit 20", "rank DESC NULLS LAST"),
    ("select * from thing where owner_id = 5 order by made_at desc limit 10", "owner_id"),
    ("select * from thing where state = 'queued'", "WHERE state = 'queued'"),
    ("select * from thing where state = 'queued' order by price limit 5", "price"),
    ("select * from thing where state in ('queued', 'broken')", "WHERE state IN ('queued', 'broken')"),
    ("select * from thing where not done", "done"),
    ("select * from thing where done is false and price > 10", "done"),
    ("select * from thing where gone_at is null and owner_id < 100", "gone_at"),
    ("select * from thing where rank is not null", "WHERE rank IS NOT NULL"),
    ("select * from thing where rank = 5000", "rank"),
    ("select o.name, t.name from owner o join thing t on t.owner_id = o.id where o.team_id = 7", "owner_id"),
    ("select count(*) from thing where owner_id = 9", "owner_id"),
    ("select owner_id, price from thing where price between 5 and 6", "INCLUDE (owner_id)"),
    ("select max(price) from thing where owner_id = 9", "owner_id, price"),
    ("select min(price) from thing", "(price)"),
    ("select * from thing where (price, id) > (10, 500) order by price, id limit 10", "price, id"),
    ("select distinct on (owner_id) * from thing where state = 'failed' order by owner_id, made_at desc", "state"),
    ("select * from thing where lower(name) = 'name x'", "lower(name)"),
    ("select * from owner where lower(email) = lower('USER5@EXAMPLE.ORG')", "lower(email)"),
    ("select * from thing where date_trunc('day', local_at) = '2024-03-03'", "date_trunc"),
    ("select * from thing where date_trunc('day', made_at) = '2024-03-03+00'", None),
    ("select * from thing where local_at::date = '2024-03-03'", "local_at"),
    ("select * from thing where made_at::date = '2024-03-03'", None),
    ("select * from thing where facts ->> 'key' = 'v77'", "facts ->> 'key'"),
    ("select * from thing where (facts ->> 'n')::int = 7 and owner_id = 3", "owner_id"),
    ("select * from thing where coalesce(rank, 0) = 50", "COALESCE"),
    ("select * from thing where plain(name) = 'x'", "plain("),
    ("select * from thing where name like 'Name 00%'", "(name"),
    ("select * from thing where upper(name) like 'NAME 00%'", "(upper(name))"),
    ("select * from thing where tag = 'code5'", "tag"),
    ("select * from thing where mood = 'cross' and owner_id = 44", "owner_id"),
    ("select * from thing where name ilike '%abcdef%'", "gin_trgm_ops"),
    ("select * from thing where body ~ 'word123 '", "gin_trgm_ops"),
    ("select * from thing where facts @> '{\"key\": \"v77\"}'", "jsonb_path_ops"),
    ("select * from thing where facts ? 'nokey'", "USING gin (facts)"),
    ("select * from thing where labels && array['l5']", "USING gin (labels)"),
    ("select * from thing where ids @> array[77]", "USING gin (ids)"),
    ("select * from thing where words @@ to_tsquery('english', 'word77')", "USING gin (words)"),
    ("select * from thing where to_tsvector('english', body) @@ to_tsquery('english', 'word77')", "to_tsvector('english', body)"),
    ("select * from thing where span && int4range(500, 600)", "USING gist (span)"),
    ("select * from thing where span @> 505", "USING gist (span)"),
    ("select * from thing where net << inet '10.0.3.0/28'", "inet"),
    ("select * from thing order by place <-> point(5, 5) limit 5", "USING gist (place)"),
    ("select * from thing where place <@ box(point(1, 1), point(9, 9))", "USING gist (place)"),
    ("select * from thing where link = 'x'", "link"),
    ("select * from thing where owner_id = 5 or tag = 'code77'", "owner_id"),
    ("update thing set price = 1 where owner_id = 5 and state = 'failed'", "owner_id"),
    ("delete from thing where gone_at is null and made_at < '2024-01-09+00'", "gone_at IS NULL"),
    ("select * from owner o where exists (select from thing t where t.owner_id = o.id and t.state = 'queued')", "state"),
    ("select owner_id, count(*) from thing group by owner_id", "(owner_id)"),
    ("select price + id from thing where price + id = 77", "price + id"),
    ("select * from thing where raw ->> 'x' = '{}' and big = 'x'", "big"),
)  # fmt: skip


@pytest.fixture
def snapshot(database: Connection, conninfo: str) -> Snapshot:
    database.execute("set synchronous_commit = on")  # else the rows are not yet known to be visible to all
    database.execute(SCHEMA)
    database.execute("vacuum analyze thing")
    database.execute("vacuum analyze owner")
    with open_session(conninfo, command="test") as session:
        return collect(session)


def _offered(snapshot: Snapshot, sql: str) -> tuple[Index, ...]:
    user = snapshot.search_paths[0].user_oid if snapshot.search_paths else 10
    lookup = Lookup(replace(snapshot, statements=(make_statement(sql, rows=100_000, user_oid=user),)))
    workload = understand(lookup)
    assert not workload.unread, (sql, workload.unread[0].reason)
    return candidates(workload.queries[0], lookup)


def _used(plan: dict[str, Any]) -> set[str]:
    own = {plan["Index Name"]} if "Index Name" in plan else set()
    return own.union(*(_used(child) for child in plan.get("Plans", [])))


def test_every_candidate_can_be_created_and_the_right_one_is_used(database: Connection, snapshot: Snapshot) -> None:
    wrong = []
    for sql, expected in EXPECTED:
        offered = _offered(snapshot, sql)
        assert len(offered) <= 30 and len(set(offered)) == len(offered)
        with database.transaction(force_rollback=True):
            for number, index in enumerate(offered):
                database.execute(index.sql(f"new_{number}"))
            row = database.execute(f"explain (format json) {sql}").fetchone()
        assert row is not None
        used = {offered[int(name.removeprefix("new_"))].sql("i") for name in _used(row[0][0]["Plan"]) if name.startswith("new_")}
        if (expected is None and used) or (expected is not None and not any(expected in text for text in used)):
            wrong.append((sql, expected, used, [index.sql("i") for index in offered]))
    assert wrong == []
