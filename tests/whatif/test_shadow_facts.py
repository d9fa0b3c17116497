"""Facts that production has and the shadow has to believe: sizes, settings, redacted values, an older major."""

from dataclasses import replace
from pathlib import Path

import pytest

from pgadvisor.codec import redact, with_stand_ins
from pgadvisor.model.arrays import read_array
from pgadvisor.model.index import IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.server import Setting
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection
from tests.whatif.compare import assert_same, build, on, real_plan, valued
from tests.whatif.conftest import ReadLookup

_TABLE = Name("public", "t")
_SCRIPT = """
create table t (id bigint primary key, a int, b int, status text, at timestamptz, flag boolean, tags text[], amount numeric);
insert into t select i, i % 5, i % 4000, case when i % 100 = 0 then 'rare' else 'usual' end,
  '2024-01-01'::timestamptz + i * interval '1 min', i % 3 = 0, array['x' || i % 20], i % 300 from generate_series(1, 40000) i;
vacuum analyze t;
"""


@pytest.fixture
def lookup(database: Connection, read: ReadLookup) -> Lookup:
    build(database, _SCRIPT)
    return read()


def test_a_terabyte(lookup: Lookup, bindir: Path) -> None:
    pages = 2**27  # 1 TiB, 1024 segments
    tables = tuple(replace(table, pages=pages, rows=6e9, size_bytes=None) for table in lookup.snapshot.tables)
    with open_shadow(Lookup(replace(lookup.snapshot, tables=tables)), [_TABLE], bindir=bindir) as planner:
        scan = planner.plan(valued("select * from t where b = 77")).root
        assert scan.total_cost > pages * 0.4
        index = on("t", "b")
        assert planner.plan(valued("select * from t where b = 77 limit 5"), (index,)).used == {index}
        assert planner.size_bytes(index) > 2**35
        other = on("t", "b", "at")
        assert planner.plan(valued("select * from t where b = 77 order by at limit 5"), (other,)).used == {other}
        assert planner.plan(valued("select * from t where b = 77")).total_cost == scan.total_cost


def test_settings_are_productions(database: Connection, lookup: Lookup, bindir: Path) -> None:
    settings = {"random_page_cost": "1.1", "enable_seqscan": "off", "work_mem": "65536", "no_such_setting": "1"}
    given = tuple(Setting(name, value, None, "configuration file") for name, value in settings.items())
    kept = tuple(setting for setting in lookup.snapshot.settings if setting.name not in settings)
    del settings["no_such_setting"]
    for name, value in settings.items():
        database.execute(f"set {name} = {value}")
    with open_shadow(Lookup(replace(lookup.snapshot, settings=kept + given)), [_TABLE], bindir=bindir) as planner:
        assert not planner.skipped
        assert_same(database, planner, "select * from t where id between 5 and 5000 order by amount")
        assert_same(database, planner, "select * from t where a = 3")


def test_a_setting_that_is_refused_is_listed(lookup: Lookup, bindir: Path) -> None:
    wrong = Setting("random_page_cost", "cheap", None, "configuration file")
    kept = tuple(setting for setting in lookup.snapshot.settings if setting.name != "random_page_cost")
    with open_shadow(Lookup(replace(lookup.snapshot, settings=(*kept, wrong))), [_TABLE], bindir=bindir) as planner:
        assert [one.what for one in planner.skipped] == ["setting random_page_cost"]
        assert "cheap" not in planner.skipped[0].why


def test_a_redacted_snapshot_plans(database: Connection, lookup: Lookup, bindir: Path) -> None:
    redacted = redact(lookup.snapshot)
    filled = with_stand_ins(redacted)
    rows = {row.column: row for row in filled.statistics if row.table == _TABLE}
    rare = read_array(rows["status"].most_common_values or "")[1]
    with open_shadow(Lookup(redacted), [_TABLE], bindir=bindir) as planner:
        assert not planner.skipped
        shadow = planner.plan(valued(f"select * from t where status = '{rare}'")).root
        real = real_plan(database, "select * from t where status = 'rare'")
        assert shadow.rows == pytest.approx(real.rows)
        assert shadow.total_cost == pytest.approx(real.total_cost)
        index = on("t", "status", "at")
        assert planner.plan(valued(f"select * from t where status = '{rare}' order by at limit 3"), (index,)).used == {index}
        assert planner.size_bytes(on("t", "tags", method="gin")) > 0


def test_values_that_cannot_be_read_are_left_out(lookup: Lookup, bindir: Path) -> None:
    rows = tuple(
        replace(row, most_common_values="{SECRET,x}", most_common_frequencies=(0.5, 0.4)) if row.column == "a" else row
        for row in lookup.snapshot.statistics
    )
    with open_shadow(Lookup(replace(lookup.snapshot, statistics=rows)), [_TABLE], bindir=bindir) as planner:
        assert [one.what for one in planner.skipped] == ["values of the statistics of public.t.a"]
        assert "SECRET" not in planner.skipped[0].why
        assert planner.plan(valued("select * from t where status = 'rare'")).root.rows < 1000


def test_no_skip_scan_for_an_older_production(server: LocalServer, lookup: Lookup, bindir: Path) -> None:
    if server.major < 18:
        pytest.skip("only PostgreSQL 18 skip-scans")
    statement, index = valued("select * from t where b = 77"), on("t", "a", "b")
    older = replace(lookup.snapshot, server=replace(lookup.snapshot.server, version_num=170004))
    with open_shadow(lookup, [_TABLE], bindir=bindir) as planner:
        assert planner.plan(statement, (index,)).used == {index}
    with open_shadow(Lookup(older), [_TABLE], bindir=bindir) as planner:
        assert not planner.plan(statement, (index,)).used
        both = valued("select * from t where a = 1 and b = 77")
        assert planner.plan(both, (index,)).used == {index}


def test_only_what_is_there_is_built(lookup: Lookup, bindir: Path) -> None:
    with open_shadow(lookup, [Name("public", "t"), Name("public", "gone")], bindir=bindir) as planner:
        assert planner.plan(valued("select 1")).total_cost < 1
        assert planner.size_bytes(on("t", "a")) > 8192
    bare = replace(lookup.snapshot, tables=tuple(replace(table, columns=()) for table in lookup.snapshot.tables))
    with open_shadow(Lookup(bare), [_TABLE], bindir=bindir) as planner:
        assert [one.what for one in planner.skipped] == ["table public.t"]


_LOCALES = (
    # (provider, collate), whether a plain B-tree answers LIKE 'x%'
    (("c", "C"), True),
    (("c", "C.UTF-8"), False),
    (("c", "xx_NOWHERE.UTF-8"), False),
    (("b", "C.UTF-8"), True),
    (("i", "de-DE"), False),
)


def test_like_is_planned_by_productions_collation(lookup: Lookup, bindir: Path) -> None:
    statement = valued("select * from t where status like 'rare%' and at > '2024-01-20'")
    plain = on("t", "status", "at")
    by_pattern = on("t", IndexKey("status", opclass="text_pattern_ops"), "at")
    for (provider, collate), plain_serves in _LOCALES:
        server = replace(lookup.snapshot.server, locale_provider=provider, collate=collate, ctype=collate)
        with open_shadow(Lookup(replace(lookup.snapshot, server=server)), [_TABLE], bindir=bindir) as planner:
            conditions = {node.index_condition for node in planner.plan(statement, (plain,)).root.walk() if node.index_condition}
            assert any(">=" in condition and "status" in condition for condition in conditions) is plain_serves, collate
            assert planner.plan(statement, (by_pattern,)).used == {by_pattern}
