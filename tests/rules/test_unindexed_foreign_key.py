"""unindexed-foreign-key: only where rows of the referenced table go."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Relation
from pgadvisor.rules import unindexed_foreign_key
from tests.catalog import make_lookup, make_statistics
from tests.rules.making import changed_index, evidence, facts_of, make_query, public, used

DDL = """
create table owners (id bigint primary key);
create table things (id bigint primary key, owner_id bigint references owners on delete cascade);
"""


def shop(ddl: str = "", rows: float = 500_000, deleted: int = 5_000) -> Lookup:
    return used(make_lookup(DDL + ddl, rows={"things": rows}), "owners", rows_deleted=deleted)


def find(lookup: Lookup, *queries: Query) -> tuple[Finding, ...]:
    return unindexed_foreign_key.find(facts_of(lookup, *queries))


def test_fires_where_rows_are_deleted() -> None:
    (finding,) = find(shop())
    assert finding.severity is Level.HIGH
    (change,) = finding.changes
    assert change.sql == "CREATE INDEX CONCURRENTLY things_owner_id_fk_idx ON public.things USING btree (owner_id)"
    assert change.undo_sql == "DROP INDEX CONCURRENTLY public.things_owner_id_fk_idx"
    assert evidence(finding)["deleted_rows"] == 5_000


def test_a_partitioned_table_s_index_is_not_said_to_block_no_writes() -> None:
    ddl = """create table parts (id bigint, owner_id bigint references owners) partition by range (id);
             create table parts_1 partition of parts for values from (0) to (9000000);"""
    lookup = make_lookup(DDL + ddl, rows=dict.fromkeys(("things", "parts", "parts_1"), 500_000))
    found = {finding.tables[0].name: finding for finding in find(used(lookup, "owners", rows_deleted=5_000))}
    assert "CONCURRENTLY blocks no reads or writes" in found["things"].message
    assert "CONCURRENTLY blocks no" not in found["parts"].message
    assert found["parts"].message.endswith("the migration builds the index on each partition CONCURRENTLY and attaches it.")


def test_fires_for_deletes_of_the_workload_alone() -> None:
    delete = make_query(7, "owners", calls=40, rows=40, kind="delete", relations=(Relation(public("owners"), "owners", "both"),))
    (finding,) = find(shop(deleted=0), delete)
    assert [effect.queryid for effect in finding.statements] == [7]
    assert len(finding.changes) == 1


def test_fires_for_keys_that_change() -> None:
    target = (Relation(public("owners"), "owners", "both"),)
    assert find(
        shop(deleted=0), make_query(7, "owners", calls=40, rows=40, kind="update", relations=target, assigned=((0, "id"),))
    )[0].changes


def test_is_information_without_deletes() -> None:
    (finding,) = find(shop(deleted=0))
    assert (finding.severity, finding.changes) == (Level.INFO, ())
    joined = make_query(
        7, "things", calls=40, rows=40, relations=(Relation(public("owners"), "o"), Relation(public("things"), "t"))
    )
    assert find(shop(deleted=0), joined)[0].changes == ()


@pytest.mark.parametrize(
    "index",
    ["(owner_id)", "(owner_id, id)", "(owner_id desc)", "(owner_id) where owner_id is not null", "using hash (owner_id)"],
)
def test_silent_with_a_usable_index(index: str) -> None:
    assert find(shop(f"create index i on things {index}")) == ()


@pytest.mark.parametrize(
    "index", ["(id, owner_id)", "(owner_id) where id > 5", "((owner_id + 1))", "using brin (owner_id)", "(id) include (owner_id)"]
)
def test_fires_with_an_index_that_cannot_be_used(index: str) -> None:
    assert len(find(shop(f"create index i on things {index}"))) == 1


def test_fires_with_an_invalid_index() -> None:
    lookup = shop("create index i on things (owner_id)")
    assert len(find(changed_index(lookup, "i", lambda index: replace(index, valid=False)))) == 1


def test_silent_for_a_small_table() -> None:
    assert find(shop(rows=9_000)) == ()


PAIRS = """
create table regions (country text, code text, primary key (country, code));
create table cities (id bigint primary key, code text, country text, foreign key (country, code) references regions);
"""


@pytest.mark.parametrize("index", ["(code, country)", "(country, code)"])
def test_silent_with_the_columns_in_any_order(index: str) -> None:
    assert find(make_lookup(PAIRS + f"create index i on cities {index}", rows={"cities": 10**6})) == ()


def test_one_selective_column_of_two_is_enough() -> None:
    def cities(distinct: float) -> Lookup:
        statistics = [make_statistics("cities", "code", distinct=distinct)]
        return make_lookup(PAIRS + "create index i on cities (code)", rows={"cities": 10**6}, statistics=statistics)

    assert find(cities(-0.5)) == ()
    assert len(find(cities(20.0))) == 1


def test_one_finding_for_a_partitioned_table() -> None:
    ddl = """create table owners (id bigint primary key);
             create table p (a integer, owner_id bigint references owners) partition by range (a);
             create table p1 partition of p for values from (0) to (9);
             alter table p1 add constraint copied foreign key (owner_id) references owners"""
    (finding,) = find(used(make_lookup(ddl, rows={"p1": 10**6}), "owners", rows_deleted=50))
    assert finding.changes[0].sql == "CREATE INDEX p_owner_id_fk_idx ON public.p USING btree (owner_id)"


def test_the_name_is_free_and_not_too_long() -> None:
    (finding,) = find(shop("create index things_owner_id_fk_idx on things (id)"))
    assert finding.changes[0].name == "things_owner_id_fk_idx1"
    long = "x" * 60
    ddl = f"create table o (id int primary key); create table {long} (owner_id int references o)"
    (finding,) = find(used(make_lookup(ddl, rows={long: 10**6}), "o", rows_deleted=50))
    assert len(str(finding.changes[0].name).encode()) <= 63


def test_a_column_that_is_mostly_null_gets_a_partial_index() -> None:
    def sql(nulls: float) -> str:
        statistics = [make_statistics("things", "owner_id", null_fraction=nulls)]
        lookup = make_lookup(DDL, rows={"things": 10**6}, statistics=statistics)
        return find(used(lookup, "owners", rows_deleted=50))[0].changes[0].sql

    assert sql(0.9).endswith("(owner_id) WHERE owner_id IS NOT NULL")
    assert sql(0.1).endswith("(owner_id)")
