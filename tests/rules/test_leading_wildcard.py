"""leading-wildcard: where the pattern is known to begin with one, and nothing can serve it; a question where only blocks tell."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.statement import Counters
from pgadvisor.model.workload import Query, Vector, Workload
from pgadvisor.rules import leading_wildcard
from pgadvisor.rules.rule import Facts
from tests.rules.making import evidence, read

DDL = "create table t (id bigint primary key, name text, title text); create table u (id bigint); create index on t (name)"
LARGE = {"t": 200_000}
PAGES = 200_000 * 100 // 8192  # of t


def found(condition: str, source: str = "t") -> tuple[Finding, ...]:
    return leading_wildcard.find(read(DDL, f"select id from {source} where {condition}", rows=LARGE))


@pytest.mark.parametrize(
    "condition",
    [
        "name like '%x'",
        "name ilike '%secret%'",
        "name like '%' || $1",
        "lower(name) like '_x%'",
        "name like concat('%', $1, '%')",
    ],
)
def test_fires_for_an_open_pattern(condition: str) -> None:
    (finding,) = found(condition)
    assert "secret" not in repr(finding)
    assert (finding.confidence, evidence(finding)["pattern_known_from"]) == (Level.HIGH, "text")


@pytest.mark.parametrize(
    "condition", ["name like $2 || $1", "name like $1 || $2 || $3", "name ilike concat($2, $1, $3)", "name like concat($2, $1)"]
)
def test_fires_for_a_constant_that_the_text_hides(condition: str) -> None:
    (finding,) = found(condition)
    assert (finding.confidence, evidence(finding)["pattern_known_from"]) == (Level.MEDIUM, "shape")


@pytest.mark.parametrize(
    "condition",
    ["name like 'x%'", "name like $1", "name ilike $1", "name not like '%x'", "name like $1 || '%'", "name = '%x'",
     "name like $1 || $2", "name like concat($1, $2)", "name like $1 || '/' || '%'", "name like 'x' || $1", "name like lower($1)",
     "name like any ($1)"],
)  # fmt: skip
def test_silent_for_other_patterns(condition: str) -> None:
    assert found(condition) == ()


def test_silent_with_a_trigram_index_or_a_small_table() -> None:
    trigrams = DDL + "; create index on t using gin (name gin_trgm_ops)"
    assert leading_wildcard.find(read(trigrams, "select id from t where name ilike '%x%'", rows=LARGE)) == ()
    assert len(leading_wildcard.find(read(trigrams, "select id from t where title ilike '%x%'", rows=LARGE))) == 1
    assert leading_wildcard.find(read(DDL, "select id from t where name ilike '%x%'", rows={"t": 500})) == ()


def told(query: Query, facts: Facts) -> tuple[Finding, ...]:
    return leading_wildcard.find(Facts(facts.lookup, Workload((query,))))


def test_the_log_tells_how_patterns_begin() -> None:
    facts = read(DDL, "select id from t where name like $1", rows=LARGE)
    (query,) = facts.workload.queries
    opened, closed = Vector(((1, "'%secret%'"),), 20), Vector(((1, "'secret%'"),), 80)
    (finding,) = told(replace(query, vectors=(closed, opened)), facts)
    assert (finding.confidence, evidence(finding)["pattern_known_from"]) == (Level.HIGH, "log")
    assert "secret" not in repr(finding)
    assert told(replace(query, vectors=(closed, replace(opened, calls=2))), facts) == ()
    shaped = read(DDL, "select id from t where name like $2 || $1", rows=LARGE)
    prefixed = replace(shaped.workload.queries[0], vectors=(Vector(((1, "'a'"), (2, "'x/'")), 9),))
    assert told(prefixed, shaped) == ()


def reading(blocks: int, *, sql: str = "select id from t where name like $1", mean_ms: float = 50.0) -> tuple[Finding, ...]:
    """The finding of a statement whose calls read so many blocks."""
    facts = read(DDL, sql, rows=LARGE)
    (query,) = facts.workload.queries
    return told(replace(query, counters=Counters(100, 100 * mean_ms, 100, shared_blocks_hit=100 * blocks)), facts)


def test_asks_where_every_call_reads_the_whole_table() -> None:
    (finding,) = reading(PAGES)
    assert (finding.severity, finding.confidence) == (Level.INFO, Level.LOW)
    assert "may have" in finding.title and "If its patterns begin with a wildcard" in finding.message


def test_does_not_ask_without_cause() -> None:
    assert reading(PAGES // 2) == ()
    assert reading(PAGES, mean_ms=0.5) == ()
    assert reading(PAGES, sql="select t.id from t join u on u.id = t.id where name like $1") == ()
    assert reading(PAGES, sql="select id from t where name not like $1") == ()
    assert reading(PAGES, sql="select id from t where name like $1 || $2") == ()


def test_one_finding_for_what_is_known_in_several_ways() -> None:
    facts = read(
        DDL, "select id from t where name like '%x'", "select id, title from t where name like $1 || $2 || $3", rows=LARGE
    )
    (finding,) = leading_wildcard.find(facts)
    assert len(finding.statements) == 2 and finding.confidence == Level.HIGH
