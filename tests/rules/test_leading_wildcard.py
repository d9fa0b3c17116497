"""leading-wildcard: only where the pattern is known to begin with one, and nothing can serve it."""

import pytest

from pgadvisor.rules import leading_wildcard
from tests.rules.making import read

DDL = "create table t (id bigint primary key, name text, title text); create index on t (name)"
LARGE = {"t": 200_000}


@pytest.mark.parametrize(
    "condition", ["name like '%x'", "name ilike '%secret%'", "name like '%' || $1", "lower(name) like '_x%'"]
)
def test_fires_for_an_open_pattern(condition: str) -> None:
    (finding,) = leading_wildcard.find(read(DDL, f"select id from t where {condition}", rows=LARGE))
    assert "secret" not in repr(finding)


@pytest.mark.parametrize(
    "condition", ["name like 'x%'", "name like $1", "name not like '%x'", "name like $1 || '%'", "name = '%x'"]
)
def test_silent_for_other_patterns(condition: str) -> None:
    assert leading_wildcard.find(read(DDL, f"select id from t where {condition}", rows=LARGE)) == ()


def test_silent_with_a_trigram_index_or_a_small_table() -> None:
    trigrams = DDL + "; create index on t using gin (name gin_trgm_ops)"
    assert leading_wildcard.find(read(trigrams, "select id from t where name ilike '%x%'", rows=LARGE)) == ()
    assert len(leading_wildcard.find(read(trigrams, "select id from t where title ilike '%x%'", rows=LARGE))) == 1
    assert leading_wildcard.find(read(DDL, "select id from t where name ilike '%x%'", rows={"t": 500})) == ()
