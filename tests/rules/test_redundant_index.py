"""redundant-index: a prefix goes when the wider index really answers everything it answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.model.finding import Finding
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import duplicate_index, redundant_index
from tests.catalog import make_lookup
from tests.rules.making import changed_index, drops, evidence, facts_of

TABLE = "create table t (a integer, b text, c integer, d integer);"


def find(lookup: Lookup) -> tuple[Finding, ...]:
    return redundant_index.find(facts_of(lookup))


def pair(short: str, wide: str, unique: str = "") -> Lookup:
    return make_lookup(TABLE + f"create index short on t {short}; create {unique} index wide on t {wide}")


@pytest.mark.parametrize(
    ("short", "wide"),
    [
        ("(a)", "(a, b)"),
        ("(a, b, c desc)", "(a, b, c desc, d desc)"),
        ("(a)", "(a desc, b)"),
        ("(a, b desc)", "(a desc, b, c)"),
        ("(c desc nulls last)", "(c nulls first, a)"),
        ("(lower(b))", "(lower(b), a)"),
        ("(a) where c is null", "(a, d) where (c is null)"),
        ("(a)", "(a) include (b)"),
        ("(a) include (b)", "(a, b)"),
        ("(b text_pattern_ops)", "(b text_pattern_ops, a)"),
    ],
)
def test_fires_for_a_prefix(short: str, wide: str) -> None:
    found = find(pair(short, wide))
    assert drops(found) == {"short"}
    assert evidence(found[0])["kept_index"] == "public.wide"


@pytest.mark.parametrize(
    ("short", "wide"),
    [
        ("(b)", "(a, b)"),
        ("(a, b desc)", "(a, b)"),
        ("(c nulls first)", "(c, a)"),
        ("(a) where c is null", "(a, d)"),
        ("(a)", "(a, d) where c is null"),
        ("(a) where c = 1", "(a, d) where c = 2"),
        ("(b)", "(b text_pattern_ops, a)"),
        ('(b collate "C")', "(b, a)"),
        ("(lower(b))", "(b, a)"),
        ("using hash (a)", "(a, b)"),
        ("using brin (a)", "using brin (a, c)"),
        ("(a) include (d)", "(a, b)"),
    ],
)
def test_silent_for_what_the_wider_index_cannot_do(short: str, wide: str) -> None:
    lookup = pair(short, wide)
    assert find(lookup) == ()
    assert duplicate_index.find(facts_of(lookup)) == ()


def test_fires_where_a_primary_key_covers() -> None:
    lookup = make_lookup("create table t (a integer, b integer, primary key (a, b)); create index short on t (a)")
    assert drops(find(lookup)) == {"short"}


def test_silent_for_a_unique_prefix() -> None:
    assert find(make_lookup(TABLE + "create unique index short on t (a); create index wide on t (a, b)")) == ()


def test_silent_while_the_wider_index_is_invalid() -> None:
    assert find(changed_index(pair("(a)", "(a, b)"), "wide", lambda index: replace(index, valid=False))) == ()


def test_a_chain_names_the_index_that_stays() -> None:
    ddl = TABLE + "create index one on t (a); create index two on t (a, b); create index three on t (a, b, c)"
    found = find(make_lookup(ddl))
    assert drops(found) == {"one", "two"}
    assert {evidence(finding)["kept_index"] for finding in found} == {"public.three"}


KEYS = st.lists(st.sampled_from(["a", "b", "c", "a desc", "b desc"]), min_size=1, max_size=3, unique_by=lambda key: key[0])


@given(st.lists(KEYS, min_size=1, max_size=7))
def test_every_dropped_index_is_covered_by_one_that_stays(definitions: list[list[str]]) -> None:
    ddl = "".join(f"create index i{n} on t ({', '.join(keys)});" for n, keys in enumerate(definitions))
    lookup = make_lookup(TABLE + ddl)
    found = (*find(lookup), *duplicate_index.find(facts_of(lookup)))
    gone = drops(found)
    assert len(gone) == len(found)
    assert len(gone) < len(definitions)
    for finding in found:
        assert str(evidence(finding)["kept_index"]).removeprefix("public.") not in gone
        kept = definitions[int(str(evidence(finding)["kept_index"]).removeprefix("public.i"))]
        lost = definitions[int(str(finding.changes[0].name).removeprefix("i"))]
        assert [key[0] for key in kept[: len(lost)]] == [key[0] for key in lost]
