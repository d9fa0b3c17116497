"""A rewrite that needs no index goes before an index that needs no rewrite."""

import pytest

from pgadvisor.model.finding import Change, Finding, Level, StatementEffect, Verdict
from pgadvisor.model.names import Name
from pgadvisor.model.report import Advice
from pgadvisor.rules import prefer_rewrites

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
    assert advice == before and rules == (rewrite,)
