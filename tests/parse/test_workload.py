"""Rows of pg_stat_statements put together, names resolved by each role's search_path."""

from pgadvisor.model.names import Name
from pgadvisor.model.server import SearchPath
from pgadvisor.model.statement import Statement
from pgadvisor.model.workload import Workload
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement
from tests.parse.schema import SCHEMA

TENANTS = """
create table one.orders (id bigint primary key, status text);
create table two.orders (id bigint primary key, status text);
create table two.notes (id bigint primary key);
create table public.users (id bigint primary key);
"""
PATHS = [SearchPath(10, "one", ("one", "public")), SearchPath(11, "two", ("two", "public")), SearchPath(12, "none", ("public",))]


def read(*statements: Statement | str, ddl: str = SCHEMA) -> Workload:
    return understand(make_lookup(ddl, statements=statements, search_paths=PATHS if ddl is TENANTS else ()))


def test_users_and_levels_become_one_query() -> None:
    workload = read(
        make_statement("select id from users where id = $1", queryid=1, calls=10, total_ms=5.0, rows=10, user_oid=10),
        make_statement("SELECT id FROM users WHERE id = $1", queryid=2, calls=20, total_ms=50.0, rows=20, user_oid=11),
        make_statement("select id from users where id = $1", queryid=1, calls=5, total_ms=1.0, rows=5, toplevel=False),
    )
    (query,) = workload.queries
    assert (query.queryid, query.counters.calls, query.counters.rows, query.counters.total_ms) == (2, 35, 35, 56.0)
    assert query.sql.startswith("SELECT") and len(query.statements) == 3 and query.toplevel


def test_a_statement_only_called_by_functions_is_marked() -> None:
    (query,) = read(make_statement("select id from users where id = $1", toplevel=False)).queries
    assert not query.toplevel


def test_different_statements_stay_apart() -> None:
    workload = read(
        "select id from users where id = $1", "select id from users where org_id = $1", "select name from users where id = $1"
    )
    assert len(workload.queries) == 3


def test_forms_that_ask_differently_stay_apart() -> None:
    texts = [
        "select id from users where id = $1",
        "select id from users where id in ($1, $2)",
        "select id from users where id = any($1)",
        "select id from users where id <> all($1)",
        "select id from users limit $1",
        "select id from users offset $1",
        "select id from users limit $1 offset $2",
        "select id from users where id in ($1, $2) and org_id = $3",
        "select id from users where id = $1 and org_id in ($2, $3)",
    ]
    queries = read(*texts).queries
    assert [query.sql for query in queries] == texts
    assert len({query.fingerprint for query in queries}) == len(texts)


def test_lists_of_any_length_are_one_statement() -> None:
    (query,) = read("select id from users where id in ($1, $2)", "select id from users where id in ($1, $2, $3)").queries
    assert query.counters.calls == 200


def test_named_statements_of_a_file_stay_apart_by_name_and_constants() -> None:
    def written(text: str, label: str | None) -> Statement:
        return make_statement(text, user_oid=0, label=label)

    same = "select id from orders where status = 'a'"
    other = "select id from orders where status = 'b'"
    assert len(read(written(same, "x"), written(same, "y")).queries) == 2
    assert len(read(written(same, None), written(other, None)).queries) == 2
    assert len(read(written(same, None), written(same, None)).queries) == 1
    kept = [f"select id from users where active = {value}" for value in ("true", "false")]
    assert len(read(*(written(text, None) for text in kept)).queries) == 2


def test_each_role_has_its_own_tables() -> None:
    text = "select id from orders where status = $1"
    workload = read(make_statement(text, user_oid=10), make_statement(text, user_oid=11), ddl=TENANTS)
    assert {query.tables for query in workload.queries} == {(Name("one", "orders"),), (Name("two", "orders"),)}
    assert {query.search_path for query in workload.queries} == {("one", "public"), ("two", "public")}


def test_a_name_in_several_schemas_outside_the_path_is_refused() -> None:
    (unread,) = read(make_statement("select id from orders", user_oid=12), ddl=TENANTS).unread
    assert unread.reason == "ambiguous name: orders is in the schemas one, two, none of them in the role's search_path"


def test_a_name_that_only_one_schema_has_is_found_and_the_path_extended() -> None:
    (query,) = read(make_statement("select id from notes", user_oid=12), ddl=TENANTS).queries
    assert query.tables == (Name("two", "notes"),) and query.search_path == ("public", "two")


def test_an_unknown_role_has_the_default_path() -> None:
    (query,) = read(make_statement("select id from users", user_oid=99), ddl=TENANTS).queries
    assert query.search_path == ("public",)


def test_texts_that_the_server_did_not_give() -> None:
    workload = read(make_statement(None), make_statement("<insufficient privilege>"), make_statement("  "))
    reasons = [unread.reason for unread in workload.unread]
    assert reasons[0].startswith("the server gave no text") and reasons[1].startswith("insufficient privilege")
    assert reasons[2] == "the text is empty" and workload.queries == ()


def test_nothing_of_the_literals_is_in_what_is_printed() -> None:
    workload = read(
        "select id from users where email = 'jane@x.org'", "alter role jane password 'geheim'", "copy (select 'geheim') to stdout"
    )
    printed = [query.normalised for query in workload.queries] + [str(unread.normalised) for unread in workload.unread]
    assert printed == ["select id from users where email = $1", "ALTER [redacted]", "COPY [redacted]"]
    assert not any("geheim" in unread.reason for unread in workload.unread)


def test_a_reason_is_one_line_whatever_the_names() -> None:
    (unread,) = read('select * from "no\nsuch\x1b[31m table"').unread
    assert unread.reason.isprintable() and "table" in unread.reason


def test_a_view_without_a_definition_and_views_in_a_circle() -> None:
    lookup = make_lookup(
        "create view a as select * from public.b; create view b as select * from public.a; create table t (id int)",
        statements=["select * from a"],
    )
    (unread,) = understand(lookup).unread
    assert "views" in unread.reason


def test_tables_whose_columns_are_not_known() -> None:
    lookup = make_lookup(
        "create table t (); create table u (id int, x int)", statements=["select * from t, u where t.a = $1 and x = t.b"]
    )
    (query,) = understand(lookup).queries
    assert [(p.key.relation, p.key.column, p.operator) for p in query.predicates] == [(0, "a", "="), (1, "x", "="), (0, "b", "=")]


def test_parameters_functions_and_comments() -> None:
    (query,) = read("select lower(name), f($7) from users /* route='/x',id='$9' */ where id = $3 -- $4").queries
    assert query.parameters == (3, 7) and query.functions == ("lower", "f")
    assert query.normalised == "select lower(name), f($7) from users where id = $3"
