"""A rewrite that needs no index goes before an index that needs no rewrite."""

from dataclasses import replace

import pytest

from pgadvisor.model.finding import Change, Finding, Level, StatementEffect, Verdict
from pgadvisor.model.names import Name
from pgadvisor.model.report import Advice
from pgadvisor.model.rewriting import Price, PricedRewriting
from pgadvisor.model.statement import Counters
from pgadvisor.model.workload import Query, Workload
from pgadvisor.rules import prefer_rewrites, settle

TABLE = Name("public", "t")
CREATE = Change("create_index", TABLE, "CREATE INDEX CONCURRENTLY t_f_idx ON public.t USING btree (f(a))", size_bytes=4096)


def _finding(rule: str, queryids: tuple[int, ...], *, convertible: bool = False, table: Name = TABLE) -> Finding:
    return Finding(
        id=f"{rule}:{queryids}",
        rule=rule,
        severity=Level.MEDIUM,
        confidence=Level.MEDIUM,
        title=rule,
        message="m",
        help="h",
        refute="r",
        tables=(table,),
        statements=tuple(StatementEffect(number, None, "q", 1, 10.0, saving_ms=5.0) for number in queryids),
        evidence=(("convertible", convertible),),
        changes=(CREATE,) if rule == "missing-index" else (),
    )


def _advice(*queryids: int) -> Advice:
    verdicts = tuple(Verdict(number, None, "q", 1, 10.0, "improved", "With t_f_idx.") for number in queryids)
    return Advice((_finding("missing-index", queryids),), verdicts, saving_ms=5.0 * len(queryids), new_index_bytes=4096)


def test_the_index_is_only_mentioned_where_a_rewrite_does_it() -> None:
    advice, rules = prefer_rewrites(_advice(1, 2), [_finding("non-sargable-predicate", (1, 2, 3), convertible=True)])
    assert not advice.findings and advice.saving_ms == 0.0 and advice.new_index_bytes == 0
    assert {verdict.verdict for verdict in advice.verdicts} == {"rewrite"}
    assert CREATE.sql in rules[0].help and not rules[0].changes


@pytest.mark.parametrize(
    "rewrite",
    [
        _finding("non-sargable-predicate", (1, 2)),
        _finding("non-sargable-predicate", (1,), convertible=True),
        _finding("non-sargable-predicate", (1, 2), convertible=True, table=Name("public", "other")),
    ],
)
def test_the_index_stands_where_the_rewrite_does_less(rewrite: Finding) -> None:
    before = _advice(1, 2)
    advice, rules = prefer_rewrites(before, [rewrite])
    assert advice == before
    assert [(rule.id, rule.help, rule.changes) for rule in rules] == [(rewrite.id, "h", ())]
    assert "none is proven" in rules[0].message


def _way(rewritten: Price, best: Price, indexed: Price | None) -> PricedRewriting:
    name = Name("public", "t_a_idx")
    rewritten = Price(rewritten.cost, rewritten.saving_ms, existing=(name,))
    found = (rewritten, best, indexed)
    return PricedRewriting(1, "text-cast", "non-sargable-predicate", "SELECT 2", TABLE, "a", ("$1 is 7",), 100.0, 10.0, *found)


def _workload(total_ms: float) -> Workload:
    return Workload((Query("f", 1, None, "select", "q", "q", ("public",), Counters(1, total_ms)),))


def test_a_rewriting_goes_to_the_finding_about_its_column() -> None:
    finding = replace(_finding("non-sargable-predicate", (1,)), evidence=(("expression", "a::text"), ("convertible", False)))
    way = _way(Price(5.0, 9.5), Price(4.0, 9.6), Price(6.0, 9.4, size_bytes=4096))
    advice, (told,) = prefer_rewrites(_advice(1), [finding], [way], _workload(10.0))
    facts = dict(told.evidence)
    assert (facts["rewritten_sql"], facts["equivalent_if"], facts["convertible"]) == ("SELECT 2", ("$1 is 7",), True)
    assert (facts["cost_before"], facts["cost_rewritten"], facts["cost_indexed"]) == (100.0, 5.0, 6.0)
    assert "$1 is 7" in told.message and not advice.findings


@pytest.mark.parametrize(
    ("rewritten", "best", "indexed", "told"),
    [
        (Price(5.0, 9.5), Price(5.0, 9.5), None, True),  # what is there serves it
        (Price(99.0, 0.0), Price(5.0, 9.5), None, True),  # only the rewritten statement can have an index
        (Price(99.0, 0.0), Price(5.0, 9.5), Price(6.0, 9.4), False),  # an index does as well without the rewrite
        (Price(90.0, 1.0), Price(90.0, 1.0), None, False),  # hardly worth it
    ],
)
def test_a_finding_of_its_own_only_where_that_pays(rewritten: Price, best: Price, indexed: Price | None, told: bool) -> None:
    _, found = prefer_rewrites(Advice((), ()), [], [_way(rewritten, best, indexed)], _workload(10.0))
    assert bool(found) is told
    assert prefer_rewrites(Advice((), ()), [], [_way(rewritten, best, indexed)], _workload(1e6))[1] == ()


def test_an_index_that_rests_on_the_same_assumption_does_not_take_the_place_of_a_rewriting() -> None:
    way = _way(Price(99.0, 0.0), Price(5.0, 9.5), Price(6.0, 9.4))
    (told,) = prefer_rewrites(Advice((), ()), [], [replace(way, assumed=("$1 is 'day'",))], _workload(10.0))[1]
    assert told.confidence.value == "low" and "assumed" in told.message


def test_what_a_rewritten_statement_reads_is_not_unused() -> None:
    drop = Change("drop_index", TABLE, "DROP INDEX CONCURRENTLY public.t_a_idx", name="t_a_idx")
    unused = replace(_finding("unused-index", ()), changes=(drop,))
    way = _way(Price(5.0, 9.5), Price(5.0, 9.5), None)
    _, found = prefer_rewrites(Advice((), ()), [unused], [way], _workload(10.0))
    assert [finding.rule for finding in settle(found, Advice((), ()))] == ["non-sargable-predicate"]
