"""Deletes whose time goes into the checks of foreign keys, on a real server."""

from dataclasses import replace

import pytest

from pgadvisor.advisor import advise
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.foreign_keys import ForeignKeys, is_check_of
from pgadvisor.parse.workload import understand
from pgadvisor.whatif.shadow import open_shadow
from tests.catalog import make_lookup, make_statement
from tests.conftest import Connection

SCHEMA = """
create table owners (id int primary key, code int unique, name text);
create table pets (id int primary key, owner_id int references owners {action}, name text);
insert into owners select i, i, 'owner ' || i from generate_series(1, 4000) i;
insert into pets select i, 101 + i % 3900, 'pet ' || i from generate_series(1, 120000) i;
"""


def prepare(database: Connection, action: str = "", track: str = "top") -> None:
    for statement in (*SCHEMA.format(action=action).split(";")[:-1], "vacuum analyze owners", "vacuum analyze pets"):
        database.execute(statement)
    database.execute(f"set pg_stat_statements.track = '{track}'")
    database.execute("select pg_stat_statements_reset()")


def audit(conninfo: str, options: Options | None = None) -> Advice:
    with open_session(conninfo, command="test") as session:
        lookup = Lookup(collect(session))
    workload = understand(lookup)
    tables = {table for query in workload.queries for table in query.tables} | ForeignKeys(lookup).tables(workload.queries)
    with open_shadow(lookup, sorted(tables)) as planner:
        return advise(lookup, workload, planner, options or Options())


def created(advice: Advice) -> dict[str, tuple[str, ...]]:
    found = [change.index for one in advice.findings for change in one.changes if change.action == "create_index"]
    return {index.table.name: index.columns for index in found if index is not None}


def blocks_of_a_delete(database: Connection) -> float:
    row = database.execute(
        "select (shared_blks_hit + shared_blks_read) / calls from pg_stat_statements"
        " where query ilike 'delete from owners%' and toplevel"
        if database.info.server_version >= 140000
        else "select (shared_blks_hit + shared_blks_read) / calls from pg_stat_statements where query ilike 'delete from owners%'"
    ).fetchone()
    assert row is not None
    return float(row[0])


@pytest.mark.server
@pytest.mark.parametrize("action", ["", "on delete cascade", "on delete set null"])
def test_a_delete_gets_the_index_its_foreign_key_searches_by(database: Connection, conninfo: str, action: str) -> None:
    prepare(database, action)
    for owner in range(1, 31):
        database.execute("delete from owners where id = %s", (owner,))
    before = blocks_of_a_delete(database)
    advice = audit(conninfo)
    assert created(advice) == {"pets": ("owner_id",)}
    (finding,) = (one for one in advice.findings if one.rule == "missing-index")
    (effect,) = finding.statements
    assert effect.query.lower().startswith("delete from owners")
    assert effect.calls == 30
    assert effect.saving_ms is not None
    assert effect.saving_ms > 0.8 * effect.total_ms
    assert "foreign key pets_owner_id_fkey" in finding.message
    (verdict,) = (one for one in advice.verdicts if one.query.lower().startswith("delete from owners"))
    assert verdict.verdict == "improved"
    assert "foreign key" in verdict.reason
    assert verdict.total_ms >= effect.total_ms
    database.execute(finding.changes[0].sql)
    database.execute("select pg_stat_statements_reset()")
    for owner in range(31, 61):
        database.execute("delete from owners where id = %s", (owner,))
    assert blocks_of_a_delete(database) < before / 20


@pytest.mark.server
def test_a_foreign_key_s_index_that_the_budget_has_no_room_for_is_told(database: Connection, conninfo: str) -> None:
    prepare(database)
    for owner in range(1, 31):
        database.execute("delete from owners where id = %s", (owner,))
    advice = audit(conninfo, Options(budget_bytes=8192))
    assert created(advice) == {}
    (verdict,) = (one for one in advice.verdicts if one.query.lower().startswith("delete from owners"))
    assert verdict.verdict == "over-budget"
    assert "foreign key pets_owner_id_fkey" in verdict.reason
    assert "on public.pets (owner_id) would save" in verdict.reason


@pytest.mark.server
def test_checks_that_the_server_recorded_do_not_count_twice(database: Connection, conninfo: str) -> None:
    prepare(database, track="all")
    for owner in range(1, 31):
        database.execute("delete from owners where id = %s", (owner,))
    advice = audit(conninfo)
    assert created(advice) == {"pets": ("owner_id",)}
    (finding,) = (one for one in advice.findings if one.rule == "missing-index")
    (effect,) = finding.statements
    assert "for key share" in effect.query.lower()
    recorded = sum(one.total_ms for one in advice.verdicts if "for key share" in one.query.lower())
    assert advice.saving_ms <= recorded


@pytest.mark.server
def test_a_key_set_to_what_it_was_and_reads_ask_for_nothing(database: Connection, conninfo: str) -> None:
    prepare(database)
    for owner in range(200, 400):
        database.execute("update owners set id = %s, code = %s, name = 'x' where id = %s", (owner, owner, owner))
        database.execute("select name from owners where id = %s", (owner,))
    assert created(audit(conninfo)) == {}


@pytest.mark.server
def test_a_key_that_changes_is_searched_for(database: Connection, conninfo: str) -> None:
    prepare(database)
    for owner in range(1, 31):
        database.execute("update owners set id = %s where id = %s", (owner + 10_000, owner))
    assert created(audit(conninfo)) == {"pets": ("owner_id",)}


DDL = """create table p (a int, b int, primary key (a, b));
create table c (id int primary key, a int, b int, foreign key (a, b) references p on delete cascade on update no action);
create table d (id int primary key, a int, b int, foreign key (a, b) references p)"""


def test_checks_are_written_as_postgresql_writes_them() -> None:
    sent = ("delete from p where a = $1", "update p set b = $1 where a = $2", "select * from p where a = $1")
    statements = [make_statement(text, queryid=number) for number, text in enumerate(sent, 1)]
    lookup = make_lookup(DDL, rows={"p": 1000, "c": 1000, "d": 1000}, statements=statements)
    queries = {query.queryid: query for query in understand(lookup).queries}
    foreign_keys = ForeignKeys(lookup)
    texts = {number: [check.query.sql for check in foreign_keys.checks(query)] for number, query in queries.items()}
    wanted = "$1 OPERATOR(pg_catalog.=) a AND $2 OPERATOR(pg_catalog.=) b"
    assert texts == {
        1: [f"DELETE FROM ONLY public.c WHERE {wanted}", f"SELECT 1 FROM ONLY public.d x WHERE {wanted} FOR KEY SHARE OF x"],
        2: [f"SELECT 1 FROM ONLY public.{table} x WHERE {wanted} FOR KEY SHARE OF x" for table in "cd"],
        3: [],
    }


def test_a_recorded_check_is_known_for_what_it_is() -> None:
    equal = "OPERATOR(pg_catalog.=)"
    text = f'SELECT $2 FROM ONLY "public"."d" x WHERE $1 {equal} "a" AND $3 {equal} "b" FOR KEY SHARE OF x'
    lookup = make_lookup(DDL, rows={"d": 1000}, statements=[make_statement(text, queryid=1)])
    (query,) = understand(lookup).queries
    keys = {one.table.name: one for one in lookup.snapshot.constraints if one.kind == "f"}
    assert is_check_of(query, keys["d"])
    assert not is_check_of(query, keys["c"])
    assert not is_check_of(replace(query, sql=text.replace("OPERATOR(pg_catalog.=)", "=")), keys["d"])
