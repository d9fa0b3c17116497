"""Every value that is made up must be one that PostgreSQL takes: statements over many types are planned on a real server."""

import re
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgadvisor.advisor.values import valued
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.arrays import read_array, write_array
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.parse.workload import understand
from tests.catalog import make_statement
from tests.conftest import Connection

# Column type, and an expression over i that fills it.
TYPES = dict(
    line.split(": ", 1)
    for line in """
smallint: i % 100
integer: i
bigint: i * 10000000000
numeric(10,2): i / 7.0
real: i / 3.0
double precision: i / 3.0
money: i::money
boolean: i % 3 = 0
text: 'it''s ' || i
varchar(20): 'v' || i
char(6): 'c' || i
name: 'n' || i
"char": 'x'
citext: 'Ci' || i
uuid: md5(i::text)::uuid
bytea: decode(md5(i::text), 'hex')
date: date '2024-01-01' + i
timestamp: timestamp '2024-01-01' + i * interval '1 h'
timestamptz: timestamptz '2024-01-01' + i * interval '1 h'
timestamp(3): timestamp '2024-01-01' + i * interval '1 h'
time: time '01:00' + i * interval '1 min'
timetz: timetz '01:00+00'
interval: i * interval '1 h'
inet: inet '10.0.0.0' + i
cidr: set_masklen(cidr '10.0.0.0', 24)
macaddr: '08:00:2b:01:02:03'
macaddr8: '08:00:2b:01:02:03:04:05'
bit(8): i::bit(8)
varbit: i::bit(8)
json: json_build_object('k', i)
jsonb: jsonb_build_object('k', i)
int4range: int4range(i, i + 5)
int8range: int8range(i, i + 5)
numrange: numrange(i, i + 5)
tsrange: tsrange(timestamp '2024-01-01' + i * interval '1 h', null)
tstzrange: tstzrange(timestamptz '2024-01-01' + i * interval '1 h', null)
daterange: daterange(date '2024-01-01' + i, null)
integer[]: array[i, i % 5]
text[]: array['a b', 'c"' || (i % 7)]
uuid[]: array[md5(i::text)::uuid]
tsvector: to_tsvector('simple', 'word w' || (i % 9))
mood: case when i % 2 = 0 then 'sad' else 'glad' end::mood
percent: i % 100
pair: row(i, 'x')::pair
point: point(i, i)
box: box(point(i, i), point(0, 0))
circle: circle(point(i, i), 1)
polygon: polygon(box(point(i, i), point(0, 0)))
oid: i::oid
pg_lsn: '0/1'
tsquery: 'a'
jsonpath: '$.a'
hstore: 'a=>1'
ltree: 'a.b'
mood[]: array['sad'::mood]
""".strip().splitlines()
)
UNORDERED = ("json", "point", "box", "circle", "polygon", "jsonpath")
UNRANGED = (*UNORDERED, "boolean", "jsonb", "tsvector", "tsquery", "hstore", "pair", "mood[]")
PATTERNED = ("text", "varchar(20)", "char(6)", "name", "citext")


def column_name(kind: str) -> str:
    return "c_" + re.sub(r"\W+", "_", kind.replace("[]", "_array")).strip("_")


def _schema() -> str:
    columns = ", ".join(f"{column_name(kind)} {kind}" for kind in TYPES)
    rows = ", ".join(f"({expression})::{kind}" for kind, expression in TYPES.items())
    return f"""
        create extension citext; create extension hstore; create extension ltree;
        create type mood as enum ('sad', 'glad', 'so-so');
        create domain percent as int check (value between 0 and 100); create type pair as (a int, b text);
        create table t ({columns}); insert into t select {rows} from generate_series(1, 300) i;
        insert into t default values; create table empty (like t)"""


def _statements(table: str) -> list[str]:
    found = [f"insert into {table} values ({', '.join(f'${n + 1}' for n in range(len(TYPES)))})"]
    for kind in TYPES:
        column = column_name(kind)
        found.append(f"insert into {table} ({column}) values ($1), ($2)")
        found.append(f"update {table} set {column} = $1 where c_integer = c_integer + $2")
        found.append(
            f"select coalesce({column}, $1), case when $2 then {column} else $3 end from {table} where $4 limit $5 offset $6"
        )
        if kind not in UNORDERED:
            found.append(f"select 1 from {table} where {column} = $1")
            found.append(f"select 1 from {table} where $1 is null or {column} <> $2 or {column} is distinct from $3")
            found.append(f"select 1 from {table} where {column} in ($1, $2, $3) or {column} not in ($4)")
            if not kind.endswith("[]"):
                found.append(f"select 1 from {table} where {column} = any($1) or {column} <> all($2)")
                found.append(f"select 1 from {table} where {column} = any(array[$1, $2])")
        if kind not in UNRANGED:
            found.append(f"select 1 from {table} where {column} > $1 and {column} <= $2 order by {column} limit $3")
            found.append(f"select 1 from {table} where {column} between $1 and $2 or {column} < $3")
        if kind in PATTERNED:
            found.append(f"select 1 from {table} where {column} like $1 or {column} ilike $2 or {column} ~ $3")
            found.append(
                f"select 1 from {table} where {column} like '%' || $1 || '%' or lower({column}) = lower($2)"
                f" or {column} || $3 = $4"
            )
        if kind.endswith("[]"):
            found.append(f"select 1 from {table} where {column} @> $1 or {column} && $2 or {column} <@ $3 or $4 = any({column})")
        if "range" in kind:
            found.append(f"select 1 from {table} where {column} @> $1 or {column} && $2 or {column} << $3")
    return found


CONTEXTS = """
select $1, $2 || c_text, c_integer * $3, round(c_numeric_10_2, $4) from t where c_integer + $5 > $6;
select interval $1, c_timestamptz + interval $2, c_timestamptz - $3, c_date - $4, extract($5 from c_timestamp) from t
    where c_timestamp > now() - interval $6;
select date_trunc($1, c_timestamptz), to_char(c_timestamptz, $2), c_timestamptz at time zone $3 from t where
    c_timestamptz > now() - $4::interval;
select date_trunc($1, c_timestamptz), count(*) from t group by date_trunc($2, c_timestamptz) having count(*) > $3;
select 1 from t where c_date > current_date - $1 and c_timestamptz >= current_timestamp - $2 and c_timestamptz < $3 -
    interval $4;
select c_jsonb -> $1, c_jsonb ->> $2, c_jsonb #>> $3 from t where c_jsonb @> $4 or c_jsonb ? $5 or c_jsonb ?| $6 or
    c_jsonb ->> 'k' = $7;
select 1 from t where (c_jsonb ->> $1)::int = $2 and c_jsonb @> $3::jsonb and c_jsonb -> $4 @> $5;
select 1 from t where c_tsvector @@ to_tsquery($1, $2) or c_tsvector @@ plainto_tsquery($3) or c_tsvector @@ $4;
select 1 from t where c_inet << $1 or c_inet >>= $2 or c_point <-> $3 < $4 order by c_point <-> $5 limit $6;
select 1 from t where (c_integer, c_text) > ($1, $2) order by c_integer, c_text limit $3;
select * from t where c_integer = $1::int and c_text = cast($2 as text) and c_timestamptz = $3::timestamptz and c_uuid
    = $4::uuid;
select generate_series($1, $2), substring(c_text from $3 for $4), position($5 in c_text), left(c_text, $6),
    split_part(c_text, $7, $8) from t;
select * from t where c_integer in (select c_integer from t where c_text = $1 limit $2) and exists (select from t u
    where u.c_integer = t.c_integer and u.c_bigint = $3);
select a.c_integer from t a join t b on a.c_integer = b.c_integer and b.c_mood = $1 left join t c on c.c_integer =
    a.c_integer and c.c_double_precision > $2 where a.c_percent = $3;
insert into t (c_integer, c_text) values ($1, $2) on conflict do nothing returning c_integer + $3;
insert into t (c_integer, c_text) select c_integer + $1, $2 from t where c_text = $3 limit $4;
with x as (select c_integer from t where c_date = $1) update t set c_text = $2, c_timestamp = now() from x where
    x.c_integer = t.c_integer and t.c_mood = $3;
update t set (c_integer, c_text) = ($1, $2), c_mood = case when c_integer > $3 then $4 else $5 end, c_integer_array =
    c_integer_array || $6 where c_integer = $7;
delete from t where c_integer = $1 and c_timestamptz < now() - ($2 * interval '1 day');
select 1 from t where c_integer = any($1::int[]) and c_text = any($2::text[]) and c_integer_array @> array[$3] and
    c_text_array && array[$4, $5]::text[];
select coalesce(c_integer, $1), greatest(c_timestamp, $2), nullif(c_text, $3), least($4, c_real) from t where
    coalesce(c_text, $5) = $6;
select own_function($1, $2) from t where own_function(c_integer, $3) = $4;
select 1 from t where c_integer = $1 or c_integer = $1 + 1 or c_bigint = $1;
select sum(c_integer) filter (where c_text = $1) over (order by c_integer rows $2 preceding) from t tablesample system
    ($3);
select 1 from v where c_text = $1 and c_timestamptz > $2 limit $3;
select 1 from t where c_tstzrange @> $1 and not c_boolean and c_boolean = $2 and c_text similar to $3
""".strip().split(";\n")


@pytest.fixture
def planned(database: Connection, conninfo: str) -> tuple[Connection, Snapshot]:
    database.execute(_schema())
    database.execute(
        "create function own_function(a int, stamp timestamp with time zone) returns text immutable language sql"
        " as $$ select 'x' $$; create view v as select * from t where c_integer > 0; analyze t"
    )
    with open_session(conninfo, command="test") as session:
        return database, collect(session)


def _failures(connection: Connection, snapshot: Snapshot, texts: list[str]) -> list[tuple[str, str]]:
    user = snapshot.search_paths[0].user_oid if snapshot.search_paths else 10
    statements = tuple(make_statement(text, queryid=n, user_oid=user) for n, text in enumerate(texts))
    lookup = Lookup(replace(snapshot, statements=statements))
    workload = understand(lookup)
    assert not workload.unread, [(each.statement.text, each.reason) for each in workload.unread]
    failed = []
    for query in workload.queries:
        vectors = valued(query, lookup)
        assert vectors and abs(sum(each.weight for each in vectors) - 1) < 1e-6 and len(vectors) <= 3
        for each in vectors:
            error = _error_of(connection, each.sql)
            if error is not None:
                failed.append((each.sql, error))
    return failed


def _error_of(connection: Connection, sql: str) -> str | None:
    try:
        with connection.transaction():
            connection.execute(f"explain {sql}")
    except psycopg.Error as error:
        return str(error).splitlines()[0]
    return None


def test_values_of_every_type_can_be_planned(planned: tuple[Connection, Snapshot]) -> None:
    connection, snapshot = planned
    assert _failures(connection, snapshot, [*_statements("t"), *_statements("empty")]) == []


def test_values_in_every_context_can_be_planned(planned: tuple[Connection, Snapshot]) -> None:
    connection, snapshot = planned
    assert _failures(connection, snapshot, list(CONTEXTS)) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=st.lists(st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), max_size=5))
def test_array_literals_as_the_server_reads_and_writes_them(database: Connection, items: list[str | None]) -> None:
    row: Any = database.execute("select %s::text[]::text, %s::text[]", (items, write_array(items))).fetchone()
    assert list(read_array(row[0])) == items
    assert row[1] == items
