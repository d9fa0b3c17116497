"""invalid-index: dropped where something else does its work, rebuilt where not."""

from dataclasses import replace

from pgadvisor.model.finding import Finding
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import invalid_index
from tests.catalog import make_lookup
from tests.rules.making import changed_index, drops, facts_of

TABLE = "create table t (id bigint primary key, a integer, b integer);"


def broken(ddl: str, *names: str, **facts: object) -> Lookup:
    lookup = make_lookup(TABLE + ddl)
    for name in names:
        lookup = changed_index(lookup, name, lambda index: replace(index, valid=False, **facts))  # type: ignore[arg-type]
    return lookup


def find(lookup: Lookup) -> tuple[Finding, ...]:
    return invalid_index.find(facts_of(lookup))


def test_fires_with_a_rebuild() -> None:
    (finding,) = find(broken("create index t_a on t (a)", "t_a"))
    assert finding.changes[0].sql == "REINDEX INDEX CONCURRENTLY public.t_a"
    assert "maintains" in finding.message


def test_fires_with_a_drop_for_left_overs_and_copies() -> None:
    ddl = (
        "create index t_a on t (a); create index t_a_ccnew on t (a); create index t_b_ccold1 on t (b); create index copy on t (a)"
    )
    assert drops(find(broken(ddl, "t_a_ccnew", "t_b_ccold1", "copy"))) == {"t_a_ccnew", "t_b_ccold1", "copy"}


def test_fires_without_a_change_for_a_partitioned_index() -> None:
    ddl = "create table p (a integer) partition by range (a); create index whole on p (a)"
    (finding,) = find(broken(ddl, "whole"))
    assert finding.changes == ()
    assert "attach" in finding.help


def test_one_that_no_write_maintains_says_so() -> None:
    (finding,) = find(broken("create index t_a on t (a)", "t_a", ready=False))
    assert "do not maintain" in finding.message


def test_an_index_of_a_constraint_is_rebuilt_never_dropped() -> None:
    (finding,) = find(broken("create unique index t_pkey_copy on t (id)", "t_pkey"))
    assert finding.changes[0].action == "reindex"


def test_silent_for_valid_indexes() -> None:
    assert find(make_lookup(TABLE + "create index t_a_ccnew on t (a)")) == ()
