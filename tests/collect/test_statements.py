"""pg_stat_statements: this database's statements, not ours, in every version and place of the extension."""

import re

import pytest
from psycopg.conninfo import make_conninfo

from pgadvisor.errors import PrerequisiteError
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Statement
from pgadvisor.whatif.binaries import find_binaries
from pgadvisor.whatif.localserver import LocalServer
from tests.collect.conftest import Read, snapshot_as
from tests.conftest import Connection


def statement(snapshot: Snapshot, part: str) -> Statement:
    return next(one for one in snapshot.statements if part in (one.text or ""))


def test_counters_and_text(database: Connection, read: Read) -> None:
    database.execute("create table t (id integer); insert into t select generate_series(1, 100)")
    for limit in (3, 4, 5):
        database.execute(f"select id from t where id > 0 limit {limit}")
    found = statement(read(), "select id from t")
    assert found.text == "select id from t where id > $1 limit $2"
    assert (found.counters.calls, found.counters.rows, found.user, found.toplevel) == (3, 12, "postgres", True)
    assert found.counters.total_ms > 0 and found.max_ms >= found.min_ms > 0
    assert found.counters.shared_blocks_hit > 0
    assert found.measured and found.label is None


def test_nested_statements_are_told_apart(database: Connection, read: Read) -> None:
    if database.info.server_version < 140000:
        pytest.skip("the extension tells since 1.9")
    database.execute("create table t (id integer)")
    database.execute("do $$ begin perform id from t where id = 7; end $$")
    found = {one.toplevel for one in read().statements if (one.text or "").startswith("SELECT id from t")}
    assert found == {False}


def test_statements_of_other_databases_are_left_out(server: LocalServer, database: Connection, read: Read) -> None:
    with server.connect() as elsewhere:
        elsewhere.execute("select 'elsewhere' as only_elsewhere")
    database.execute("select 'here' as only_here")
    texts = [one.text or "" for one in read().statements]
    assert any("only_here" in text for text in texts)
    assert not any("only_elsewhere" in text for text in texts)


def test_our_own_statements_are_left_out(database: Connection, read: Read) -> None:
    read()
    snapshot = read()
    ours = [one for one in snapshot.statements if one.user == "pgadvisor"]
    assert [one.text for one in ours if not re.match(r"(?i)rollback", one.text or "")] == []
    counted = database.execute("select count(*) from pg_stat_statements where query like '%/* pgadvisor */%'").fetchone()
    assert counted is not None and counted[0] > 20


def test_info(read: Read) -> None:
    snapshot = read()
    info = snapshot.statements_info
    assert info is not None and (info.max_statements, info.track) == (5000, "all")
    assert (info.evictions is not None and info.stats_reset is not None) == (snapshot.server.major >= 14)


def test_transactions_are_counted(database: Connection, read: Read) -> None:
    for number in range(20):
        database.execute(f"select {number}")
    database.close()  # a session reports its transactions at the latest when it ends
    counted = (read().server.transactions or 0 for _ in range(50))
    assert any(number >= 20 for number in counted)


def test_search_paths(database: Connection, dbname: str, read: Read) -> None:
    database.execute('create schema app; create schema "My Schema"; create role app login; create role other login')
    try:
        database.execute(f"alter role app in database {dbname} set search_path = \"$user\", 'My Schema', public")
        database.execute(f"alter role app set search_path = nothing; alter database {dbname} set search_path = app, missing")
        for role in ("app", "other"):
            database.execute(f"set role {role}; select 1 as by_{role}; reset role")
        paths = {path.user: path.schemas for path in read().search_paths}
        assert paths["app"] == ("app", "My Schema", "public")
        assert paths["other"] == ("app", "missing")
        assert paths[""] == ("app", "missing")  # of statements in a workload file
    finally:
        database.execute(f"alter database {dbname} reset search_path; drop owned by app, other; drop role app, other")


def test_extension_in_another_schema(database: Connection, read: Read) -> None:
    database.execute('create schema "The Stats"; drop extension pg_stat_statements')
    database.execute('create extension pg_stat_statements schema "The Stats"')
    database.execute("select 'x' as marker_here")
    assert statement(read(), "marker_here").counters.calls == 1


def test_old_version_of_the_extension(database: Connection, read: Read) -> None:
    database.execute("drop extension pg_stat_statements; create extension pg_stat_statements version '1.8'")
    database.execute("select 'x' as marker_here")
    snapshot = read()
    assert statement(snapshot, "marker_here").toplevel
    assert snapshot.statements_info is not None
    assert (snapshot.statements_info.extension_version, snapshot.statements_info.evictions) == ("1.8", None)


def test_too_old_version(database: Connection, read: Read) -> None:
    database.execute("drop extension pg_stat_statements; create extension pg_stat_statements version '1.7'")
    with pytest.raises(PrerequisiteError) as caught:
        read()
    database.execute(caught.value.hint)
    assert read().statements_info is not None


def test_missing_extension(database: Connection, read: Read) -> None:
    database.execute("drop extension pg_stat_statements; create table t (id integer)")
    with pytest.raises(PrerequisiteError) as caught:
        read()
    assert (caught.value.exit_code, caught.value.hint) == (4, "CREATE EXTENSION pg_stat_statements;")
    without = read(statements_needed=False)
    assert without.statements == () and without.statements_info is None
    assert without.tables[0].columns
    assert [one.what for one in without.skipped] == ["pg_stat_statements"]


def test_library_not_loaded() -> None:
    with LocalServer(find_binaries(18)) as server, server.connect() as admin:
        with pytest.raises(PrerequisiteError) as missing:
            snapshot_as(server.conninfo)
        assert "shared_preload_libraries = 'pg_stat_statements'" in missing.value.hint
        admin.execute("create extension pg_stat_statements")
        with pytest.raises(PrerequisiteError, match="shared_preload_libraries") as unloaded:
            snapshot_as(server.conninfo)
        assert "ALTER SYSTEM SET" in unloaded.value.hint
        assert snapshot_as(server.conninfo, statements_needed=False).statements == ()


def test_statements_of_others_hidden(server: LocalServer, dbname: str, database: Connection) -> None:
    database.execute("create role plain login password 'x'; create table t (id integer); grant select on t to plain")
    conninfo = make_conninfo(server.conninfo, dbname=dbname, user="plain", password="x")
    try:
        with pytest.raises(PrerequisiteError, match="may not see the statements") as caught:
            snapshot_as(conninfo)
        assert caught.value.hint == "GRANT pg_read_all_stats TO plain;"
        with server.connect(dbname=dbname, user="plain", password="x") as plain:
            plain.execute("select 'x' as own_statement")
        snapshot = snapshot_as(conninfo)
        assert statement(snapshot, "own_statement")
        assert any("may not see" in one.why for one in snapshot.skipped)
    finally:
        database.execute("drop owned by plain; drop role plain")
