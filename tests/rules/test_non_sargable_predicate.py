"""non-sargable-predicate: an index is there, and only the way of asking keeps it from serving."""

import pytest

from pgadvisor.rules import non_sargable_predicate
from tests.rules.making import evidence, read

DDL = """
create function to_number_of(timestamp) returns bigint language plpgsql immutable as 'begin return 1; end';
create table t (id bigint primary key, owner text, kind text, at timestamp, amount integer, state text, labels text[]);
create index t_at on t (owner, kind, at desc); create index t_amount on t (amount); create index t_state on t (state);
create index t_labels on t using gin (labels)
"""
LARGE = {"t": 200_000}
BOTH = "owner = $1 and kind = $2 and"


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (f"{BOTH} to_number_of(at) < $3", "t_at"),
        (f"{BOTH} at::date = $3", "t_at"),
        (f"{BOTH} date_trunc('day', at) = $3", "t_at"),
        ("amount + 1 = $1", "t_amount"),
        ("coalesce(state, 'secret') = $1", "t_state"),
        ("amount::text = $1", "t_amount"),
        ("$1 = any (labels)", "t_labels"),
    ],
)
def test_fires_where_an_index_is_hidden(condition: str, index: str) -> None:
    (finding,) = non_sargable_predicate.find(read(DDL, f"select id from t where {condition}", rows=LARGE))
    assert evidence(finding)["index"] == f"public.{index}"
    assert "secret" not in repr(finding)


def test_fires_for_an_order_with_a_limit() -> None:
    text = "select id from t where owner = $1 and kind = $2 order by to_number_of(at) desc limit 1"
    assert len(non_sargable_predicate.find(read(DDL, text, rows=LARGE))) == 1


def test_a_function_is_the_same_with_and_without_its_schema() -> None:
    expressions = ("btree (public.to_number_of(at))", "gin ((public.to_array_of(labels)))")
    ddl = DDL + "".join(f"; create index e{n} on t using {expression}" for n, expression in enumerate(expressions))
    assert non_sargable_predicate.find(read(ddl, f"select id from t where {BOTH} to_number_of(at) < $3", rows=LARGE)) == ()
    (finding,) = non_sargable_predicate.find(read(ddl, "select id from t where $1 = any (to_array_of(labels))", rows=LARGE))
    assert "@>" in finding.help


def test_one_finding_for_several_statements() -> None:
    texts = (f"select id from t where {BOTH} at::date = $3", f"select state from t where {BOTH} at::date < $3")
    (finding,) = non_sargable_predicate.find(read(DDL, *texts, rows=LARGE))
    assert len(finding.statements) == 2


@pytest.mark.parametrize(
    "condition",
    [
        "owner = $1 and at::date = $2",  # the index has another key in between
        "at::date = $1",
        "lower(state) = $1",  # no inverse: an index on the expression
        "state = lower($1)",
        f"{BOTH} at >= $3",
        "id + amount = $1",
        "$1 = any (array[state])",
    ],
)
def test_silent_where_a_rewrite_would_not_help(condition: str) -> None:
    assert non_sargable_predicate.find(read(DDL, f"select id from t where {condition}", rows=LARGE)) == ()


def test_silent_with_an_index_on_the_expression_or_a_small_table() -> None:
    text = "select id from t where amount + 1 = $1"
    assert non_sargable_predicate.find(read(DDL + "; create index on t ((amount + 1))", text, rows=LARGE)) == ()
    assert non_sargable_predicate.find(read(DDL, text, rows={"t": 500})) == ()
