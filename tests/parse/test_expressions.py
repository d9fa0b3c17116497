"""One spelling for each expression."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.parse.expressions import canonical, predicate_conjuncts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lower((email)::text)", "lower(email)"),
        ("((meta ->> 'k'::text))", "meta->>'k'"),
        ("((status)::text = 'x'::text)", "status = 'x'"),
        ("status = ANY (ARRAY['b'::text, 'a'::text])", "status in ('a', 'b')"),
        ("((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", "status in ('b', 'a')"),
        ("(name ~~ 'a%'::text)", "name like 'a%'"),
        ("(name !~~* 'a%'::text)", "name not ilike 'a%'"),
        ("NOT (a IS NULL)", "a is not null"),
        ("(deleted = false)", "not deleted"),
        ("(active = true)", "active"),
        ("'x' = status", "status = 'x'"),
        ("(created_at AT TIME ZONE 'UTC'::text)", "timezone('UTC', created_at)"),
        ("COALESCE(total, (0)::numeric)", "coalesce(total, 0)"),
        ("a between 1 and 2", "a >= 1 and a <= 2"),
        ("(n > '-1'::integer)", "n > -1"),
        ("(total + '1'::numeric)", "total + 1"),
        ("COALESCE(total, '0.50'::numeric)", "coalesce(total, 0.50)"),
        ("x::int8", "cast(x as bigint)"),
        ("pg_catalog.lower(name)", "LOWER( name )"),
        ("to_tsvector('english'::regconfig, body)", "to_tsvector('english', body)"),
        ("(data #>> '{a,b}'::text[])", "data #>> '{a,b}'"),
        ("not (status = 'a')", "status <> 'a'"),
        ("status != 'a'", "status <> 'a'"),
        ("status in ('a')", "status = 'a'"),
        ("(a = 1 and b = 2) and c = 3", "a = 1 and (b = 2 and c = 3)"),
        ("created_at > '2026-01-01 00:00:00+00'::timestamptz", "created_at > '2026-01-01 00:00:00+00'"),
    ],
)
def test_same_expression_same_spelling(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("id::text", "id"),
        ("created_at::date", "created_at"),
        ("lower(a)", "upper(a)"),
        ("a = 1", "a <> 1"),
        ("a > 1", "a >= 1"),
        ("a = 'x'", "a = 'y'"),
        ("a and not b", "not (a and b)"),
        ("a like 'x'", "a ilike 'x'"),
        ("meta -> 'k'", "meta ->> 'k'"),
        ('"A"', "a"),
        ("a is null", "a is not null"),
        ("a = 1 or b = 2", "a = 1 and b = 2"),
        ("a - b", "b - a"),
        ("(a + b) * c", "a + b * c"),
    ],
)
def test_other_expression_other_spelling(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_types_tell_which_casts_are_nothing() -> None:
    types = {"email": "character varying(100)", "id": "uuid"}
    assert canonical("lower(email::text)", types) == "lower(email)"
    assert canonical("lower(id::text)", types) == "lower(id::text)"
    assert canonical("email::text", types) == "email"
    assert canonical("tags::text", {"tags": "text[]"}) == "tags::text"


def test_conjuncts() -> None:
    assert predicate_conjuncts("((b = 2) OR (c = 3)) AND (a = 1) AND a = 1") == ("a = 1", "b = 2 OR c = 3")
    assert predicate_conjuncts("not (a = 1 or b)") == ("NOT (a = 1 OR b)",)
    assert predicate_conjuncts("garbage (") == ("garbage (",)


_ATOM = st.sampled_from(
    ["a", "b::text", "'x'", "1", "lower(a)", "meta ->> 'k'", "coalesce(a, 0)", "now()", '"Odd Name"', "c.d", "null"]
)
_EXPRESSION = st.recursive(
    _ATOM,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["=", "<", "||", "+", "and", "or", "~~", "@>", "is distinct from"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda x: f"(not {x})"),
        inner.map(lambda x: f"({x} is null)"),
        inner.map(lambda x: f"({x})::numeric(10,2)"),
        inner.map(lambda x: f"(case when {x} then 1 else 2 end)"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} in ({parts[1]}, 2))"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} between 1 and {parts[1]})"),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(_EXPRESSION)
def test_a_canonical_text_is_its_own_canonical_form(sql: str) -> None:
    once = canonical(sql)
    assert canonical(once) == once
    assert canonical(f"(({sql}))") == once
