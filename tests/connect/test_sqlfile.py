"""Every statement that reaches a user's server is a file, marked as ours, and reads only."""

import re

import pytest
from psycopg import sql

from pgadvisor.connect.sqlfile import MARKER, folder, load

COLLECTED = sorted(path.stem for path in (folder() / "collect").glob("*.sql"))


def test_all_statements_are_there() -> None:
    assert len(COLLECTED) > 30
    assert {"begin", "end"} <= {path.stem for path in (folder() / "session").glob("*.sql")}


@pytest.mark.parametrize("name", COLLECTED)
def test_one_statement_that_reads_and_carries_the_marker_behind_its_first_word(name: str) -> None:
    parts = dict.fromkeys(re.findall(r"\{(\w+)\}", (folder() / "collect" / f"{name}.sql").read_text()), "NULL")
    text = load(f"collect/{name}", **parts)
    assert re.match(rf"(SELECT|WITH) {re.escape(MARKER)}\s", text)
    assert ";" not in text
    assert "--" not in text
    assert not re.search(r"\b(INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|EXPLAIN|ANALYZE|CALL|DO|COPY)\b", text)


@pytest.mark.parametrize("name", COLLECTED)
def test_files_say_why_they_are_asked(name: str) -> None:
    assert (folder() / "collect" / f"{name}.sql").read_text().startswith("-- ")


def test_parts_are_filled_in_and_identifiers_quoted() -> None:
    text = load("collect/statement_texts", schema=sql.Identifier('my "ext'), toplevel="true")
    assert 'FROM "my ""ext".pg_stat_statements(true)' in text
    assert "true AS toplevel" in text


def test_missing_part_is_an_error() -> None:
    with pytest.raises(KeyError):
        load("collect/statement_texts", toplevel="true")
