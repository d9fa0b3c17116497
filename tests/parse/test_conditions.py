"""The planner's own texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.parse.conditions import order_keys, predicates

ALIASES = {"o": 0, "u": 1, "a": 2}


def shown(text: str, default: int | None = 0) -> list[str]:
    lines = []
    for p in predicates(text, ALIASES, default):
        operand = (
            p.operand.values or p.operand.parameters or (p.operand.key and f"{p.operand.key.relation}.{p.operand.key.column}")
        )
        mark = "" if p.conjunct else "aside " if p.branch is None else "or "
        lines.append(f"{mark}{p.key.relation}.{p.key.column or p.key.expression} {p.operator} {operand or p.operand.kind}")
    return lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((o.user_id = 42) AND ((o.status)::text = 'x'::text))", ["0.user_id = ('42',)", "0.status = ('x',)"]),
        ("(a.tags @> '{x}'::text[])", ["2.tags @> ('{x}',)"]),
        ("(NOT flag)", ["0.flag is false ('false',)"]),
        ("(u.active IS TRUE)", ["1.active is true ('true',)"]),
        ("(id = ANY ('{1,2}'::integer[]))", ["0.id in ('{1,2}',)"]),
        ("((status)::text = ANY ('{a,b}'::text[]))", ["0.status in ('{a,b}',)"]),
        ("(o.id = u.id)", ["0.id = 1.id", "1.id = 0.id"]),
        ("((meta ->> 'k'::text) = 'v'::text)", ["0.meta ->> 'k' = ('v',)"]),
        ("(lower((email)::text) ~~ 'a%'::text)", ["0.lower(email) like ('a%',)"]),
        ("(deleted_at IS NULL)", ["0.deleted_at is null null"]),
        ("((x = 1) OR (y = 2))", ["or 0.x = ('1',)", "or 0.y = ('2',)"]),
        ("(ROW(a, b) > ROW(1, 2))", ["0.a > ('1',)", "aside 0.b > ('2',)"]),
        ("(created_at > (now() - '1 day'::interval))", ["0.created_at > expression"]),
        ("((o.created_at)::date = '2026-01-01'::date)", ["0.created_at::date = ('2026-01-01',)"]),
        ("(id = $0)", ["0.id = (0,)"]),
        ("(id = $1)", ["0.id = (1,)"]),
        ("((id > 5) AND (hashed SubPlan 1))", ["0.id > ('5',)"]),
        ("((id > 5) AND (NOT (hashed SubPlan 1)))", ["0.id > ('5',)"]),
        ("((id > 5) AND (ANY (id = (hashed SubPlan 1).col1)))", ["0.id > ('5',)", "0.id = expression"]),
        ("(id = (InitPlan 1).col1)", ["0.id = expression"]),
        ("(SubPlan 1)", []),
        ("((id = 1) AND (alternatives: SubPlan 1 or hashed SubPlan 2))", ["0.id = ('1',)"]),
        ("((id = 1) OR EXISTS(SubPlan 3))", ["or 0.id = ('1',)"]),
        ("(total > (SubPlan 2))", ["0.total > expression"]),
        ('(o."Odd Name" = 1)', ["0.Odd Name = ('1',)"]),
        ("garbage ((", []),
        ("", []),
        ("true); drop table x; select (1", []),
    ],
)
def test_conditions(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_without_a_default_unqualified_columns_are_nobodys() -> None:
    assert shown("((id = 1) AND (u.id = 2))", None) == ["1.id = ('2',)"]


def test_order_keys() -> None:
    texts = ["o.created_at DESC NULLS LAST", "(lower((u.email)::text))", 'o.a COLLATE "C"', "x DESC", "(count(*))", "o.z"]
    keys = order_keys(texts, ALIASES, 0)
    assert [(k.key.relation, k.key.column or k.key.expression, k.descending, k.nulls_first, k.collation) for k in keys] == [
        (0, "created_at", True, False, None),
        (1, "lower(email)", False, False, None),
        (0, "a", False, False, "C"),
        (0, "x", True, True, None),
    ]
    assert order_keys(["((("], ALIASES, 0) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="()'\"$:ao.=1 SubPlanANYcol[]~@", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    predicates(text, ALIASES, 0)
    order_keys([text], ALIASES, None)
