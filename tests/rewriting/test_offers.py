"""What is rewritten and how it is printed; and where a condition of the proof fails, nothing is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.parse.printable import printable
from pgadvisor.parse.respell import respelled, same_statement
from pgadvisor.rewrite import rewritings
from tests.catalog import make_lookup
from tests.rewriting import shop

UTC = make_lookup(shop.DDL, settings={"TimeZone": "UTC"})
BERLIN = make_lookup(shop.DDL, settings={"TimeZone": "Europe/Berlin"})


def written(sql: str, *, utc: bool = True) -> list[str]:
    """The rewritten statements as they are printed."""
    text = respelled(sql)
    assert text is not None
    made = [one for one in rewritings(text, ("public",), UTC if utc else BERLIN) if same_statement(one.unchanged, text)]
    assert all(same_statement(one.masked_unchanged, printable(sql)) for one in made)
    return [respelled(one.masked) or "" for one in made]


@pytest.mark.parametrize(
    ("condition", "rewritten"),
    [
        ("ts::date = $1", "ts >= $1::date AND ts < $1::date + 1"),
        ("ts::date = '2024-01-01'", "ts >= $1::date AND ts < $1::date + 1"),
        ("now() - tz < interval '3 days' and n = 7", "tz > now() - $1::interval AND n = $2"),
        ("n > 98765.5", "n > floor($1)::bigint"),
        ("extract(year from ts) = 1987", "ts >= make_date($2, 1, 1) AND ts < make_date($2 + 1, 1, 1)"),
        ("id::text = '4711'", "id = $1::bigint"),
        ("'secret' = any(tags)", "tags @> ARRAY[$1]::text[]"),
        ("tx like '%secret'", "reverse(tx) LIKE reverse($1)"),
        ("m not in (select xm from x)", "NOT EXISTS (SELECT $1 FROM x WHERE x.xm = t.m)"),
        ("not x_id in (select id from x where xn = 5)", "NOT EXISTS (SELECT 1 FROM x WHERE xn = $1 AND x.id = t.x_id)"),
    ],
)
def test_printed_without_the_constants_that_were_there(condition: str, rewritten: str) -> None:
    (printed,) = written(f"select id from t where {condition}")
    assert printed == f"SELECT id FROM t WHERE {rewritten}".replace("SELECT $1 FROM x", "SELECT 1 FROM x")


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 from t where not (ts::date = $1)",  # NULL is not false here
        "select ts::date = $1 from t",
        "select 1 from t where ts::date = clock_timestamp()::date",  # another value each time
        "select 1 from t where ts::date = now()",  # compared as moments
        "select 1 from t where ts::date <> $1",
        "select 1 from t where to_char(ts, 'YYYY-MM') = '2024-01'",  # years before Christ print alike
        "select 1 from t where date_trunc('decade', ts) = $1",
        "select 1 from t where date_trunc(v, ts) = $1",
        "select 1 from t where date_trunc($1, d) = $2",
        "select 1 from t where date_trunc($1, n + $2) = $3",
        "select 1 from t where date_trunc('day', d) = $1",  # a date is made a timestamptz
        "select 1 from t where extract(month from ts) = 1",
        "select 1 from t where extract($1 from now() - tz) > $2",
        "select 1 from t where extract($1 from ts) = m",
        "select 1 from t where now() - ts < interval '1 day'",  # timestamp against timestamptz
        "select 1 from t where now() - tz < interval '1 month'",
        "select 1 from t where tz + interval '1 year' > now()",
        "select 1 from t where age(tz) < interval '1 day'",
        "select 1 from t where f + 1 > $1",  # floats are rounded
        "select 1 from t where n * 2 > $1",
        "select 1 from t where n + s > $1",
        "select 1 from t where n + 1.5 > 3",
        "select 1 from t where coalesce(c, 'x') = $1",
        "select 1 from t where coalesce(n, m) = $1",
        "select 1 from t where coalesce(n, $1, $2) = $3",
        "select 1 from t where id::text = '007'",
        "select 1 from t where id::text > $1",
        "select 1 from t where u::text = 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'",
        "select 1 from t where n::varchar(2) = $1",
        "select 1 from t where d::text = $1",
        "select 1 from t where tx::int = $1",  # '7' and '007'
        "select 1 from t where d::timestamptz >= $1",
        "select 1 from t where n = 99.5",
        "select 1 from t where c::text = 'x '",
        "select 1 from t where c = 'x'",
        "select 1 from t where n = any($1)",
        "select 1 from t where 1.5 = any(ints)",
        "select 1 from t where tx like '%a%'",
        "select 1 from t where tx like '%a_'",
        "select 1 from t where tx ilike '%a'",
        "select 1 from t where tx like $1",
        "select 1 from t where tx like $1 || $2",
        "select 1 from t where tx like '_' || $1",
        "select 1 from t where tx like '%' || v",
        "select 1 from t where tx like '%' || $1 || '%'",
        "select 1 from t where tx like '%' || 'a%'",
        "select 1 from t where c like '%' || $1",
        "select 1 from t where n not in (select xm from x)",  # n may be NULL
        "select 1 from t where m not in (select xn from x)",  # so may xn
        "select 1 from t where m not in (select max(xm) from x)",
        "select 1 from t where m not in (select xm from x limit 3)",
        "select 1 from x left join t on t.x_id = x.id where t.m not in (select i.xm from x i)",
        "select 1 from t where m not in (select t.m from t)",  # the same name
        "select 1 from t where (select count(xn) from x) > 0",
        "select 1 from t where (select count(*) from x group by xn limit 1) > 0",
        "select 1 from t where (select count(*) from x) > 1",
        "select 1 from t where (select count(*) from x where xn = t.n) <= $1",
        "select 1 from t where (select count(xn) from x) > $1",
        "select count(*) from t join x on x.id = t.x_id where t.n = $1 or x.xn = $2",
        "select distinct t.id from t join x on x.id = t.x_id where t.n = $1 or x.xn = $2",
        "select t.id from t join x on x.id = t.x_id where t.n = $1 or x.xn = $2 limit 3",
        "select t.id, random() from t join x on x.id = t.x_id where t.n = $1 or x.xn = $2",
        "select t.id from t join x on x.id = t.x_id where t.n = $1 or x.xn = $2 order by t.ts",
        "select 1 from t where n = $1 or s = $2",  # one table: a BitmapOr
        "with t as (select now()::timestamp as ts) select 1 from t where ts::date = $1",  # not the table
        "select 1 from t, generate_series(1, 2) as g(ts) where ts::date = $1",
        "select 1 from nowhere.t where ts::date = $1",
    ],
)
def test_not_rewritten_where_it_is_not_proven(sql: str) -> None:
    assert written(sql) == []


@pytest.mark.parametrize(
    "condition", ["tz::date = $1", "date_trunc('day', tz) = $1", "extract(year from tz) = 2024", "now() - tz < interval '3 days'"]
)
def test_a_time_zone_that_changes_its_clocks(condition: str) -> None:
    sql = f"select 1 from t where {condition}"
    assert written(sql) != [] and written(sql, utc=False) == []


def test_what_is_not_in_the_text_is_a_condition() -> None:
    text = respelled("select 1 from t where now() - tz < interval $1 and u::text = $2") or ""
    elapsed, cast = rewritings(text, ("public",), UTC)
    assert any("$1 counts no months" in one for one in elapsed.conditions) and any("UTC" in one for one in elapsed.conditions)
    assert cast.conditions == ("$2 is a uuid in lower case, in the usual five groups",)


@pytest.mark.parametrize(
    ("condition", "assumed", "rewritten"),
    [
        (
            "date_trunc($1, ts) = $2",
            ("$1 is 'day'",),
            "ts >= $2::timestamp AND ts < $2::timestamp + '1 day'::interval AND date_trunc('day', $2::timestamp) = $2::timestamp",
        ),
        (
            "date_trunc($1, ts) = date_trunc($2, now()::timestamp)",
            ("$1 is 'day'", "$2 is 'day'"),
            "ts >= date_trunc($2, now()::timestamp) AND ts < date_trunc($2, now()::timestamp) + '1 day'::interval",
        ),
        ("extract($1 from ts) = $2", ("$1 is 'year'",), "ts >= make_date($2::int, 1, 1) AND ts < make_date($2::int + 1, 1, 1)"),
        (
            "extract($1 from d) = $2 and date_part($3, d) = $4",
            ("$1 is 'year'",),
            "d >= make_date($2::int, 1, 1) AND d < make_date($2::int + 1, 1, 1) AND date_part($3, d) = $4",
        ),
        ("tx like $2 || $1", ("$2 is '%'",), "reverse(tx) LIKE reverse($1) || $2"),
        ("(select count(*) from x where xn = t.n) > $1", ("$1 is 0",), "EXISTS (SELECT 1 FROM x WHERE xn = t.n)"),
        ("$1 > (select count(*) from x where xn = t.n)", ("$1 is 1",), "NOT EXISTS (SELECT 1 FROM x WHERE xn = t.n)"),
    ],
)
def test_a_hidden_constant_is_assumed_and_said_to_be(condition: str, assumed: tuple[str, ...], rewritten: str) -> None:
    sql = f"select id from t where {condition}"
    (one,) = rewritings(respelled(sql) or "", ("public",), UTC)
    assert one.assumed == assumed
    assert same_statement(one.masked, f"SELECT id FROM t WHERE {rewritten}")


def test_what_is_in_the_text_is_not_assumed() -> None:
    for condition in ("date_trunc('month', ts) = $1", "extract(year from d) = $1", "(select count(*) from x) > 0"):
        (one,) = rewritings(respelled(f"select id from t where {condition}") or "", ("public",), UTC)
        assert one.assumed == ()


def test_patterns_of_the_end_of_a_text() -> None:
    text = respelled("select id from t where tx like $1 and v like concat('%', $2)") or ""
    (one,) = rewritings(text, ("public",), UTC)
    assert one.conditions == ("$2 holds no %, _ or backslash", "$2 is not NULL") and "tx LIKE $1" in one.sql
    (seen,) = rewritings(text, ("public",), UTC, endings=[1])
    assert "reverse(tx) LIKE reverse($1)" in seen.sql.replace("REVERSE", "reverse")
    assert seen.conditions[0] == "$1 is one % and behind it holds no %, _ or backslash"


SECRETS = ("98761234", "1987-06-05", "qzsecret")
OF_A_SECRET = st.sampled_from(
    [
        "n = 98761234", "n + 98761234 > 5", "coalesce(n, 7) = 98761234", "tx = 'qzsecret'", "tx like '%qzsecret'",
        "ts::date = '1987-06-05'", "date_trunc('day', ts) >= '1987-06-05'", "n is not distinct from 98761234",
        "'qzsecret' = any(tags)", "id::text = '98761234'", "n > 98761234.5", "m not in (select xm from x where xn = 98761234)",
        "(select count(*) from x where x.xtx = 'qzsecret') > 0", "c = 'qzsecret'::text", "tx like '%' || 'qzsecret'",
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    OF_A_SECRET,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=5,
)


@settings(max_examples=60)
@given(CONDITIONS)
def test_no_constant_that_was_there_is_printed(condition: str) -> None:
    for printed in written(f"select id from t where {condition}"):
        assert printed and not [secret for secret in SECRETS if secret in printed]
        assert same_statement(printed, respelled(printed) or "")
