"""Indexes on partitioned tables, nested ones included."""

from typing import Any

import psycopg
import pytest

from pgadvisor.migrate import write_migration
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.whatif.localserver import LocalServer
from tests.migrate.support import Psql, create, finding, keys, lookup, report, table

Connection = psycopg.Connection[tuple[Any, ...]]
EVENTS = Name("public", "events")
OLD, NEW = Name("public", "events_old"), Name("public", "events_new")
NEW_A, NEW_B = Name("public", "events_new_a"), Name("public", "events_new_" + "b" * 52)
TABLES = (table(EVENTS, "p"), table(OLD, "r", EVENTS), table(NEW, "p", EVENTS), table(NEW_A, "r", NEW), table(NEW_B, "r", NEW))
INDEX = Index(EVENTS, keys("kind"), where="at > 0")

_SCHEMA = f"""
create table events (id int, dropped int, kind text, at int) partition by range (at);
alter table events drop column dropped;
create table events_old partition of events for values from (0) to (100);
create table events_new partition of events for values from (100) to (200) partition by list (kind);
create table events_new_a (at int, kind text, id int);
alter table events_new attach partition events_new_a for values in ('a');
create table {NEW_B} partition of events_new default;
insert into events select i, case when i % 2 = 0 then 'a' else 'b' end, i from generate_series(0, 199) i;
"""


@pytest.fixture
def events(database: Connection, server: LocalServer, dbname: str, psql: Psql) -> Connection:
    database.execute(_SCHEMA.encode())
    migration = write_migration(report(finding(create("events_kind_idx", INDEX))), lookup(dbname, server.major, TABLES))
    assert not migration.refused
    psql.write(migration)
    return database


def valid(database: Connection) -> list[bool]:
    rows = database.execute(
        "select i.indisvalid from pg_index i join pg_class c on c.oid = i.indrelid where c.relname like 'events%'"
    )
    return [row[0] for row in rows]


def test_all_levels_go_up_and_down_twice(events: Connection, psql: Psql) -> None:
    for _ in range(2):
        psql.good("up")
        psql.good("verify")
        assert valid(events) == [True] * 5
    attached = events.execute("select count(*) from pg_partition_tree('events_kind_idx')").fetchone()
    assert attached == (5,)
    for _ in range(2):
        psql.good("down")
        assert valid(events) == []


def test_a_new_partition_is_refused_before_and_covered_after(events: Connection, psql: Psql) -> None:
    events.execute("create table events_next partition of events for values from (200) to (300)")
    psql.refused("up", "partition events_next is new since the analysis")
    events.execute("drop table events_next")
    psql.good("up")
    events.execute("create table events_next partition of events for values from (200) to (300)")
    psql.good("up")
    assert valid(events) == [True] * 6


def test_an_index_a_partition_has_already_is_attached(events: Connection, psql: Psql) -> None:
    events.execute("create index mine on events_old (kind) where at > 0")
    psql.good("up")
    assert events.execute("select inhparent::regclass::text from pg_inherits where inhrelid = 'mine'::regclass").fetchone() == (
        "events_kind_idx",
    )


def test_a_migration_that_stopped_half_way_goes_on_or_back(
    events: Connection, server: LocalServer, dbname: str, psql: Psql
) -> None:
    with server.connect(dbname=dbname) as other:
        other.execute("begin; lock table events_new_a in share update exclusive mode")
        psql.refused("up", "another index build, VACUUM or DDL")
    half = valid(events)
    assert False in half
    psql.good("down")
    assert valid(events) == []
    psql.good("up")
    assert valid(events) == [True] * 5


def test_a_busy_parent_is_not_queued_for(events: Connection, server: LocalServer, dbname: str, psql: Psql) -> None:
    with server.connect(dbname=dbname) as other:
        other.execute("begin; insert into events values (1, 'a', 1)")
        psql.refused("up", "lock timeout")
    psql.good("up")


def test_a_foreign_partition_is_refused(server: LocalServer) -> None:
    tables = (*TABLES, table(Name("public", "far"), "f", NEW))
    migration = write_migration(report(finding(create("i", INDEX))), lookup("shop", server.major, tables))
    assert migration.files == ()
    assert "foreign table" in migration.refused[0].why
