"""Which JSON key a statement with `document ->> $1` asks for, without a server."""

import json
from dataclasses import replace

import pytest

from pgadvisor.advisor.values import valued
from pgadvisor.advisor.values.documents import assumed_keys
from pgadvisor.advisor.words.resting import assumed_key
from pgadvisor.model.arrays import write_array
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Vector
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement, make_statistics

DDL = "create table parts (id bigint primary key, facts jsonb not null, state text not null);"
ROWS = 100_000
STATES = make_statistics("parts", "state", distinct=2.0, most_common_values="{done,open}", most_common_frequencies=(0.9, 0.1))


def sample(number: int) -> str:
    """A document with a key of three values, one of about fifty, and one that is different in nearly every row."""
    return json.dumps(
        {"colour": ("red", "green", "blue")[number % 3], "maker": f"maker {number * 7 % 50}", "weight": number * 31}
    )


def looked_up(condition: str, rows_per_call: float, documents: int = 101) -> tuple[Query, Lookup]:
    statement = make_statement(f"select id from parts where {condition}", calls=1000, rows=round(rows_per_call * 1000))
    bounds = write_array([sample(number) for number in range(documents)])
    facts = make_statistics("parts", "facts", histogram_bounds=bounds)
    lookup = make_lookup(DDL, rows={"parts": ROWS}, statistics=(facts, STATES), statements=(statement,))
    return understand(lookup).queries[0], lookup


def test_common_documents_do_not_make_values_rarer_than_they_are() -> None:
    query, lookup = looked_up("(facts ->> $1)::int = $2", 35)
    facts = lookup.column_statistics(query.relations[0].table, "facts")
    assert facts is not None
    common = write_array([sample(number) for number in range(1000, 1100)])
    facts = replace(facts, most_common_values=common, most_common_frequencies=(0.0005,) * 100)
    assert assumed_keys(query, Lookup(replace(lookup.snapshot, statistics=(facts, STATES)))) == {1: "'weight'"}


def keys_of(condition: str, rows_per_call: float, documents: int = 101) -> dict[int, str]:
    return assumed_keys(*looked_up(condition, rows_per_call, documents))


def test_a_cast_leaves_the_only_key_with_such_values() -> None:
    assert keys_of("(facts ->> $1)::int = $2", 1) == {1: "'weight'"}
    assert keys_of("(facts ->> $1)::numeric(10, 2) > $2", 40_000) == {1: "'weight'"}
    assert keys_of("(facts ->> $1)::date = $2", 1) == {}


@pytest.mark.parametrize(("rows", "key"), [(33_000.0, "'colour'"), (2000.0, "'maker'"), (1.2, "'weight'")])
def test_rows_leave_the_only_key_of_which_one_value_keeps_so_many(rows: float, key: str) -> None:
    assert keys_of("facts ->> $1 = $2", rows) == {1: key}


def test_other_conditions_may_have_kept_any_part_that_their_values_keep() -> None:
    assert keys_of("facts ->> $1 = $2 and state = $3", 3_300) == {}  # a colour of the open ones, or a maker of the others
    assert keys_of("facts ->> $1 = $2 and state = 'open'", 3_300) == {1: "'colour'"}


def test_nothing_is_assumed_where_rows_do_not_tell() -> None:
    assert keys_of("facts ->> $1 = $2 limit 10", 10) == {}
    assert keys_of("facts ->> $1 = $2", 33_000, documents=12) == {}  # too few documents to tell of those not among them
    assert keys_of("facts ->> $1 > $2", 33_000) == {}
    assert keys_of("facts ->> 'colour' = $1", 33_000) == {}


def test_what_the_log_shows_goes_first() -> None:
    query, lookup = looked_up("facts ->> $1 = $2", 33_000)
    assert assumed_keys(replace(query, vectors=(Vector(((1, "'weight'"), (2, "'5'")), 7),)), lookup) == {}


def test_the_statement_is_planned_with_the_key_and_its_index_says_so() -> None:
    query, lookup = looked_up("(facts ->> $1)::int = $2", 1)
    (vector,) = valued(query, lookup)
    assert "(facts ->> 'weight')::int" in vector.sql
    index = Index(Name("public", "parts"), (IndexKey(expression="(facts ->> 'weight')::int"),))
    assert assumed_key(index, query, lookup)
    assert not assumed_key(index, understand(make_lookup(DDL, statements=(vector.sql,))).queries[0], lookup)
