"""The server's own planner with HypoPG, where that extension is installed (Debian's packages have it)."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.errors import PlanError, PrerequisiteError
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.plan import ValuedStatement
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.hypopg import open_hypopg
from tests.conftest import Connection

_TABLE = Name("public", "orders")
_STATEMENT = ValuedStatement("SELECT * FROM orders WHERE customer_id = 42", ("public",))
_INDEX = Index(_TABLE, (IndexKey("customer_id"),))


@pytest.fixture
def shop(database: Connection, conninfo: str) -> Iterator[Lookup]:
    try:
        database.execute("create extension hypopg")
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile):
        pytest.skip("HypoPG is not installed for this server")
    database.execute("create table orders (id int, customer_id int, note text)")
    database.execute("insert into orders select i, i % 5000, repeat('x', 50) from generate_series(1, 50000) i")
    database.execute("analyze")
    with open_session(conninfo, command="test") as session:
        yield Lookup(collect(session))


def test_a_superuser_is_refused(shop: Lookup, conninfo: str) -> None:
    with pytest.raises(PrerequisiteError), open_hypopg(shop, (_TABLE,), conninfo=conninfo):
        pass


def test_it_plans_and_forgets(shop: Lookup, conninfo: str, database: Connection) -> None:
    with open_hypopg(shop, (_TABLE,), conninfo=conninfo, force=True) as planner:
        before, after = planner.plan(_STATEMENT), planner.plan(_STATEMENT, (_INDEX,))
        assert after.used == {_INDEX}
        assert after.total_cost < before.total_cost / 10
        assert planner.plan(_STATEMENT).total_cost == before.total_cost, "a hypothetical index was left behind"
        assert planner.size_bytes(_INDEX) > 8192
        gin = Index(_TABLE, (IndexKey(expression="to_tsvector('simple'::regconfig, note)"),), "gin")
        assert not planner.plan(_STATEMENT, (gin,)).used
        assert len(planner.skipped) == 1


def test_an_index_that_is_there_is_hidden_where_hypopg_can(shop: Lookup, conninfo: str, database: Connection) -> None:
    database.execute("create index there on orders (customer_id)")
    with open_session(conninfo, command="test") as session:
        lookup = Lookup(collect(session))
    there = Name("public", "there")
    with open_hypopg(lookup, (_TABLE,), conninfo=conninfo, force=True) as planner:
        assert planner.plan(_STATEMENT).used_existing == {there}
        hidden = there not in planner.plan(_STATEMENT, hidden=(there,)).used_existing
        assert hidden or [one.what for one in planner.skipped] == ["hiding existing indexes"]
        assert planner.plan(_STATEMENT).used_existing == {there}


def test_a_partial_index_has_the_size_of_its_rows(shop: Lookup, conninfo: str) -> None:
    with open_hypopg(shop, (_TABLE,), conninfo=conninfo, force=True) as planner:
        whole, part = planner.size_bytes(_INDEX), planner.size_bytes(replace(_INDEX, where="id <= 5000"))
        assert 0.05 * whole < part < 0.3 * whole


def test_an_index_that_cannot_be_made_does_not_hide_the_others(shop: Lookup, conninfo: str) -> None:
    impossible = Index(_TABLE, (IndexKey("no_such_column"),))
    with open_hypopg(shop, (_TABLE,), conninfo=conninfo, force=True) as planner:
        assert planner.plan(_STATEMENT, (impossible, _INDEX)).used == {_INDEX}
        assert [one.what for one in planner.skipped] == ["index btree on public.orders"]


def test_a_plan_that_cannot_be_printed_with_its_output_is_still_a_plan(shop: Lookup, conninfo: str) -> None:
    """EXPLAIN VERBOSE ends in "invalid attnum" where an index-only scan below a join gives an expression."""
    index = Index(_TABLE, (IndexKey("id"), IndexKey(expression='pg_catalog."substring"(note, 1, 2)')), include=("note",))
    prefixes = """SELECT substring(note from 1 for 2) AS prefix, id FROM orders o WHERE id > 49900
        AND substring(note from 1 for 2) = 'ab' AND NOT EXISTS (SELECT FROM orders WHERE customer_id = o.id)"""
    sql = f"SELECT prefix, sum(id) FROM ({prefixes}) AS x GROUP BY prefix"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("vacuum orders")
        connection.execute("select hypopg_create_index(%s)", [index.sql("x").replace("INDEX x", "INDEX")])
        with pytest.raises(psycopg.errors.InternalError, match="attnum"):
            connection.execute(f"explain verbose {sql}")
    with open_hypopg(shop, (_TABLE,), conninfo=conninfo, force=True) as planner:
        plan = planner.plan(ValuedStatement(sql, ("public",)), (index,))
        assert plan.used == {index}
        assert {node.relation for node in plan.root.walk() if node.relation is not None} == {_TABLE}


def test_it_writes_nothing_and_takes_one_statement(shop: Lookup, conninfo: str, database: Connection) -> None:
    with open_hypopg(shop, (_TABLE,), conninfo=conninfo, force=True) as planner:
        with pytest.raises(PlanError):
            planner.plan(ValuedStatement("SELECT 1; DROP TABLE orders", ("public",)))
        planner.plan(ValuedStatement("DELETE FROM orders", ("public",)))
    assert database.execute("select count(*) from orders").fetchone() == (50000,)


def test_without_the_extension(database: Connection, conninfo: str) -> None:
    with open_session(conninfo, command="test") as session:
        lookup = Lookup(collect(session))
    with pytest.raises(PrerequisiteError), open_hypopg(lookup, (), conninfo=conninfo, force=True):
        pass
