"""Indexes that need an extension which the server could create: offered, written as a step of its own, and really used."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pgadvisor.analyze import analyse
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.migrate import write_migration
from pgadvisor.model.report import Options, Report
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.whatif.shadow import open_shadow
from tests.catalog import make_statement
from tests.conftest import Connection
from tests.migrate.support import NOW, Psql

SCHEMA = """
create schema app;
create table app.people (id bigint primary key, name text not null, note text not null);
insert into app.people select i, md5(i::text) || ' ' || md5((i * 7)::text), repeat('x', 100) from generate_series(1, 40000) i;
create table app.bookings (id bigint primary key, room int not null, during tsrange not null, labels text[] not null);
insert into app.bookings select i, i % 150, tsrange(t, t + interval '3 days'), array['l' || i % 90, 'm' || i % 70]
  from (select i, timestamp '2024-01-01' + (i * 7919 % 40000) * interval '30 minutes' t from generate_series(1, 40000) i) x;
"""
STATEMENTS = {
    "trigrams": "select id from app.people where name ilike '%abcdef%'",
    "overlap": "select id from app.bookings where room = 7 and during && '[2024-03-01,2024-04-20)'",
    "labels": "select id from app.bookings where room = 8 and labels && array['l8']",
}
NEEDED = {"trigrams": "pg_trgm", "overlap": "btree_gist", "labels": "btree_gin"}


def prepared(database: Connection, conninfo: str, *names: str) -> Snapshot:
    database.execute(SCHEMA)
    database.execute("vacuum analyze")
    with open_session(conninfo, command="test") as session:
        snapshot = collect(session)
    known = [make_statement(STATEMENTS[name], queryid=at, total_ms=5000.0, user_oid=10) for at, name in enumerate(names, 1)]
    return replace(snapshot, statements=tuple(known))


def audited(snapshot: Snapshot) -> Report:
    return analyse(snapshot, Options(), partial(open_shadow, bindir=None), "live")


def plan(database: Connection, sql: str) -> tuple[str, float]:
    row: Any = database.execute(f"explain (format json) {sql}").fetchone()
    return str(row[0]), row[0][0]["Plan"]["Total Cost"]


@pytest.mark.server
def test_what_an_extension_would_allow_is_advised_migrated_and_used(database: Connection, conninfo: str, tmp_path: Path) -> None:
    snapshot = prepared(database, conninfo, *STATEMENTS)
    assert {"pg_trgm", "btree_gin", "btree_gist"} <= set(snapshot.available_extensions or ())
    assert "pg_stat_statements" not in (snapshot.available_extensions or ())
    before = {name: plan(database, sql)[1] for name, sql in STATEMENTS.items()}
    report = audited(snapshot)
    found = {change.name: finding for finding in report.findings for change in finding.changes[:1]}
    assert set(NEEDED.values()) == {name for name in found if found[name].changes[0].action == "create_extension"}
    for name in NEEDED.values():
        assert name in found[name].message and name in found[name].help
        assert [change.action for change in found[name].changes] == ["create_extension", "create_index"]
    assert not [finding for finding in report.findings if finding.rule == "leading-wildcard"]
    psql = Psql(conninfo, tmp_path)
    migration = write_migration(replace(report, generated_at=NOW), Lookup(snapshot))
    assert not migration.refused
    psql.write(migration)
    for kind in ("up", "up", "verify"):
        psql.good(kind)
    database.execute("analyze")
    created = {change.name for finding in report.findings for change in finding.changes if change.action == "create_index"}
    for name, sql in STATEMENTS.items():
        text, cost = plan(database, sql)
        assert any(str(index) in text for index in created), name
        assert cost < before[name] / 2, name
    with open_session(conninfo, command="test") as session:
        again = audited(replace(collect(session), statements=snapshot.statements))
    assert not [change for finding in again.findings for change in finding.changes]


@pytest.mark.server
def test_what_the_server_does_not_have_is_not_offered_and_that_is_said(database: Connection, conninfo: str) -> None:
    snapshot = replace(prepared(database, conninfo, "trigrams"), available_extensions=("btree_gin",))
    report = audited(snapshot)
    assert not [change for finding in report.findings for change in finding.changes]
    assert "does not have the extension pg_trgm" in next(one.reason for one in report.verdicts if "ilike" in one.query)
