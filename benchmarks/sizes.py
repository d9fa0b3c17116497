# ruff: noqa: E501
"""How far estimated index sizes are from those of indexes really built.

    python -m benchmarks.sizes [--major 18] [--fresh] [-v]

Builds some 200 indexes of all methods over columns of many shapes, and prints the relative error of
`ShadowPlanner.size_bytes` by method: its median, its 90th percentile and its worst, and the median with its sign. With
--fresh: over tables and definitions that were not used while the models were written.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from benchmarks.sizes_fresh import SCHEMA as FRESH
from benchmarks.sizes_fresh import fresh_indexes
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.shadow import open_shadow
from pgadvisor.whatif.wire import Connection
from tests.postgres import binaries_for

_SERVER = {"shared_preload_libraries": "pg_stat_statements", "shared_buffers": "256MB", "maintenance_work_mem": "256MB"}
_WORDS = "(select string_agg('w' || (random() ^ 2 * 3000)::int, ' ') from generate_series(1, 12 + i % 3))"
_SCHEMA = f"""
create extension pg_stat_statements;
create extension pg_trgm;
create extension btree_gin;
create extension btree_gist;
create extension hstore;
create type mood as enum ('good', 'fair', 'bad');
create table n (id bigint, seq int, few int, skewed int, fk bigint, dense int, half int, gone text, flag boolean, amount numeric,
  price numeric(8,2), ratio float8, day date, at timestamptz, late timestamptz, uid uuid, kind mood, small smallint);
insert into n select i, i, i % 10, (random() ^ 4 * 5000)::int, (random() * 30000)::bigint, (random() * 300000)::int,
  case when i % 2 = 0 then i end, case when i % 20 = 0 then 'note ' || i end, i % 3 = 0, random() * 100000, (random() * 500)::numeric(8,2),
  random(), date '2020-01-01' + i / 200, timestamptz '2024-01-01' + i * interval '1 min',
  timestamptz '2024-01-01' + random() * interval '400 days', md5(i::text)::uuid,
  (array['good','fair','bad'])[1 + (random() * 2)::int]::mood, (random() * 2000)::smallint
  from generate_series(1, 300000) i;
create table s (id int, email text, name text, code varchar(12), city text, hash text, title text, body text, status text, path text);
insert into s select i, 'user' || i || '@example' || i % 9 || '.com', (array['Anna','Ben','Christopher','Dora','Eve'])[1 + i % 5] || ' '
  || (array['Smith','Garcia','Li','Montgomery'])[1 + i % 4] || (random() * 20000)::int, 'C' || (random() * 99999)::int,
  'City ' || (random() ^ 3 * 900)::int, md5(i::text), {_WORDS}, {_WORDS} || ' ' || md5(i::text),
  case when i % 100 = 0 then 'failed' when i % 7 = 0 then 'pending' else 'done' end, '/a/' || i % 50 || '/b/' || i % 700 || '/' || i
  from generate_series(1, 120000) i;
create table d (id int, tags text[], nums int[], meta jsonb, event jsonb, doc tsvector, text_body text, attrs hstore, span int4range,
  period tstzrange, place point, area box, addr inet);
insert into d select i, array['t' || (random() * 400)::int, 'u' || (random() * 30)::int, 'v' || (random() ^ 2 * 9000)::int],
  array[(random() * 1000)::int, (random() * 1000)::int, (random() * 50000)::int],
  jsonb_build_object('status', (array['a','b','c'])[1 + (random() * 2)::int], 'n', (random() * 2000)::int, 'user', i),
  jsonb_build_object('type', 'e' || (random() * 20)::int, 'data', jsonb_build_object('sku', 'S' || (random() * 5000)::int, 'qty', i % 5)),
  to_tsvector('simple', {_WORDS}), {_WORDS}, hstore('k' || i % 5, (random() * 500)::int::text),
  int4range(i, i + (random() * 50)::int), tstzrange('2024-01-01'::timestamptz + i * interval '5 min',
  '2024-01-01'::timestamptz + i * interval '5 min' + random() * interval '2 h'), point(random() * 1000, random() * 1000),
  box(point(random() * 1000, random() * 1000), point(random() * 1000, random() * 1000)),
  ('10.' || (random() * 255)::int || '.' || (random() * 255)::int || '.' || (random() * 255)::int)::inet
  from generate_series(1, 60000) i;
vacuum analyze;
"""
_NUMBERS = "id seq few skewed fk dense half gone flag amount price ratio day at late uid kind small"
_STRINGS = "id email name code city hash title status path"
_PAIRS = (
    "few skewed", "fk at", "kind day", "few fk", "flag late", "skewed seq", "half few", "gone id", "amount price", "day small", "uid few",
    "small kind", "late fk", "few kind", "price day", "at few kind", "dense flag", "ratio few", "fk few skewed", "flag kind few",
)  # fmt: skip
_PREDICATES = (
    "flag", "few = 3", "half IS NOT NULL", "skewed = 0", "at > '2024-06-01'", "gone IS NOT NULL", "kind = 'bad'", "half IS NULL", "dense < 20000",
)  # fmt: skip
_EXPRESSIONS = {
    "n": ("date_trunc('day', late AT TIME ZONE 'UTC')", "few + 1", "(amount)::integer", "skewed % 100", "abs(small)", "(day + 1)", "COALESCE(half, 0)"),
    "s": ("lower(email)", "upper(name)", "left(hash, 8)", "length(title)", "lower(city)", "md5(path)", "split_part(email, '@', 2)"),
    "d": ("meta ->> 'status'", "meta ->> 'user'", "event #>> '{data,sku}'", "(meta ->> 'n')::integer", "event -> 'data' ->> 'qty'"),
}  # fmt: skip


def _on(table: str, *keys: str | IndexKey, **more: str | bool | tuple[str, ...] | None) -> Index:
    made = tuple(IndexKey(key) if isinstance(key, str) else key for key in keys)
    return Index(Name("public", table), made, **more)  # type: ignore[arg-type]


def _btrees() -> Iterator[Index]:
    for column in _NUMBERS.split():
        yield _on("n", column)
        yield _on("n", column, "few")
        yield _on("n", column, include=("price", "at"))
    for column in _STRINGS.split():
        yield _on("s", column)
        yield _on("s", "status", column)
        yield _on("s", column, include=("id",))
    yield from (_on("n", *pair.split()) for pair in _PAIRS)
    for predicate in _PREDICATES:
        yield from (_on("n", column, where=predicate) for column in ("id", "fk", "late", "skewed"))
    yield _on("n", "id", unique=True)
    yield _on("s", "hash", unique=True)
    for table, expressions in _EXPRESSIONS.items():
        yield from (_on(table, IndexKey(expression=expression)) for expression in expressions)


def _others() -> Iterator[Index]:
    for column in ("id", "few", "skewed", "fk", "dense", "half", "gone", "at", "uid", "kind", "small"):
        yield _on("n", column, method="hash")
    for column in ("email", "city", "hash", "status"):
        yield _on("s", column, method="hash")
    for column in ("id", "seq", "few", "fk", "day", "at", "late", "uid", "amount"):
        yield _on("n", column, method="brin")
    yield _on("n", "at", "id", method="brin")
    for column in ("tags", "nums", "meta", "event", "doc", "attrs"):
        yield _on("d", column, method="gin")
    for column in ("meta", "event"):
        yield _on("d", IndexKey(column, opclass="jsonb_path_ops"), method="gin")
    trigrams = [("s", column) for column in ("email", "name", "hash", "title", "city", "path", "body")]
    yield from (_on(table, IndexKey(column, opclass="public.gin_trgm_ops"), method="gin") for table, column in trigrams)
    for expression in ("to_tsvector('simple'::regconfig, title)", "to_tsvector('english'::regconfig, body)"):
        yield _on("s", IndexKey(expression=expression), method="gin")
    yield _on("d", IndexKey(expression="to_tsvector('english'::regconfig, text_body)"), method="gin")
    yield _on("n", "few", "fk", method="gin")
    yield _on("d", "tags", "nums", method="gin", where="id < 20000")
    for column in ("span", "period", "place", "area", "doc"):
        yield _on("d", column, method="gist")
    yield _on("d", IndexKey("addr", opclass="inet_ops"), method="gist")
    yield from (_on("n", column, method="gist") for column in ("fk", "at", "day", "id"))
    yield from (_on("s", IndexKey(column, opclass="public.gist_trgm_ops"), method="gist") for column in ("name", "city"))
    yield from (_on("d", column, method="spgist") for column in ("place", "span", "addr", "area"))
    yield from (_on("s", column, method="spgist") for column in ("email", "hash", "path", "name"))


def _real_bytes(connection: Connection, index: Index) -> int:
    connection.execute(index.sql("measured"))
    row = connection.execute("select pg_relation_size('measured')").fetchone()
    connection.execute("drop index measured")
    assert row is not None
    return int(row[0])


def measure(major: int, schema: str, indexes: Iterable[Index], verbose: bool) -> None:
    errors: dict[str, list[float]] = defaultdict(list)
    started = time.perf_counter()
    with LocalServer(binaries_for(major), _SERVER) as server, server.connect() as connection:
        for statement in schema.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        with open_session(server.conninfo, command="benchmark") as session:
            lookup = Lookup(collect(session))
        with open_shadow(lookup, list(lookup.tables), bindir=binaries_for(major).folder) as planner:
            for index in indexes:
                estimated, real = planner.size_bytes(index), _real_bytes(connection, index)
                error = estimated / real - 1
                errors[index.method].append(error)
                if verbose and abs(error) > 0.1:
                    print(f"  {error:+7.0%}  {real // 8192:6} pages, estimated {estimated // 8192:6}  {index.sql('i')}")
    everything = [error for found in errors.values() for error in found]
    print(f"PostgreSQL {major}: {len(everything)} indexes in {time.perf_counter() - started:.0f} s; error of the estimated size")
    for method, found in [*errors.items(), ("all", everything)]:
        ranked = sorted(map(abs, found))
        p90 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.9))]
        print(
            f"  {method:7} {len(ranked):4} indexes  median {statistics.median(ranked):6.1%}  p90 {p90:6.1%}"
            f"  worst {ranked[-1]:6.1%}  with its sign {statistics.median(found):+6.1%}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--major", type=int, default=18)
    parser.add_argument("-v", "--verbose", action="store_true", help="print each that is off by more than 10 %%")
    parser.add_argument("--fresh", action="store_true", help="tables and indexes that the models were not written with")
    options = parser.parse_args()
    indexes = fresh_indexes() if options.fresh else (*_btrees(), *_others())
    measure(options.major, FRESH if options.fresh else _SCHEMA, indexes, options.verbose)


if __name__ == "__main__":
    main()
