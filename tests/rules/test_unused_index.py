"""unused-index: silent for every index with a duty; careful about time and standbys."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.server import Replication
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rules import unused_index
from tests.catalog import make_lookup
from tests.rules.making import NOW, changed_index, counted_for, drops, evidence, facts_of, scanned, used

DDL = """
create table owners (id bigint primary key);
create table t (id bigint primary key, a integer, b integer, owner_id bigint references owners);
create index t_a on t (a); create index t_owner on t (owner_id);
"""


def find(lookup: Lookup) -> tuple[Finding, ...]:
    return unused_index.find(facts_of(lookup))


def idle(days: float = 30, **server: object) -> Lookup:
    return scanned(counted_for(make_lookup(DDL), days, **server), "t_a", 0)


def test_fires_for_an_index_without_scans() -> None:
    (finding,) = find(used(idle(), "t", rows_inserted=900, rows_updated=200, rows_hot_updated=150))
    assert finding.changes[0].sql == "DROP INDEX CONCURRENTLY public.t_a"
    assert finding.changes[0].undo_sql == "CREATE INDEX CONCURRENTLY t_a ON public.t USING btree (a)"
    assert (finding.severity, finding.confidence) == (Level.LOW, Level.HIGH)
    assert evidence(finding)["rows_written"] == 950
    assert "30 days" in finding.message


def test_a_large_one_matters_more() -> None:
    lookup = changed_index(idle(), "t_a", lambda index: replace(index, size_bytes=10**9))
    assert find(lookup)[0].severity is Level.MEDIUM


@pytest.mark.parametrize("days", [0.01, 3, 6.9])
def test_a_short_time_is_only_information(days: float) -> None:
    (finding,) = find(idle(days))
    assert (finding.severity, finding.confidence) == (Level.INFO, Level.LOW)


def test_without_a_reset_the_last_start_counts() -> None:
    lookup = idle()
    server = replace(lookup.snapshot.server, stats_reset=None, started_at=NOW - timedelta(days=2))
    assert find(Lookup(replace(lookup.snapshot, server=server)))[0].severity is Level.INFO


def test_standbys_lower_the_confidence() -> None:
    lookup = idle()
    (finding,) = find(Lookup(replace(lookup.snapshot, replication=Replication(2, 2, None))))
    assert finding.confidence is Level.MEDIUM
    assert "Standbys" in finding.message
    (on_standby,) = find(idle(in_recovery=True))
    assert on_standby.confidence is Level.LOW


def test_fires_for_a_last_scan_long_ago() -> None:
    long_ago = scanned(idle(), "t_a", 5, last_scan=NOW - timedelta(days=90))
    assert drops(find(long_ago)) == {"t_a"}
    assert find(scanned(idle(), "t_a", 5, last_scan=NOW - timedelta(days=20))) == ()


@pytest.mark.parametrize("scans", [1, 10**6, None])
def test_silent_for_an_index_with_scans_or_without_counters(scans: int | None) -> None:
    assert find(changed_index(idle(), "t_a", lambda index: replace(index, scans=scans))) == ()


@pytest.mark.parametrize(
    "duty",
    [
        {"unique": True}, {"primary": True}, {"exclusion": True}, {"replica_identity": True}, {"clustered": True},
        {"constraint": "k"}, {"extension": "x"}, {"valid": False}, {"definition": None},
    ],
)  # fmt: skip
def test_silent_for_an_index_with_a_duty(duty: dict[str, object]) -> None:
    def change(index: ExistingIndex) -> ExistingIndex:
        return replace(index, **duty)  # type: ignore[arg-type]

    assert find(changed_index(idle(), "t_a", change)) == ()


def test_silent_for_the_only_support_of_a_foreign_key() -> None:
    assert find(scanned(idle(), "t_a", 9)) == ()
    assert find(scanned(scanned(idle(), "t_a", 9), "t_owner", 0)) == ()


def test_fires_for_a_second_support_of_a_foreign_key() -> None:
    lookup = counted_for(make_lookup(DDL + "create index wide on t (owner_id, a)"), 30)
    assert drops(find(scanned(lookup, "t_owner", 0))) == {"t_owner"}


def test_a_partitioned_index_has_the_scans_of_its_parts() -> None:
    ddl = """create table p (a integer, b integer) partition by range (a);
             create table p1 partition of p for values from (0) to (9);
             create index whole on p (b); create index part on p1 (b)"""
    lookup = counted_for(make_lookup(ddl), 30)
    parent = next(index.name for index in lookup.snapshot.indexes if index.name.name == "whole")
    lookup = scanned(scanned(lookup, "whole", 0), "part", 7, parent=parent)
    assert find(lookup) == ()
    assert drops(find(scanned(lookup, "part", 0))) == {"whole"}
