"""Workload files."""

import pytest

from pgadvisor.errors import UsageError
from pgadvisor.parse.workload_file import read_workload_file

TEXT = """-- the statements of the shop
-- name: q07
-- calls=1200 mean_ms=3.5 rows=10
select * from orders where user_id = $1; -- an afterthought
/*
 * name: nightly report
 * mean_ms=2500
 */
select count(*)
  from orders where status = 'a;b';
;
select 2 from t
"""


def test_names_and_weights() -> None:
    first, second, third = read_workload_file(TEXT, "shop.sql")
    assert (first.label, first.counters.calls, first.counters.total_ms, first.counters.rows) == ("q07", 1200, 4200.0, 12000)
    assert first.text == "select * from orders where user_id = $1" and first.measured
    assert (second.label, second.counters.calls, second.counters.total_ms) == ("nightly report", 1, 2500.0)
    assert second.text == "select count(*)\n  from orders where status = 'a;b'"
    assert (third.label, third.counters.calls, third.counters.rows, third.measured) == (None, 1, 0, False)


def test_the_same_text_is_the_same_statement_in_every_run() -> None:
    one, two = read_workload_file("select 1 from t;select 2 from t", "a"), read_workload_file("select 2 from t", "b")
    assert one[1].queryid == two[0].queryid != one[0].queryid
    assert 0 < one[0].queryid < 2**63 and one[0].user_oid == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select 1;\n\nselect from where 'secret';", "w.sql, line 3: syntax error"),
        ("select 1;\nselect 'secret", "w.sql, line 2: unterminated quoted string"),
        ("select a\nfrom t\nwhere where b;", "w.sql, line 3: syntax error"),
        ("select 1;\n-- name: x\n-- calls=many\nselect 1", "w.sql, line 3: calls is not a number"),
        ("-- calls=-1\nselect 1", "w.sql, line 1: calls must be a whole number, zero or more"),
        ("-- calls=1.5\nselect 1", "w.sql, line 1: calls must be a whole number, zero or more"),
        ("-- mean_ms=inf\nselect 1", "w.sql, line 1: mean_ms must be a number, zero or more"),
        ("", "w.sql: no statement in this workload file"),
        ("-- nothing but words\n;;", "w.sql: no statement in this workload file"),
    ],
)
def test_one_line_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_workload_file(text, "w.sql")
    assert error.value.message == message and error.value.hint and "\n" not in error.value.hint


def test_a_comment_that_only_mentions_calls_is_no_weight() -> None:
    (statement,) = read_workload_file("-- it sets calls=5 somewhere else\nselect 1 from t", "w.sql")
    assert statement.counters.calls == 1
