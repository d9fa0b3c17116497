"""The whole way on real servers: an application's load, read, understood and judged."""

from typing import Any

import psycopg
import pytest

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.workload import understand
from pgadvisor.rules import run_rules, settle
from tests.rules.making import drops, evidence

pytestmark = pytest.mark.server
Connection = psycopg.Connection[tuple[Any, ...]]

SCHEMA = """
create table members (id bigint primary key, email text not null unique, name text);
create table purchases (id bigint primary key, member_id bigint not null references members, bought_at timestamptz not null);
create table lines (id bigint primary key, purchase_id bigint not null references purchases on delete cascade, quantity integer);
create table sessions (id bigint primary key, member_id bigint not null references members);
create table wishes (id bigint primary key, wished_by text not null);
create table stocks (id bigint primary key, place text);
insert into members select i, 'user' || i || '@shop.example', 'Name ' || i from generate_series(1, 5000) i;
insert into purchases select i, 1 + (i * 31) % 5000, now() - i * interval '1 hour' from generate_series(1, 12000) i;
insert into lines select i, 1 + i % 12000, i % 9 from generate_series(1, 30000) i;
insert into sessions select i, 1 + i % 5000 from generate_series(1, 3000) i;
insert into wishes select i, 'user' || 1 + (i * 7) % 5000 || '@shop.example' from generate_series(1, 9000) i;
insert into stocks select i, 'place ' || i from generate_series(1, 3000) i;
create index purchases_bought_at on purchases (bought_at, id);
create index purchases_bought_at_alone on purchases (bought_at desc);
create index members_email_copy on members (email);
create index lines_idle on lines (quantity);
"""
PAGES, ROWS = 12, 40


def members_of_a_page(db: Connection) -> None:
    """A list whose rows load their member and their lines one by one."""
    for page in range(PAGES):
        rows = db.execute(
            "SELECT id, member_id, bought_at FROM purchases WHERE id > %s ORDER BY bought_at DESC, id DESC LIMIT %s", (page, ROWS)
        )
        for purchase, member, _ in rows.fetchall():
            db.execute("SELECT id, email, name FROM members WHERE id = %s", (member,)).fetchall()
            db.execute("SELECT id, quantity FROM lines WHERE purchase_id = %s", (purchase,)).fetchall()


def wishes_by_email(db: Connection) -> None:
    """The same without a foreign key: the member by a key that only its values give away."""
    for page in range(10):
        rows = db.execute("SELECT id, wished_by FROM wishes WHERE id > %s ORDER BY id LIMIT %s", (page * 30, 25))
        for _, email in rows.fetchall():
            db.execute("SELECT name FROM members WHERE email = %s", (email,)).fetchall()


def requests(db: Connection, times: int = 150) -> None:
    """What runs once a request: a session and its member, a login, unrelated lookups, all equally often."""
    for number in range(1, times + 1):
        rows = db.execute("SELECT id, member_id FROM sessions WHERE id = %s", (number,)).fetchall()
        db.execute("SELECT name, email FROM members WHERE id = %s LIMIT 1", (rows[0][1],)).fetchall()
        db.execute("SELECT id FROM members WHERE email = %s", (f"user{number}@shop.example",)).fetchall()
        db.execute("SELECT place FROM stocks WHERE id = %s", (number,)).fetchall()
        db.execute("SELECT bought_at FROM purchases WHERE id = %s", (number,)).fetchall()


def judged(database: Connection, conninfo: str) -> tuple[Finding, ...]:
    database.execute("vacuum analyze")
    with open_session(conninfo, command="test") as session:
        lookup = Lookup(collect(session))
    return settle(run_rules(lookup, understand(lookup), Options()), Advice((), ()))


@pytest.fixture
def shop(database: Connection) -> Connection:
    database.execute(SCHEMA)
    database.execute("vacuum analyze")
    database.execute("select pg_stat_statements_reset()")
    return database


def test_the_pairs_are_found_to_the_row_and_coincidences_are_not(shop: Connection, conninfo: str) -> None:
    members_of_a_page(shop)
    wishes_by_email(shop)
    requests(shop)
    pairs = {
        (str(evidence(f)["child_table"]), evidence(f)["child_columns"]): f
        for f in judged(shop, conninfo)
        if f.rule == "n-plus-one"
    }
    assert set(pairs) == {("public.members", ("id",)), ("public.lines", ("purchase_id",)), ("public.members", ("email",))}
    for table, column in (("members", "id"), ("lines", "purchase_id")):
        facts = evidence(pairs[f"public.{table}", (column,)])
        assert (facts["child_calls"], facts["parent_rows"], facts["ratio"]) == (PAGES * ROWS, PAGES * ROWS, 1.0)
        assert facts["round_trips"] == PAGES * ROWS - PAGES
        assert facts["parent_table"] == "public.purchases"
        assert pairs[f"public.{table}", (column,)].confidence is Level.HIGH
        shop.execute(f"explain {facts['batched_sql']}".replace("$1", "'{1,2}'"))
    by_value = pairs["public.members", ("email",)]
    assert (evidence(by_value)["parent_columns"], evidence(by_value)["foreign_key"]) == (("wished_by",), None)
    assert by_value.confidence is Level.LOW
    assert "@shop.example" not in repr(tuple(pairs.values()))


def test_requests_alone_are_no_loop(shop: Connection, conninfo: str) -> None:
    requests(shop)
    assert [finding for finding in judged(shop, conninfo) if finding.rule == "n-plus-one"] == []


def test_drops_run_and_their_undo_brings_the_index_back(shop: Connection, conninfo: str) -> None:
    shop.execute(
        "create index lines_odd on lines (lower(quantity::text) desc) include (purchase_id) with (fillfactor = 70) where id > 5"
    )
    shop.execute("delete from purchases where id <= 20")
    found = judged(shop, conninfo)
    assert {"members_email_copy", "purchases_bought_at_alone", "lines_idle", "lines_odd"} <= drops(found)
    assert not drops(found) & {"purchases_bought_at", "members_email_key", "members_pkey"}
    assert next(f for f in found if "members_email_copy" in drops((f,))).rule == "duplicate-index"
    assert next(f for f in found if "purchases_bought_at_alone" in drops((f,))).rule == "redundant-index"
    for change in (change for finding in found for change in finding.changes):
        before = definitions(shop)
        shop.execute(change.sql)
        if change.undo_sql:
            assert definitions(shop) != before
            shop.execute(change.undo_sql)
            assert definitions(shop) == before


def test_deletes_of_the_referenced_table_ask_for_an_index(shop: Connection, conninfo: str) -> None:
    shop.execute("delete from purchases where id <= 20")
    keys = {evidence(f)["foreign_key"]: f for f in judged(shop, conninfo) if f.rule == "unindexed-foreign-key"}
    assert set(keys) == {"lines_purchase_id_fkey", "purchases_member_id_fkey"}  # sessions is small
    assert [change.action for change in keys["lines_purchase_id_fkey"].changes] == ["create_index"]
    assert keys["purchases_member_id_fkey"].changes == ()


def test_an_invalid_index_is_dropped_when_its_work_is_done(shop: Connection, conninfo: str) -> None:
    shop.execute("create index lines_ccnew on lines (purchase_id)")
    shop.execute("update pg_index set indisvalid = false where indexrelid = 'lines_ccnew'::regclass")
    (finding,) = (f for f in judged(shop, conninfo) if f.rule == "invalid-index")
    assert drops((finding,)) == {"lines_ccnew"}


def definitions(db: Connection) -> list[tuple[Any, ...]]:
    return db.execute("select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1").fetchall()
