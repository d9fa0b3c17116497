"""The relations a text mentions."""

import pytest

from pgadvisor.parse.names import relations_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("select 1", ()),
        ("select * from a, s.b x join a on true", ((None, "a"), ("s", "b"))),
        ('select * from "Odd Name"."T"', (("Odd Name", "T"),)),
        ("with orders as (select * from orders) select * from orders", ((None, "orders"),)),
        ("with c as (select 1), d as (select * from c) select * from d, s.c", (("s", "c"),)),
        ("with recursive t as (select * from a union all select * from t) select * from t", ((None, "a"),)),
        ("insert into a select * from b where exists (select 1 from c)", ((None, "a"), (None, "b"), (None, "c"))),
        ("update a set x = 1 from b", ((None, "a"), (None, "b"))),
        ("delete from a using b", ((None, "a"), (None, "b"))),
        ("merge into a using b on true when matched then delete", ((None, "a"), (None, "b"))),
        ("copy (select * from a) to stdout", ((None, "a"),)),
        ("select interval $1 from a where b in ($2 /*, ... */)", ((None, "a"),)),
        ("select * from", ()),
        ("", ()),
    ],
)
def test_mentions(text: str, expected: tuple[tuple[str | None, str], ...]) -> None:
    assert set(relations_in(text)) == set(expected) and len(relations_in(text)) == len(expected)
