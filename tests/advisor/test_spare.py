"""Existing indexes that others make spare, and columns that are converted, on a real server."""

from pgadvisor.model.report import Advice
from tests.advisor.test_server import audit
from tests.conftest import Connection

SCHEMA = """
create table carts (id bigint primary key, user_id int not null, done_at timestamptz, note text, kind char(1) not null,
                    part bigint not null);
insert into carts select i, i % 9000, case when i % 2 = 0 then timestamptz '2026-01-01' + i * interval '1 min' end,
  'note ' || i, case when i % 3 = 0 then 'N' else 'W' end, i from generate_series(1, 60000) i;
create index carts_done_at_idx on carts (done_at);
create index carts_kind_part_idx on carts (kind, part);
create unique index carts_user_id_id_idx on carts (user_id, id);
create index carts_user_id_idx on carts (user_id, note);
create index carts_part_idx on carts (part);
"""
LOOK_UPS = "select note from carts where part = 777"
OPEN_CART = "select * from carts where user_id = 42 and done_at is null and note = 'x'"
OF_USER = "select id from carts where user_id = 77"
JOINED = "select c.id from carts c join (values ('N'::text, 999), ('W'::text, 5000)) v (kind, part) on c.kind = v.kind"


def _advice(database: Connection, conninfo: str, *statements: str, before: str = "") -> Advice:
    database.execute(SCHEMA + before)
    database.execute("vacuum analyze")
    database.execute("select pg_stat_statements_reset(), pg_stat_reset()")
    for sql in statements:
        for _ in range(5):
            database.execute(sql)
    database.execute("select pg_stat_force_next_flush()" if database.info.server_version >= 150000 else "select 1")
    return audit(conninfo)


def _dropped(advice: Advice) -> set[str | None]:
    found = [finding for finding in advice.findings if finding.rule == "redundant-index"]
    return {change.name for finding in found for change in finding.changes if change.action == "drop_index"}


def test_an_index_whose_readers_have_a_better_one_can_go(database: Connection, conninfo: str) -> None:
    sql = "select * from carts where done_at is null and part between 5 and 8"
    assert _dropped(_advice(database, conninfo, sql, before="drop index carts_part_idx")) <= {"carts_done_at_idx"}


def test_an_index_that_serves_as_no_other_does_stays(database: Connection, conninfo: str) -> None:
    assert "carts_part_idx" not in _dropped(_advice(database, conninfo, LOOK_UPS, OF_USER, OPEN_CART))


def test_scans_that_no_statement_explains_keep_an_index(database: Connection, conninfo: str) -> None:
    database.execute(SCHEMA)
    database.execute("vacuum analyze")
    for _ in range(30):
        database.execute(OF_USER)
    database.execute("select pg_stat_statements_reset()")
    database.execute(OF_USER)
    assert not _dropped(audit(conninfo))


def test_a_column_that_is_converted_is_named(database: Connection, conninfo: str) -> None:
    found = [finding for finding in _advice(database, conninfo, JOINED).findings if finding.rule == "implicit-cast"]
    assert [dict(finding.evidence)["column"] for finding in found] == ["kind"]


def test_a_varchar_is_not_converted(database: Connection, conninfo: str) -> None:
    change = "alter table carts alter kind type varchar(1)"
    assert not [one for one in _advice(database, conninfo, JOINED, before=change).findings if one.rule == "implicit-cast"]
