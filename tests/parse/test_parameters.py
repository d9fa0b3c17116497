"""Literals in the place of parameters, and printable texts that hold none."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pglast import parse_sql
from pglast.parser import scan

from pgadvisor.parse.parameters import substitute
from pgadvisor.parse.printable import printable


@pytest.mark.parametrize(
    ("sql", "literals", "expected"),
    [
        ("select a from t where b = $1", {1: "'x'"}, "select a from t where b = 'x'"),
        ("select $2, $10, $1", {1: "1", 10: "10"}, "select $2, 10, 1"),
        ("select a from t where b in ($1 /*, ... */)", {1: "1, 2, 3"}, "select a from t where b in (1, 2, 3)"),
        ("select interval $1, date $2", {1: "'1 day'", 2: "'2026-01-01'"}, "select interval '1 day', date '2026-01-01'"),
        ("select extract($1 from x)", {1: "'year'"}, "select extract('year' from x)"),
        ("select -$1, 3-$1", {1: "-5"}, "select - -5, 3- -5"),
        ("select a\n  from t -- $1\n where b=$1", {1: "2"}, "select a from t where b= 2"),
        ("select '$1', \"$1\", $$ $1 $$ from t where a = $1", {1: "2"}, "select '$1', \"$1\", $$ $1 $$ from t where a = 2"),
        ("select a from t limit $1 offset $2", {1: "10", 2: "20"}, "select a from t limit 10 offset 20"),
        ("select $1::int[]", {1: "'{1,2}'"}, "select '{1,2}'::int[]"),
        ("select 'ü', $1", {1: "'é'"}, "select 'ü', 'é'"),
    ],
)
def test_literals_stand_where_the_parameters_stood(sql: str, literals: dict[int, str], expected: str) -> None:
    assert substitute(sql, literals) == expected


_LITERAL = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: f"{value:.3f}"),
    st.text(max_size=12)
    .filter(lambda text: "\0" not in text and text.isprintable())
    .map(lambda t: "'" + t.replace("'", "''") + "'"),
    st.sampled_from(["null", "true", "'{1,2}'", "'a -- b'", "'/*'", "'$1'"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_LITERAL, min_size=4, max_size=4))
def test_what_is_put_in_is_read_back(literals: list[str]) -> None:
    sql = "select a from t where b =$1and c>-$2 /* $3 */ and d in ($3, $4) limit $2"
    text = substitute(sql, dict(enumerate(literals, start=1)))
    assert "$1" not in text.replace("'$1'", "") and len(parse_sql(text)) == 1
    written = [text[token.start : token.end + 1] for token in scan(text) if token.name == "SCONST"]
    wanted = [literals[n] for n in (0, 1, 2, 3, 1) if literals[n].startswith("'")]
    assert written == wanted


_SECRET = st.from_regex(r"\A[k-z]{5,9}[0-9]{4,6}[k-z]{2,4}\Z")
_NUMBER = st.integers(10**6, 10**12)


@settings(max_examples=200, deadline=None)
@given(_SECRET, _NUMBER, st.sampled_from(["'{}'", "e'{}'", "$q${}$q$", "U&'{}'", "'x{}''y'"]))
def test_no_literal_is_printed(secret: str, number: int, form: str) -> None:
    literal = form.format(secret)
    for sql in (
        f"select a, {literal}, {number} from t where b = {literal} and c > {number} -- {secret}",
        f"/* {secret} */ insert into t (a, b) values ({literal}, {number}), ({literal}, {number}.5) on conflict do nothing",
        f"update t set a = {literal}, b = b + {number} where c = any (array[{literal}]) returning a",
        f"with x as (select {literal} as y) select * from x where y in ({literal}, {literal}) limit {number}",
        f"select * from json_table(js, {literal} columns (x int path {literal}))",
        f"select a from t where b = {literal} and",
        f"select a from t where b = {literal[:-1]}",
        f"alter role r password {literal}",
        f"copy (select {literal}) to stdout",
        f"do {literal}",
        f"select {number}; select {literal}",
        f"set x = {literal}",
        f"{secret} {number}",
        f"explain select {literal}",
        f"call p({literal}, {number})",
        f"merge into t using s on t.a = {literal} when matched then update set b = {number}",
        f"select interval {literal}, date {literal} from t",
    ):
        text = printable(sql)
        assert secret not in text, sql
        assert str(number) not in text, sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select a -- why\n from t where b = 'x' and c = $1;", "select a from t where b = $2 and c = $1"),
        ("select  a,b\tfrom\nt", "select a,b from t"),
        ("select a from t where b in ($1 /*, ... */)", "select a from t where b in ($1)"),
        ("select interval $1 from t", "select interval $1 from t"),
        ("select x::varchar(10) from t order by 1", "select x::varchar(10) from t order by 1"),
        ("set search_path = 'x'", "SET [redacted]"),
        ("  -- c\n/* d */ create role x password 'y'", "CREATE [redacted]"),
        ("frobnicate 'x'", "[redacted]"),
        ("select 'abc", "SELECT [redacted]"),
        ("select 1; drop table t", "SELECT [redacted]"),
        ("", "[redacted]"),
        ("(select a from t) union all (select b from u)", "(select a from t) union all (select b from u)"),
    ],
)
def test_printable_forms(sql: str, expected: str) -> None:
    assert printable(sql) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_printed_on_one_harmless_line(text: str) -> None:
    for sql in (text, "select " + text, f'select a as "{text}" from t'):
        shown = printable(sql)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", shown)


def test_many_comments_do_not_take_long() -> None:
    assert printable("/* a */ " * 5000 + "?") == "[redacted]"
