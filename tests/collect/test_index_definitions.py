"""The definitions spelled from raw catalogs are what the server itself would say."""

import pytest

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from tests.collect.conftest import Read, flush
from tests.conftest import Connection

T = Name("public", "t")
TABLE = """
create extension pg_trgm; create extension btree_gin; create schema ext; create extension citext schema ext;
create type mood as enum ('a', 'b'); create domain code as varchar(10); create domain subcode as code;
create collation my_sort (provider = libc, locale = 'C');
create table t (gone integer, id integer, v varchar(20), b text collate "C", c char(4), n name, m mood, d subcode, a text[],
  j jsonb, ts tsvector, r int4range, p point, i inet, x text, at timestamptz, nick ext.citext, "Q q" integer, cls regclass);
alter table t drop column gone;
"""
KEYS = [
    "(id)",
    "(id DESC)",
    "(id NULLS FIRST, v DESC NULLS LAST)",
    "(v)",
    "(v varchar_pattern_ops)",
    "(v bpchar_ops)",
    "(b)",
    '(b COLLATE "default")',
    '(x COLLATE "C" text_pattern_ops DESC)',
    "(x COLLATE my_sort)",
    "(c)",
    "(n)",
    "(m)",
    "(d)",
    "(d text_pattern_ops)",
    "(nick)",
    "(cls)",
    "(i)",
    "(a)",
    "(r)",
    '("Q q") INCLUDE (v, "id")',
    "(lower(x))",
    "((id + 1))",
    "((x || ')'), id)",
    "(id, (CASE WHEN id > 1 THEN 'a' ELSE x END))",
    '((x COLLATE "C"))',
    "(lower(b))",
    "((j ->> 'it''s'))",
    "(id) WHERE x IS NULL",
    "(id) WHERE (id > 5) AND (x <> ')(')",
    "(id) WHERE m = 'a'::mood OR (v)::text ~~ '%(%'",
    "(id) WHERE at > '2026-01-01 00:00:00+00'",
]
OTHER_METHODS = [
    "USING hash (x)",
    "USING gin (j)",
    "USING gin (j jsonb_path_ops)",
    "USING gin (x gin_trgm_ops)",
    "USING gin (id, a)",
    "USING gin (to_tsvector('english', x))",
    "USING gin (ts) WHERE id > 0",
    "USING gist (r)",
    "USING gist (p)",
    "USING gist (i inet_ops)",
    "USING gist (x gist_trgm_ops (siglen='32'))",
    "USING spgist (p kd_point_ops)",
    "USING brin (at, id int4_minmax_ops)",
    "USING brin (i inet_inclusion_ops)",
]


def only_index(read: Read) -> ExistingIndex:
    return next(index for index in read().indexes if index.name.name == "the_index")


@pytest.mark.parametrize("unique", [False, True])
def test_btree_definitions_make_the_same_index(database: Connection, read: Read, unique: bool) -> None:
    check_round_trip(database, read, [f"USING btree {keys}" for keys in KEYS], unique)


def test_definitions_of_other_methods_make_the_same_index(database: Connection, read: Read) -> None:
    check_round_trip(database, read, OTHER_METHODS, False)


def check_round_trip(database: Connection, read: Read, made: list[str], unique: bool) -> None:
    database.execute(TABLE)
    for number, rest in enumerate(made):
        database.execute(f"CREATE {'UNIQUE' if unique else ''} INDEX original_{number} ON t {rest}")
    found = {index.name.name: index for index in read().indexes}
    for number, rest in enumerate(made):
        index = found[f"original_{number}"]
        assert index.definition is not None, rest
        database.execute(index.definition.sql(f"copy_{number}"))
        texts = [
            database.execute("select pg_get_indexdef(%s::regclass)", (f"{name}_{number}",)).fetchone()
            for name in ("original", "copy")
        ]
        assert texts[0] is not None and texts[1] is not None
        assert texts[1][0].replace(f"copy_{number}", f"original_{number}") == texts[0][0], rest
        assert index.unique == index.definition.unique == unique


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("(id DESC)", Index(T, (IndexKey("id", descending=True, nulls_first=True),))),
        ("(v)", Index(T, (IndexKey("v"),))),
        ("(v bpchar_ops)", Index(T, (IndexKey("v", opclass="bpchar_ops"),))),
        ("(b)", Index(T, (IndexKey("b"),))),
        ('(x COLLATE "C")', Index(T, (IndexKey("x", collation='"C"'),))),
        ("(x COLLATE my_sort)", Index(T, (IndexKey("x", collation="public.my_sort"),))),
        ("(d)", Index(T, (IndexKey("d"),))),
        ("(m)", Index(T, (IndexKey("m"),))),
        ("(nick)", Index(T, (IndexKey("nick"),))),
        ("(cls)", Index(T, (IndexKey("cls"),))),
        ("(lower(x)) INCLUDE (id)", Index(T, (IndexKey(expression="lower(x)"),), include=("id",))),
        ("((id + 1)) WHERE x IS NULL", Index(T, (IndexKey(expression="id + 1"),), where="x IS NULL")),
        ("USING gin (j)", Index(T, (IndexKey("j"),), method="gin")),
        ("USING gin (x gin_trgm_ops)", Index(T, (IndexKey("x", opclass="public.gin_trgm_ops"),), method="gin")),
        (
            "USING gin (to_tsvector('simple', x))",
            Index(T, (IndexKey(expression="to_tsvector('simple'::regconfig, x)"),), method="gin"),
        ),
    ],
)
def test_definition_says_no_more_than_needed(database: Connection, read: Read, made: str, expected: Index) -> None:
    database.execute(TABLE)
    database.execute(f"CREATE INDEX the_index ON t {made}")
    assert only_index(read).definition == expected


def test_states(database: Connection, read: Read) -> None:
    database.execute(
        "create table t (id integer not null, r int4range, exclude using gist (r with &&)) with (autovacuum_enabled = off)"
    )
    database.execute("create unique index the_index on t (id) with (fillfactor = 60)")
    database.execute("alter table t replica identity using index the_index; cluster t using the_index")
    database.execute("update pg_index set indisvalid = false where indexrelid = 'the_index'::regclass")
    index = only_index(read)
    assert index.replica_identity and index.clustered and not index.valid and index.ready and not index.primary
    assert index.options == ("fillfactor=60",)
    exclusion = next(one for one in read().indexes if one.exclusion)
    assert exclusion.constraint == "t_r_excl"


def test_nulls_not_distinct(database: Connection, read: Read) -> None:
    if database.info.server_version < 150000:
        pytest.skip("PostgreSQL 15 and later")
    database.execute("create table t (id integer); create unique index the_index on t (id) nulls not distinct")
    assert only_index(read).nulls_not_distinct


def test_last_scan(database: Connection, read: Read) -> None:
    if database.info.server_version < 160000:
        pytest.skip("PostgreSQL 16 and later")
    database.execute("create table t (id integer); create index the_index on t (id); set enable_seqscan = off")
    database.execute("select * from t where id = 5")
    flush(database)
    index = only_index(read)
    assert index.scans == 1 and index.last_scan is not None
