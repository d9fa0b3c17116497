"""Which expressions an index may have: what is said here is what PostgreSQL says."""

import psycopg
import pytest

from pgadvisor.parse.immutable import immutable
from tests.conftest import Connection

TABLE = """
create type mood as enum ('a', 'b');
create function norm(text) returns text language sql immutable as $$ select $1 $$;
create function shaky(text) returns text language plpgsql stable as $$ begin return $1; end $$;
create table t (a text, v varchar(20), n int, f float8, m numeric, ts timestamp, tz timestamptz, d date, tm time, j jsonb, e mood,
    arr text[], r int4range, b boolean, u uuid, ip inet, iv interval, c bytea)
"""
TYPES = {
    "a": "text", "v": "character varying(20)", "n": "integer", "f": "double precision", "m": "numeric",
    "ts": "timestamp without time zone", "tz": "timestamp with time zone", "d": "date", "tm": "time without time zone",
    "j": "jsonb", "e": "mood", "arr": "text[]", "r": "int4range", "b": "boolean", "u": "uuid",
    "ip": "inet", "iv": "interval", "c": "bytea",
}  # fmt: skip
FUNCTIONS = {"norm": "i", "shaky": "s"}

STEADY = """
lower(a); upper(v); lower(v) || a; a || n;
date_trunc('day', ts); ts::date; j ->> 'k'; (j ->> 'n')::int; (j -> 'a' ->> 'b')::numeric;
coalesce(a, 'x'); n + 1; n % 10; -n; abs(n); norm(a); to_tsvector('english', a); to_tsvector('english'::regconfig, a);
extract(epoch from ts); extract(year from d); tz at time zone 'UTC'; (tz at time zone 'UTC')::date;
date_trunc('hour', tz at time zone 'Europe/Berlin'); n::text; n::bigint; m::int; u::text; b::text; coalesce(upper(r), 2147483647);
lower(r); setweight(to_tsvector('english', a), 'A') || setweight(to_tsvector('english', coalesce(v, '')), 'B');
ARRAY[a, v]::text[] || arr; case when n > 1 then a else v end; md5(a); substr(a, 1, 3); left(a, 2); length(a); nullif(a, '');
tz - tz; ts - ts; ts + iv; d + n; tz > tz; ts > d; host(ip); a like 'x%'; a is null; n in (1, 2); greatest(n, 5); trim(a);
replace(a, '-', ''); split_part(a, '@', 2); regexp_replace(a, 'x', 'y'); jsonb_array_length(j); arr[1]; j @> '{"a": 1}';
round(m, 2); floor(f); encode(c, 'hex'); sha256(c); array_length(arr, 1); cardinality(arr); j -> 'a'; j #>> '{a,b}';
tsrange(ts, ts, '[]'); tstzrange(tz, null); daterange(d, d)
"""
UNSTEADY = """
date_trunc('day', tz); tz::date; (j ->> 't')::timestamp; tz + iv; tz + '1 day'::interval; a || ts; shaky(a); to_tsvector(a);
now() - ts;
extract(epoch from tz); d::text; ts::text; e::text; random(); a::date; concat(a, v); current_date - d; ts > tz; d = tz;
to_char(ts, 'YYYY'); age(ts); arr::text; to_timestamp(a, 'YYYY'); format('%s', a); unknown_function(a);
ts::timestamptz;
array_to_string(arr, ','); nextval('s'); current_user = a; (select 1); n + $1; string_agg(a, ','); extract(hour from tz);
tstzrange(ts, ts); tstzrange(d, d)
"""


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";")]


@pytest.mark.parametrize("expression", listed(STEADY))
def test_immutable(expression: str) -> None:
    assert immutable(expression, TYPES, FUNCTIONS)


@pytest.mark.parametrize("expression", listed(UNSTEADY))
def test_not_immutable(expression: str) -> None:
    assert not immutable(expression, TYPES, FUNCTIONS)


def test_postgresql_agrees(database: Connection) -> None:
    database.execute(TABLE)
    refused = [expression for expression in listed(STEADY) if not _creates(database, expression)]
    accepted = [expression for expression in listed(UNSTEADY) if _creates(database, expression)]
    assert (refused, accepted) == ([], [])


def _creates(connection: Connection, expression: str) -> bool:
    try:
        with connection.transaction():
            connection.execute(f"create index on t using btree (({expression}))")
    except psycopg.Error:
        return False
    return True
