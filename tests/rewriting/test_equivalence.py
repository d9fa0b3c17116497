"""A rewritten statement selects the same rows as the original, as often: on a real server, with values at the edges."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.model.rewriting import Rewriting
from pgadvisor.parse.parameters import substitute
from pgadvisor.parse.respell import respelled, same_statement
from pgadvisor.rewrite import rewritings
from pgadvisor.whatif.localserver import LocalServer
from tests.catalog import make_lookup
from tests.rewriting import shop

pytestmark = pytest.mark.server
Connection = psycopg.Connection[tuple[Any, ...]]

MOMENT = [f"'{each}'::timestamp" for each in shop.MOMENTS]
ZONED = [f"'{each}'::timestamptz" for each in shop.MOMENTS]
DAY = [f"'{each}'" for each in shop.DAYS]
WHOLE = shop.WHOLE
TEXT = [f"'{each}'" for each in shop.TEXTS if "\\" not in each]
PLAIN = [text for text in TEXT if not {"%", "_"} & {*text}]
SPAN = ["'0'::interval", "'1 day'::interval", "'36 hours'::interval", "'-2 days 3 min'::interval", "'10000 days'::interval"]
HOURS = ["'0 s'::interval", "'24 hours'::interval", "'-90 minutes'::interval"]
MAYBE = ["NULL"]
EXAMPLES = 8

Case = tuple[str, str, tuple[list[str], ...]]
CASES: list[Case] = [
    *(("calendar-day", f"ts::date {operator} $1", (DAY,)) for operator in ("=", "<", "<=", ">", ">=")),
    ("calendar-day", "date(ts) between $1 and $2", (DAY, DAY)),
    ("calendar-day", "$1 = ts::date or n = 7 and ts::date in ($2, $3)", (DAY, DAY, DAY)),
    ("calendar-day", "ts::date = x.dy", ()),
    ("calendar-day", "tz::date <= $1", (DAY,)),
    *(
        ("calendar-period", f"date_trunc('{unit}', ts) {operator} $1", (MOMENT,))
        for unit, operator in (
            ("day", "="), ("day", ">="), ("month", "<"), ("month", "<="), ("week", ">"), ("quarter", ">="), ("year", "=")
        )
    ),
    ("calendar-period", "date_trunc('month', tz) = $1", (ZONED,)),
    ("calendar-period", "date_trunc($1, ts) = $2 or date_trunc($3, ts) > $2", (["'day'"], MOMENT, ["'day'"])),
    ("calendar-period", "date_trunc($1, ts) = date_trunc($2, $3::timestamp)", (["'day'"], ["'day'"], MOMENT)),
    ("calendar-period", "date_trunc('month', ts) >= '2024-01-01' or date_trunc('week', ts) < '2024-01-01'", ()),
    *(("calendar-year", f"extract(year from ts) {operator} $1", (["1", "2023", "2024", "9998"],)) for operator in "=<>"),
    ("calendar-year", "extract($1 from d) = $2", (["year"], ["1", "2023", "2024"])),
    ("calendar-year", "extract(year from d) >= 2024 or date_part('year', d) in (2023, 2024)", ()),
    ("elapsed", "$1::timestamp - ts < $2::interval", (MOMENT, SPAN)),
    ("elapsed", "ts - $1::timestamp >= $2::interval or now() - tz < '3 hours'", (MOMENT, SPAN)),
    ("elapsed", "ts + $2 > $1::timestamp and ts - interval '36 hours' <= $1::timestamp", (MOMENT, SPAN)),
    ("elapsed", "$1::timestamptz - tz <= interval '36 hours'", (ZONED,)),
    *(("arithmetic", f"{condition} $1", (WHOLE,)) for condition in ("n + 7 <", "s - 3 >=", "100 + b =")),
    ("arithmetic", "n + $2 > $1 and num - $2 <= $1", (WHOLE, WHOLE)),
    ("arithmetic", "d + 30 <= $1 and d - 1 > $2", (DAY, DAY)),
    ("arithmetic", "d + $1 <= $2", (WHOLE, DAY)),
    ("coalesce", "coalesce(n, $2) = $1", ([*WHOLE, *MAYBE], [*WHOLE, *MAYBE])),
    ("coalesce", "coalesce(tx, $2) >= $1", (TEXT, TEXT)),
    ("coalesce", "coalesce(ts, $2) < $1", (MOMENT, MOMENT)),
    ("coalesce", "coalesce(m, 3) = $1 or coalesce(x.xtx, 'x') = $2", (WHOLE, TEXT)),
    ("not-distinct", "n is not distinct from $1", ([*WHOLE, *MAYBE],)),
    ("not-distinct", "tx is not distinct from 'x' or m is not distinct from $1", ([*WHOLE, *MAYBE],)),
    ("text-cast", "n::text = $1", ([f"'{each}'" for each in shop.LARGE],)),
    ("text-cast", "u::text = $1", ([f"'{each}'" for each in shop.UUIDS],)),
    ("text-cast", "u::varchar = any($1)", ([f"'{{{shop.UUIDS[0]}}}'::text[]", "'{}'::text[]"],)),
    ("text-cast", "t.id::text in ('7', '1')", ()),
    ("wider-type", "n::bigint > $1 and s::integer <= 7", (shop.LARGE,)),
    ("wider-type", "d::timestamp >= $1", (MOMENT,)),
    *(("fractional-constant", f"n {one} 99.5", ()) for one in ("<", "<=", ">", ">=")),
    ("fractional-constant", "s = 100.0 or -0.5 < n", ()),
    ("fractional-constant", "b >= $1::numeric", (["1.5", "-1", "99.000", "0.1", "-0.1"],)),
    ("padded-text", "c = $1::text", (TEXT,)),
    ("padded-text", "c::text = 'x'", ()),
    ("padded-text", "c = x.xtx", ()),
    ("array-element", "$1 = any(tags)", ([*TEXT, *MAYBE],)),
    ("array-element", "$1 = any(ints) or 'x' = any(vs)", ([*WHOLE, *MAYBE],)),
    ("array-element", "'x' = any(lowered(vs))", ()),
    ("reversed-suffix", "tx like '%bc'", ()),
    ("reversed-suffix", "tx like '%' || $1 or v like concat('%', $2)", (PLAIN, PLAIN)),
    ("reversed-suffix", "tx like $2 || $1", (PLAIN, ["'%'"])),
    ("not-in", "x_id not in (select i.id from x i where i.xm > $1 or i.xn is null)", (WHOLE,)),
    ("not-in", "t.m not in (select xn from x as y where xn is not null and y.xm <> t.x_id)", ()),
    ("counted", "(select count(*) from x i where i.xm = t.m) > 0", ()),
    ("counted", "(select count(*) from x i where i.xm = t.m) > $1", (["0"],)),
    ("counted", "0 = (select count(1) from x i where i.xm = t.m and i.xn = $1)", (WHOLE,)),
    ("or-union", "t.n = $1 or x.xn = $2", (WHOLE, WHOLE)),
    ("or-union", "(t.m = $1 or x.xm = $2 or x.xtx is null) and t.x_id > 0", (WHOLE, WHOLE)),
]  # fmt: skip
CATALOGS = {zone: make_lookup(shop.DDL, settings={"TimeZone": zone}) for zone in ("UTC", "America/Havana")}
# The time zone matters to conditions over a timestamptz only.
ZONED_CASES = [(zone, *case) for zone in CATALOGS for case in CASES if zone == "UTC" or "tz" in case[1]]
JOINED = ("({}) and ({})", "({}) or ({})", "({}) and not ({})", "not (({}) or ({}))", "(({}) and t.m > 1) or ({})")
FROM = ("t join x on x.id = t.x_id", "t left join x on x.id = t.x_id")


@pytest.fixture(scope="module")
def filled(server: LocalServer) -> Iterator[Connection]:
    """A database for all cases: each example leaves it as it was."""
    with server.connect() as admin:
        admin.execute("create database rewriting")
        try:
            with server.connect(dbname="rewriting") as connection:
                connection.execute(shop.DDL)
                yield connection
        finally:
            admin.execute("drop database rewriting with (force)")


def rows_of(columns: dict[str, list[str]], text: str, most: int, chance: random.Random) -> list[dict[str, str | None]]:
    """Rows with values in the columns that the text names."""
    named = {name: pool for name, pool in columns.items() if name in shop.NEVER_NULL or re.search(rf"\b{name}\b", text)}
    pools = {name: pool if name in shop.NEVER_NULL else [*pool, None, None] for name, pool in named.items()}
    return [{name: chance.choice(pool) for name, pool in pools.items()} for _ in range(chance.randint(1, most))]


@lru_cache(maxsize=1000)
def written(text: str, zone: str, kind: str) -> tuple[Rewriting, ...]:
    return tuple(one for one in rewritings(text, ("public",), CATALOGS[zone]) if one.kind == kind)


def fill(db: Connection, table: str, rows: list[dict[str, str | None]]) -> None:
    names = ", ".join(["id", *rows[0]])
    one = ", ".join(["%s"] * (len(rows[0]) + 1))
    values = [value for number, row in enumerate(rows) for value in (str(number), *row.values())]
    db.execute(f"insert into {table} ({names}) values {', '.join([f'({one})'] * len(rows))}", values)


def selected(db: Connection, sql: str) -> Counter[tuple[Any, ...]] | None:
    """The rows of a statement with how often each comes; None where it fails."""
    try:
        with db.transaction():
            return Counter(db.execute(sql).fetchall())
    except psycopg.Error:
        return None


@pytest.mark.parametrize(
    ("zone", "kind", "condition", "pools"),
    ZONED_CASES,
    ids=[f"{number}-{case[0]}-{case[1]}" for number, case in enumerate(ZONED_CASES)],
)
def test_the_same_rows(filled: Connection, zone: str, kind: str, condition: str, pools: Any) -> None:
    chance = random.Random(condition)
    for example in range(EXAMPLES):
        _one_example(filled, zone, kind, f"from {FROM[example % 2]} where {condition}", pools, chance)


@settings(max_examples=60)
@given(st.sampled_from(CASES), st.sampled_from(CASES), st.sampled_from(JOINED), st.integers(0, 2**32))
def test_the_same_rows_of_two_conditions(filled: Connection, left: Case, right: Case, joined: str, seed: int) -> None:
    """Whatever stands beside a condition. The rows come from a seed: to draw them one by one takes minutes."""
    shift = len(left[2])
    other = re.sub(r"\$(\d+)", lambda match: f"${int(match[1]) + shift}", right[1])
    rest = f"from {FROM[seed % 2]} where {joined.format(left[1], other)}"
    _one_example(filled, "UTC", left[0], rest, (*left[2], *right[2]), random.Random(seed), sure=False)


def _one_example(
    db: Connection, zone: str, kind: str, rest: str, pools: Any, chance: random.Random, *, sure: bool = True
) -> None:
    sql = f"select t.id, x.id as x_id {rest}"
    text = respelled(sql)
    assert text is not None
    literals = {number: chance.choice(pool) for number, pool in enumerate(pools, 1)}
    made = written(text, zone, kind)
    zoned = "tz" in rest and "hours" not in rest and zone != "UTC"
    assert bool(made) is not zoned or not sure  # below a NOT nothing is rewritten, two ORs are no union
    assert all(same_statement(one.unchanged, text) for one in made)
    with_values = written(respelled(substitute(text, literals)) or "", zone, kind)
    with db.transaction(force_rollback=True):
        db.execute(f"set local timezone = '{zone}'")
        fill(db, "x", rows_of(shop.COLUMNS_OF_X, rest, 5, chance))
        fill(db, "t", rows_of(shop.COLUMNS, rest, 60, chance))
        expected = selected(db, substitute(sql, literals))
        for one in (*made, *with_values) if expected is not None else ():
            rewritten = substitute(one.sql, literals)
            assert selected(db, rewritten) == expected, rewritten
