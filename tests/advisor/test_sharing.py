"""Indexes that serve several statements."""

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.plans.merge import related
from pgadvisor.model.index import Index
from pgadvisor.model.report import Advice, Options
from tests.advisor.world import MEGABYTE, KeyPlanner, Lookfor, btree, lookup, offer, query, table, workload


def advised(
    monkeypatch: pytest.MonkeyPatch, statements: dict[str, Lookfor], candidates: dict[str, list[Index]], budget: int | None
) -> Advice:
    offer(monkeypatch, candidates)
    planner = KeyPlanner(statements)
    load = workload(*(query(sql, "t") for sql in statements))
    return advise(lookup([table("t")]), load, planner, Options(budget_bytes=budget))


def created(advice: Advice) -> set[Index | None]:
    return {change.index for finding in advice.findings for change in finding.changes}


def test_an_index_serves_a_statement_that_asks_for_its_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"one": Lookfor("t", {"a": 0.0001}), "two": Lookfor("t", {"a": 0.01, "b": 0.001})}
    advice = advised(monkeypatch, statements, {"one": [btree("t", "a")], "two": [btree("t", "a", "b")]}, None)
    assert created(advice) == {btree("t", "a", "b")}
    assert [len(finding.statements) for finding in advice.findings] == [2]


def test_a_merged_order_of_keys_serves_both(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"one": Lookfor("t", {"b": 0.0001}), "two": Lookfor("t", {"a": 0.01, "b": 0.001})}
    candidates = {"one": [btree("t", "b")], "two": [btree("t", "a", "b")]}
    assert created(advised(monkeypatch, statements, candidates, 2 * MEGABYTE + MEGABYTE // 2)) == {btree("t", "b", "a")}


def test_a_narrow_index_is_taken_where_the_budget_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"one": Lookfor("t", {"a": 0.001, "b": 0.1})}
    candidates = {"one": [btree("t", "a", "b")]}
    assert created(advised(monkeypatch, statements, candidates, MEGABYTE + MEGABYTE // 2)) == {btree("t", "a")}


def test_related_keeps_apart_what_does_not_go_together() -> None:
    partial, whole = btree("t", "a", "b", where="c > 1"), btree("t", "a", "c")
    made = related([partial, whole])
    assert all(index.where in (None, "c > 1") for index in made)
    assert btree("t", "a", "b", "c") not in made
    assert related([btree("t", "a"), btree("t", "b")]) == ()


def test_related_is_stable_and_bounded() -> None:
    many = [btree("t", first, second) for first in "abcdef" for second in "abcdef" if first != second]
    assert related(many) == related(many)
    assert len(related(many)) <= 24
    assert all(len(index.keys) <= 4 for index in related(many))
