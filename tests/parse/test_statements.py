"""What is understood of each statement in cases/*.sql: the statement, then what is said of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup
from tests.parse.said import said
from tests.parse.schema import SCHEMA

_MARK = "--   "


def _cases() -> list[tuple[str, list[str]]]:
    cases = []
    for path in sorted((Path(__file__).parent / "cases").glob("*.sql")):
        for block in path.read_text().strip().split("\n\n"):
            lines = block.split("\n")
            sql = "\n".join(line for line in lines if not line.startswith(_MARK))
            cases.append((sql.rstrip(";"), [line.removeprefix(_MARK) for line in lines if line.startswith(_MARK)]))
    return cases


CASES = _cases()


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql[:60] for sql, _ in CASES])
def test_what_is_understood(sql: str, expected: list[str]) -> None:
    workload = understand(make_lookup(SCHEMA, statements=[sql]))
    lines = [line for query in workload.queries for line in said(query)]
    assert lines + [f"unread: {unread.reason}" for unread in workload.unread] == expected


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([sql for sql, _ in CASES]),
    st.integers(0, 200),
    st.integers(0, 40),
    st.sampled_from(["", " ", "(", "'", "$9", "."]),
)
def test_a_damaged_statement_is_counted(sql: str, start: int, length: int, instead: str) -> None:
    damaged = sql[:start] + instead + sql[start + length :]
    workload = understand(make_lookup(SCHEMA, statements=[damaged]))
    assert len(workload.queries) + len(workload.unread) == 1
    assert all(unread.reason and "\n" not in unread.reason for unread in workload.unread)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_counted(text: str) -> None:
    workload = understand(make_lookup(SCHEMA, statements=[text, "select id from users where " + text]))
    assert len(workload.queries) + len(workload.unread) == 2


def test_a_deep_statement_is_refused_with_a_reason() -> None:
    deep = "select id from users where id = " + "(" * 3000 + "1" + ")" * 3000
    nested = "select id from users where " + "not (" * 3000 + "active" + ")" * 3000
    workload = understand(make_lookup(SCHEMA, statements=[deep, nested]))
    assert len(workload.queries) + len(workload.unread) == 2
