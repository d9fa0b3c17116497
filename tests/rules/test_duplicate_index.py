"""duplicate-index: one of two equal indexes goes, never the one with a duty."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Finding
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import duplicate_index, redundant_index
from tests.catalog import make_lookup
from tests.rules.making import changed_index, drops, facts_of, public

TABLE = "create table t (a bigint primary key, b text, c integer, tags text[]);"


def find(lookup: Lookup) -> tuple[Finding, ...]:
    return duplicate_index.find(facts_of(lookup))


def test_fires_for_one_of_two() -> None:
    lookup = make_lookup(
        TABLE + "create index first on t (b, c desc) where c > 5; create index second on t (b, c desc) where (c > 5)"
    )
    (finding,) = find(lookup)
    (change,) = finding.changes
    assert change.sql == "DROP INDEX CONCURRENTLY public.second"
    assert change.undo_sql == "CREATE INDEX CONCURRENTLY second ON public.t USING btree (b, c DESC) WHERE c > 5"


def test_fires_for_the_copy_of_a_constraint() -> None:
    lookup = make_lookup("create table t (a integer, constraint zz unique (a)); create index aa on t (a)")
    assert drops(find(lookup)) == {"aa"}


def test_fires_for_a_second_unique_index_that_checks_the_same() -> None:
    ddl = "create table t (a integer constraint k unique); create unique index other on t (a)"
    assert drops(find(make_lookup(ddl))) == {"other"}
    distinct = changed_index(make_lookup(ddl), "other", lambda index: replace(index, nulls_not_distinct=True))
    assert find(distinct) == ()


def test_fires_twice_for_three() -> None:
    ddl = TABLE + "".join(f"create index {name} on t using gin (tags);" for name in ("x", "y", "z"))
    assert drops(find(make_lookup(ddl))) == {"y", "z"}


def test_undo_has_the_storage_options() -> None:
    lookup = make_lookup(TABLE + "create index first on t (b); create index second on t (b)")
    lookup = changed_index(lookup, "second", lambda index: replace(index, options=("fillfactor=70",)))
    (finding,) = find(lookup)
    assert finding.changes[0].undo_sql == "CREATE INDEX CONCURRENTLY second ON public.t USING btree (b) WITH (fillfactor = '70')"


@pytest.mark.parametrize(
    "second",
    ["(b desc)", "(b text_pattern_ops)", '(b collate "C")', "using hash (b)", "(b) where c > 1", "(lower(b))", "(b) include (c)"],
)
def test_silent_for_indexes_that_differ(second: str) -> None:
    assert find(make_lookup(TABLE + f"create index first on t (b); create index second on t {second}")) == ()


@pytest.mark.parametrize(
    "duty",
    [
        {"replica_identity": True},
        {"clustered": True},
        {"extension": "x"},
        {"constraint": "k"},
        {"valid": False},
        {"ready": False},
    ],
)
def test_silent_where_the_copy_has_a_duty_or_cannot_serve(duty: dict[str, object]) -> None:
    lookup = make_lookup(TABLE + "create index first on t (b); create index second on t (b)")
    for name in ("first", "second"):
        lookup = changed_index(lookup, name, lambda index: replace(index, **duty))  # type: ignore[arg-type]
    assert find(lookup) == ()
    assert redundant_index.find(facts_of(lookup)) == ()


def test_silent_for_a_part_of_a_partitioned_index() -> None:
    ddl = """create table p (a integer, b integer) partition by range (a);
             create table p1 partition of p for values from (0) to (9);
             create index whole on p (b); create index part on p1 (b); create index extra on p1 (b)"""
    lookup = make_lookup(ddl)
    parent = next(index.name for index in lookup.snapshot.indexes if index.name.name == "whole")
    lookup = changed_index(lookup, "part", lambda index: replace(index, parent=parent))
    assert drops(find(lookup)) == {"extra"}


def test_a_partitioned_index_is_dropped_without_concurrently() -> None:
    ddl = "create table p (a integer, b integer) partition by range (a); create index x on p (b); create index y on p (b)"
    (finding,) = find(make_lookup(ddl))
    assert finding.changes[0].sql == "DROP INDEX public.y"
    assert "CONCURRENTLY" not in str(finding.changes[0].undo_sql)
    assert "ACCESS EXCLUSIVE" in finding.message


def test_silent_for_a_unique_index_that_a_foreign_key_refers_to() -> None:
    ddl = "create table t (a integer constraint k unique); create unique index other on t (a);"
    lookup = make_lookup(ddl + "create table u (b integer references t (a))")
    assert drops(find(lookup)) == {"other"}
    referring = tuple(replace(c, index=public("other")) if c.kind == "f" else c for c in lookup.snapshot.constraints)
    assert drops(find(Lookup(replace(lookup.snapshot, constraints=referring)))) == set()
