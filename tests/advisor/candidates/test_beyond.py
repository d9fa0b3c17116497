"""What the plan adds to a statement: never a value that only stood in for a parameter."""

from dataclasses import replace

from pgadvisor.advisor.candidates.beyond import beyond
from pgadvisor.advisor.words.resting import assumed_configuration, assumed_constants
from pgadvisor.model.arrays import write_array
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Vector
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statistics

LOOKUP = make_lookup(
    "create table things (id bigint primary key, facts jsonb, name text);",
    statements=("select id from things where facts ->> $1 = $2",),
)


def added(query: Query, key: str, lookup: Lookup = LOOKUP) -> list[str | None]:
    """The expressions that a plan with this key adds."""
    node = PlanNode(
        "Seq Scan", 0.0, 1.0, 1.0, 8, Name("public", "things"), "things", filter=f"((facts ->> '{key}'::text) = '5'::text)"
    )
    return [predicate.key.expression for predicate in beyond(query, lookup, Plan(node)).fresh]


def test_a_key_that_stands_in_is_left_out() -> None:
    (query,) = understand(LOOKUP).queries
    assert added(query, "a") == []


def test_a_key_that_the_log_has_is_taken() -> None:
    (query,) = understand(LOOKUP).queries
    seen = replace(query, vectors=(Vector(((1, "'kind'"), (2, "'5'")), 7),))
    assert added(seen, "kind") == ["facts ->> 'kind'"]
    assert added(seen, "a") == []


def test_a_key_that_is_the_only_one_to_fit_is_taken() -> None:
    documents = write_array(['{"kind": "5"}', '{"kind": "6"}'])
    facts = make_statistics("things", "facts", distinct=2.0, most_common_values=documents, most_common_frequencies=(0.5, 0.5))
    lookup = make_lookup(
        "create table things (id bigint primary key, facts jsonb, name text);",
        statistics=(facts,),
        statements=("select count(*) from things where facts ->> $1 = $2",),
    )
    (query,) = understand(lookup).queries
    assert added(query, "kind", lookup) == ["facts ->> 'kind'"]
    assert added(query, "a", lookup) == []


def test_a_text_search_configuration_is_assumed() -> None:
    lookup = make_lookup(
        "create table things (id bigint primary key, facts jsonb, name text);",
        statements=("select id from things where to_tsvector($1, name) @@ plainto_tsquery($2, $3)",),
    )
    (query,) = understand(lookup).queries
    condition = "(to_tsvector('english'::regconfig, things.name) @@ plainto_tsquery('english'::regconfig, 'a'::text))"
    node = PlanNode("Seq Scan", 0.0, 1.0, 1.0, 8, Name("public", "things"), "things", filter=condition)
    (fresh,) = beyond(query, lookup, Plan(node)).fresh
    assert fresh.key.expression == "to_tsvector('english', name)"
    index = Index(Name("public", "things"), (IndexKey(expression=fresh.key.expression),), "gin")
    assert assumed_configuration(index, query)
    assert not assumed_configuration(index, replace(query, sql=query.sql.replace("to_tsvector($1", "to_tsvector('english'")))


def test_constants_that_are_the_same_nearly_everywhere_are_assumed() -> None:
    lookup = make_lookup(
        "create table things (id bigint primary key, facts jsonb, name text, made_at timestamp);",
        statements=("select id from things where date_trunc($1, made_at) = $2 and left(name, $3) = $4",),
    )
    (query,) = understand(lookup).queries
    condition = (
        "((date_trunc('day'::text, things.made_at) = '2025-01-01 00:00:00'::timestamp without time zone) "
        "AND (\"left\"(things.name, 1) = 'a'::text))"
    )
    node = PlanNode("Seq Scan", 0.0, 1.0, 1.0, 8, Name("public", "things"), "things", filter=condition)
    assert [each.key.expression for each in beyond(query, lookup, Plan(node)).fresh] == ["date_trunc('day', made_at)"]
    index = Index(Name("public", "things"), (IndexKey(expression="date_trunc('day', made_at)"),))
    assert assumed_constants(index, query)
    assert not assumed_constants(index, replace(query, sql=query.sql.replace("$1", "'day'")))
    seen = replace(query, vectors=(Vector(((1, "'week'"), (2, "'2025-01-01'")), 7),))
    assert beyond(seen, lookup, Plan(node)).fresh == () and not assumed_constants(index, seen)


def test_a_column_of_a_domain_is_compared_as_the_column() -> None:
    lookup = make_lookup(
        "create domain level as smallint; create table things (id bigint primary key, level level, size int);",
        statements=("select id from things where level = $1",),
    )
    (query,) = understand(lookup).queries
    condition = "(((level)::smallint = 3) AND ((size)::bigint = 3))"
    node = PlanNode("Seq Scan", 0.0, 1.0, 1.0, 8, Name("public", "things"), "things", filter=condition)
    found = beyond(query, lookup, Plan(node))
    assert [(each.key.column, each.key.expression) for each in found.planned] == [("level", None), (None, "size::bigint")]
    assert [each.key.expression for each in found.fresh] == ["size::bigint"]
