"""Statistics before indexes, on real servers: what is found, that its commands cure it, and what waits for it."""

import json
import re

import pytest

from pgadvisor.analyze import analyse
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.finding import Finding
from pgadvisor.model.report import Options, Report
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection

pytestmark = pytest.mark.server


def run(database: Connection, script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            database.execute(statement)


def audited(conninfo: str) -> Report:
    with open_session(conninfo, command="test") as session:
        snapshot = collect(session)
    return analyse(snapshot, Options(), open_shadow, "live")


def of_rule(report: Report, rule: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == rule]


def expected_rows(database: Connection, sql: str) -> float:
    row = database.execute(f"explain (format json) {sql}").fetchone()
    assert row is not None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return float(plan[0]["Plan"]["Plan Rows"])


CORRELATED = """
create table places (id int primary key, city int, zip int, mood int, note text);
insert into places select i, i % 200, (i % 200) * 7, (i / 200) % 40, 'x' from generate_series(1, 60000) i;
create table lines (id int primary key, order_id int, what text);
insert into lines select i, i / 5, 'x' from generate_series(1, 60000) i;
vacuum analyze places;
vacuum analyze lines
"""


def test_correlated_columns_are_found_and_cured(database: Connection, conninfo: str) -> None:
    run(database, CORRELATED)
    database.execute("select pg_stat_statements_reset()")
    for number in range(10):
        database.execute("select note from places where city = %s and zip = %s", (number, number * 7))
        database.execute("select note from places where city = %s and mood = %s", (number, number))
    database.execute("select city, zip, count(*) from places group by city, zip")
    database.execute("select mood, zip, count(*) from places group by mood, zip")
    found = {
        (dict(one.evidence)["columns"], dict(one.evidence)["kinds"]): one
        for one in of_rule(audited(conninfo), "missing-extended-statistics")
    }
    assert set(found) == {(("city", "zip"), "dependencies, ndistinct")}
    assert len(found[("city", "zip"), "dependencies, ndistinct"].statements) == 2
    asked = "select note from places where city = 3 and zip = 21"
    assert expected_rows(database, asked) < 10
    for change in found[("city", "zip"), "dependencies, ndistinct"].changes:
        database.execute(change.sql)
    assert 200 < expected_rows(database, asked) < 450
    assert expected_rows(database, "select city, zip, count(*) from places group by city, zip") == 200
    assert of_rule(audited(conninfo), "missing-extended-statistics") == []
    undo = found[("city", "zip"), "dependencies, ndistinct"].changes[0].undo_sql
    assert undo is not None
    database.execute(undo)


def test_distinct_values_sampled_wrong_are_found_and_cured(database: Connection, conninfo: str) -> None:
    run(database, CORRELATED)
    run(database, "alter table lines alter order_id set (n_distinct = 300);\nanalyze lines")  # as a sample by pages may say
    database.execute("select pg_stat_statements_reset()")
    for number in range(1, 121):
        database.execute("select what from lines where order_id = %s", (number * 50,))
    (finding,) = of_rule(audited(conninfo), "missing-extended-statistics")
    asked = "select what from lines where order_id = 777"
    assert expected_rows(database, asked) >= 150
    for change in finding.changes:
        database.execute(change.sql)
    assert expected_rows(database, asked) <= 8


def test_no_index_is_advised_on_a_table_that_was_never_analysed(database: Connection, conninfo: str) -> None:
    run(database, "create table fresh (id int, owner int, what text) with (autovacuum_enabled = off);\n")
    run(database, "insert into fresh select i, i % 20000, 'w' || i from generate_series(1, 80000) i;\n")
    database.execute("alter table fresh add primary key (id)")
    database.execute("select pg_stat_statements_reset()")
    for number in range(20):
        database.execute("select what from fresh where owner = %s", (number,))
        database.execute("select what from fresh where id = %s", (number,))
    run(database, flushed(database))
    report = audited(conninfo)
    assert of_rule(report, "missing-index") == []
    (stale,) = of_rule(report, "stale-statistics")
    assert stale.severity.value == "high"
    (verdict,) = (one for one in report.verdicts if "owner =" in one.query)
    assert verdict.verdict == "not-analysed"
    assert "ANALYZE public.fresh" in verdict.reason
    (served,) = (one for one in report.verdicts if re.search(r"\bid =", one.query))
    assert served.verdict == "already-served"
    for change in stale.changes:
        database.execute(change.sql)
    assert [
        change.index.columns for f in of_rule(audited(conninfo), "missing-index") for change in f.changes if change.index
    ] == [("owner",)]


def flushed(database: Connection) -> str:
    """Sessions hand in their counters late; since 15 they can be made to."""
    return "select pg_stat_force_next_flush();\nselect 1" if database.info.server_version >= 150000 else "select pg_sleep(1)"
