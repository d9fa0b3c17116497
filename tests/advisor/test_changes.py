"""UPDATE, DELETE and the like are planned for their WHERE: advised, built, and then served, on a real server."""

import pytest

from tests.advisor.test_server import audit, created
from tests.conftest import Connection

pytestmark = pytest.mark.server

SCHEMA = """
create table jobs (id int primary key, owner int, batch int, day int, state text);
create table staged (id int primary key, ref int, what text);
create table archive (id int, owner int);
insert into jobs select i, i % 9000, (i * 7) % 9000, (i * 11) % 9000, 'new' from generate_series(1, 90000) i;
insert into staged select i, (i * 13) % 9000, 'x' from generate_series(1, 90000) i;
vacuum analyze jobs;
vacuum analyze staged;
vacuum analyze archive
"""
CHANGES = {
    "update": ("update jobs set state = 'done' where owner = {}", ("jobs", "owner")),
    "delete": ("delete from jobs where batch = {}", ("jobs", "batch")),
    "insert from select": ("insert into archive select id, owner from jobs where day = {}", ("jobs", "day")),
    "cte": (
        "with gone as (delete from staged where ref = {} returning id) insert into archive select id, 1 from gone",
        ("staged", "ref"),
    ),
}
MERGE = "merge into jobs j using (select {}::int as owner) s on j.owner = s.owner when matched then update set state = 'merged'"


@pytest.mark.parametrize("name", [*CHANGES, "merge"])
def test_a_change_gets_the_index_its_where_asks_for(database: Connection, conninfo: str, name: str) -> None:
    if name == "merge" and database.info.server_version < 150000:
        pytest.skip("MERGE came with 15")
    sql, (table, column) = CHANGES.get(name, (MERGE, ("jobs", "owner")))
    for statement in SCHEMA.split(";\n"):
        database.execute(statement)
    database.execute("select pg_stat_statements_reset()")
    for number in range(1, 9):
        database.execute(sql.format(number))
    advice = audit(conninfo)
    (create,) = created(advice)
    assert f"public.{table} " in create and f"({column})" in create
    (verdict,) = (one for one in advice.verdicts if one.query.lower().startswith(sql[:9]))
    assert verdict.verdict == "improved"
    database.execute(create)
    plan = "\n".join(str(row[0]) for row in database.execute(f"explain {sql.format(77)}").fetchall())
    assert f"{table}_{column}" in plan
    assert created(audit(conninfo)) == []
