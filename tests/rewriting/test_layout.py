"""Pretty statements are the same statements: only white space differs, and never inside quotes."""

import re

import pglast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.rewrite import pretty

STATEMENTS = [
    "SELECT id, total FROM orders WHERE user_id = $1 AND status = $2 AND deleted_at IS NULL ORDER BY id LIMIT $3",
    "WITH x AS (SELECT a FROM t WHERE a BETWEEN $1 AND $2 AND c IS DISTINCT FROM $3) SELECT CASE WHEN a AND b THEN 1 END FROM x",
    "SELECT extract(year FROM d), \"FROM\", 'a FROM b WHERE c' FROM x NATURAL LEFT OUTER JOIN y WHERE left(a, 2) = $3",
    "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b WHERE t.a <> $5 RETURNING a, b",
    "UPDATE orders SET status = $1, updated_at = now() FROM users AS u WHERE u.id = orders.user_id AND (u.a = $2 OR u.b = $3)",
    "DELETE FROM orders USING users WHERE orders.user_id = users.id AND users.deleted_at IS NOT NULL AND orders.created_at < $1",
    "SELECT count(*) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t FOR UPDATE",
    "SELECT a FROM t WHERE b IN ($1 /*, ... */) AND c = $tag$ FROM x OR y $tag$ AND e = U&'\\0041 SET' AND f = E'\\n OR' LIMIT 1",
    "SELECT a, b, c, d, e, f FROM t UNION ALL SELECT a, b, c, d, e, f FROM u EXCEPT SELECT a, b, c, d, e, f FROM v ORDER BY 1",
    'SELECT t.limit, t."order" FROM ONLY (t) WHERE t.set IS NOT NULL AND row(1, 2) IN (SELECT a, b FROM u WHERE u.x = t.y)',
]


def squeezed(sql: str) -> str:
    return re.sub(r"\s+", "", sql)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_the_statement_is_the_same(sql: str) -> None:
    laid_out = pretty(sql)
    assert "\n" in laid_out
    assert squeezed(laid_out) == squeezed(sql)
    assert pglast.parser.fingerprint(laid_out) == pglast.parser.fingerprint(sql)
    assert re.findall(r"\$\d+", laid_out) == re.findall(r"\$\d+", sql)
    quoted = re.compile(r"'[^']*'|\"[^\"]*\"|\$tag\$.*?\$tag\$", re.DOTALL)
    assert quoted.findall(laid_out) == quoted.findall(sql)


def test_clauses_begin_lines() -> None:
    assert pretty(STATEMENTS[2]).splitlines()[1:] == ["FROM x", "NATURAL LEFT OUTER JOIN y", "WHERE left(a, 2) = $3"]
    assert pretty(STATEMENTS[5]).splitlines()[0] == "DELETE FROM orders"
    assert "  AND c IS DISTINCT FROM $3)" in pretty(STATEMENTS[1])


@pytest.mark.parametrize(
    "sql", ["", "SELECT 1", "SELECT 'unterminated " + "x" * 100, "COPY [redacted]", "\x00" * 100, "/* " * 50]
)
def test_what_cannot_be_laid_out_comes_back(sql: str) -> None:
    assert pretty(sql) == sql


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_keeps_its_characters(text: str) -> None:
    assert squeezed(pretty(text)) == squeezed(text)


WORDS = [
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "(",
    ")",
    "CASE",
    "END",
    "BETWEEN",
    "x",
    ".",
    ",",
    "'a",
    "b'",
    '"c',
    'd"',
    "$1",
    "JOIN",
]
MARKS = ["LEFT", "$$", "--", "/*", "*/", "SET", "FOR", "USING", "ORDER BY"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS + MARKS), max_size=60))
def test_any_words_keep_their_order(words: list[str]) -> None:
    text = " ".join(words)
    assert squeezed(pretty(text)) == squeezed(text)
