"""implicit-cast: columns of two types, one of which loses its index."""

import pytest

from pgadvisor.rules import implicit_cast
from tests.rules.making import evidence, read

DDL = """
create table a (id bigint primary key, code char(2), price numeric, name text);
create index on a (code); create index on a (price); create index on a (name);
create table b (id bigint primary key, a_id numeric, a_int integer, code text, price double precision, name varchar(20));
"""
LARGE = {"a": 200_000, "b": 200_000}


@pytest.mark.parametrize(
    ("condition", "column"), [("a.id = b.a_id", "id"), ("b.code = a.code", "code"), ("a.price = b.price", "price")]
)
def test_fires_for_the_side_that_is_converted(condition: str, column: str) -> None:
    (finding,) = implicit_cast.find(read(DDL, f"select a.id from a join b on {condition}", rows=LARGE))
    assert (evidence(finding)["column"], str(finding.tables[0])) == (column, "public.a")


@pytest.mark.parametrize("condition", ["a.id = b.a_int", "a.name = b.name", "a.id = b.id", "a.id > b.a_id"])
def test_silent_for_types_that_compare(condition: str) -> None:
    assert implicit_cast.find(read(DDL, f"select a.id from a join b on {condition}", rows=LARGE)) == ()


def test_silent_without_an_index_or_for_a_small_table() -> None:
    assert implicit_cast.find(read(DDL, "select a.id from a join b on b.a_int = a.price", rows=LARGE)) == ()
    assert implicit_cast.find(read(DDL, "select a.id from a join b on a.id = b.a_id", rows={"a": 100, "b": 10**6})) == ()
