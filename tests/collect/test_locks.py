"""An object that somebody holds is left out and counted; nobody queues behind us."""

import threading

import pytest

from pgadvisor.collect.reading import Reading
from pgadvisor.connect import LockNotAvailable, Session
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.whatif.localserver import LocalServer
from tests.collect.conftest import Read
from tests.conftest import Connection

MADE = """
create table free (id integer primary key, v text check (v <> ''));
create table held (id integer primary key, v text check (v <> '')) ;
create index held_lower on held (lower(v)) where id > 0;
create index free_lower on free (lower(v)) where id > 0;
create statistics held_st on id, v from held;
create view over_held as select * from held;
create view over_free as select * from free;
insert into held select g, g from generate_series(1, 100) g; analyze held;
"""


def check_held_is_left_out(snapshot: Snapshot) -> None:
    found = Lookup(snapshot)
    held, free = found.tables[Name("public", "held")], found.tables[Name("public", "free")]
    assert held.size_bytes is None and free.size_bytes == 0
    assert [column.name for column in held.columns] == ["id", "v"]
    assert found.index_by_name[Name("public", "held_lower")].definition is None
    assert found.index_by_name[Name("public", "held_pkey")].definition is not None
    assert found.index_by_name[Name("public", "free_lower")].definition is not None
    assert found.views[Name("public", "over_held")].definition is None
    assert found.views[Name("public", "over_free")].definition is not None
    assert {one.definition for one in snapshot.constraints if one.kind == "c"} == {None, "CHECK ((v <> ''::text))"}
    assert found.column_statistics(held.name, "v") is not None
    assert snapshot.extended_statistics == () or snapshot.server.major < 14  # 13 takes no lock for them
    locked = [one.what for one in snapshot.skipped if "locked" in one.why]
    assert "size of public.held" in locked and "definition of the index public.held_lower" in locked
    assert snapshot.footprint is not None
    assert 1 <= snapshot.footprint.locked_objects <= len(locked)


def test_held_table(server: LocalServer, dbname: str, database: Connection, read: Read) -> None:
    database.execute(MADE)
    read()  # makes the role, which wants the locks itself
    with server.connect(dbname=dbname) as other, other.transaction():
        other.execute("lock table held in access exclusive mode")
        check_held_is_left_out(read())
    assert not [one for one in read().skipped if "locked" in one.why]


def test_table_that_somebody_waits_for(server: LocalServer, dbname: str, database: Connection, read: Read) -> None:
    database.execute(MADE)
    read()
    with server.connect(dbname=dbname) as holder, server.connect(dbname=dbname) as waiter:
        with holder.transaction():
            holder.execute("select 1 from held")
            thread = threading.Thread(target=lambda: waiter.execute("alter table held add column w integer"))
            thread.start()
            while not database.execute("select from pg_locks where not granted").fetchall():
                pass
            snapshot = read()
        thread.join()
    assert "size of public.held" in [one.what for one in snapshot.skipped]


def test_lock_that_comes_after_the_look(
    server: LocalServer, dbname: str, database: Connection, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_locks shows nothing: the batch meets the lock itself, is halved, and one object is left out."""
    database.execute(MADE)
    read()
    monkeypatch.setattr(Reading, "_blocked", lambda reading: frozenset())
    waits = count_lock_failures(monkeypatch)
    with server.connect(dbname=dbname) as other, other.transaction():
        other.execute("lock table held in access exclusive mode")
        snapshot = read()
    check_held_is_left_out(snapshot)
    assert 5 <= len(waits) <= 40


def count_lock_failures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    failures: list[str] = []
    original = Session.read

    def counting(session: Session, sql: str, *arguments: object, **options: object) -> object:
        try:
            return original(session, sql, *arguments, **options)  # type: ignore[arg-type]
        except LockNotAvailable:
            failures.append(sql)
            raise

    monkeypatch.setattr(Session, "read", counting)
    return failures
