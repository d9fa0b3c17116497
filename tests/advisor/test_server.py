"""The whole advice on a real server, and what it says really built."""

from collections.abc import Sequence

import pytest

from pgadvisor.advisor import advise
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.finding import Verdict
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.workload import understand
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection

SCHEMA = """
create table customers (id bigint primary key, email text not null, country text not null);
create table orders (id bigint primary key, customer_id bigint not null, status text not null, total numeric not null,
                     created_at timestamptz not null);
create table tiny (id int primary key, label text);
insert into customers select i, 'user' || i || '@example.org', case when i % 50 = 0 then 'NL' else 'US' end
  from generate_series(1, 20000) i;
insert into orders select i, (i * 7919) % 20000 + 1, case when i % 500 = 0 then 'open' else 'done' end, i % 150,
  timestamptz '2026-01-01' + i * interval '1 minute' from generate_series(1, 60000) i;
insert into tiny select i, 'x' || i from generate_series(1, 20) i;
"""
STATEMENTS = {
    "customer": "select id, total from orders where customer_id = 4242 order by created_at desc limit 10",
    "email": "select id from customers where lower(email) = 'user77@example.org'",
    "key": "select * from customers where id = 12345",
    "tiny": "select * from tiny where label = 'x7'",
    "all": "select sum(total) from orders",
}


def prepare(database: Connection, statements: Sequence[str]) -> None:
    database.execute(SCHEMA)
    database.execute("vacuum analyze")
    database.execute("select pg_stat_statements_reset()")
    for sql in statements:
        for _ in range(5):
            database.execute(sql)


def audit(conninfo: str, options: Options | None = None) -> Advice:
    with open_session(conninfo, command="test") as session:
        lookup = Lookup(collect(session))
    workload = understand(lookup)
    tables = {table for query in workload.queries for table in query.tables}
    with open_shadow(lookup, tables) as planner:
        return advise(lookup, workload, planner, options or Options())


def verdict(advice: Advice, text: str) -> Verdict:
    return next(one for one in advice.verdicts if text in one.query)


def created(advice: Advice) -> list[str]:
    return sorted(change.sql for finding in advice.findings for change in finding.changes if change.action == "create_index")


@pytest.mark.server
def test_what_is_advised_is_used_when_it_is_built_and_not_advised_again(database: Connection, conninfo: str) -> None:
    prepare(database, list(STATEMENTS.values()))
    advice = audit(conninfo)
    sqls = created(advice)
    assert any("customer_id" in sql for sql in sqls) and any("lower(email)" in sql for sql in sqls)
    assert len(sqls) == 2
    assert verdict(advice, "customer_id =").verdict == "improved"
    assert verdict(advice, "from tiny").verdict == "too-small"
    assert verdict(advice, "sum(total)").verdict == "no-index-helps"
    assert verdict(advice, "from customers where id =").verdict == "already-served"
    for sql in sqls:
        database.execute(sql)
    database.execute("analyze")
    names = [change.name for finding in advice.findings for change in finding.changes]
    plans = "".join(str(database.execute(f"explain {STATEMENTS[label]}").fetchall()) for label in ("customer", "email"))
    assert all(name is not None and name in plans for name in names)
    again = audit(conninfo)
    assert created(again) == []
    assert verdict(again, "customer_id =").verdict == "already-served"


@pytest.mark.server
def test_the_budget_holds_and_two_runs_agree(database: Connection, conninfo: str) -> None:
    prepare(database, [STATEMENTS["customer"], STATEMENTS["email"]])
    whole = audit(conninfo)
    half = audit(conninfo, Options(budget_bytes=whole.new_index_bytes - 1))
    assert len(created(whole)) == 2
    assert len(created(half)) <= 1 and half.new_index_bytes < whole.new_index_bytes
    assert sorted(one.verdict for one in half.verdicts if "from orders" in one.query or "from customers" in one.query) == [
        "improved",
        "over-budget",
    ]
    assert created(audit(conninfo)) == created(whole)


@pytest.mark.server
def test_a_log_that_is_mostly_written_gets_no_index(database: Connection, conninfo: str) -> None:
    """Two reads that take milliseconds do not pay for an entry in each of many thousand inserts."""
    database.execute("create table log (id bigint primary key, actor int not null, what text not null)")
    database.execute("insert into log select i, i % 1000, 'x' from generate_series(1, 5000) i")
    database.execute("vacuum analyze")
    database.execute("select pg_stat_statements_reset()")
    for _ in range(10):
        database.execute("insert into log select i, i % 1000, 'x' from generate_series(10000, 29999) i")
        database.execute("delete from log where id >= 10000")
    database.execute("vacuum analyze log")
    database.execute("select what from log where actor = 7")
    advice = audit(conninfo)
    assert created(advice) == []
    assert verdict(advice, "actor = $1").verdict == "no-index-helps"


@pytest.mark.server
def test_a_wider_index_replaces_its_prefix(database: Connection, conninfo: str) -> None:
    prepare(database, [])
    database.execute("create index orders_total on orders (total)")
    database.execute("analyze orders")
    for _ in range(5):
        database.execute("select id from orders where total = 42 order by created_at desc limit 10")
    advice = audit(conninfo)
    changes = [(change.action, change.sql) for finding in advice.findings for change in finding.changes]
    assert ("drop_index", "DROP INDEX CONCURRENTLY public.orders_total") in changes
    assert any("(total, created_at" in sql for _, sql in changes)


@pytest.mark.server
def test_an_index_on_an_application_s_function_names_its_schema(database: Connection, conninfo: str) -> None:
    database.execute(SCHEMA)
    database.execute("create schema app")
    database.execute(
        "create function app.plain(t text) returns text language sql immutable strict as 'select translate(t, $$-$$, $$$$)'"
    )
    database.execute("vacuum analyze")
    database.execute("select pg_stat_statements_reset()")
    database.execute("set search_path = app, public")
    database.execute("alter role current_user in database " + database.info.dbname + " set search_path = app, public")
    for _ in range(5):
        database.execute("select id from customers where lower(plain(email)) = 'user77@example.org'")
    (sql,) = created(audit(conninfo))
    assert "lower(app.plain(email))" in sql
    database.execute("set search_path = ''")
    database.execute(sql)
    database.execute("analyze public.customers")
    plan = str(database.execute("explain select id from public.customers where lower(app.plain(email)) = 'x'").fetchall())
    assert "Index" in plan
