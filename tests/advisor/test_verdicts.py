"""Every statement gets a verdict and a reason."""

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.errors import PlanError
from pgadvisor.model.finding import VERDICTS, Level
from pgadvisor.model.index import Index
from pgadvisor.model.plan import Plan, ValuedStatement
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.model.workload import Query, Unread, Workload
from tests.advisor.world import (
    MEGABYTE,
    KeyPlanner,
    Lookfor,
    TablePlanner,
    btree,
    lookup,
    named,
    offer,
    query,
    table,
    usage,
    workload,
)

A = btree("t", "a")
Plans = dict[frozenset[Index], float]


def verdict(
    monkeypatch: pytest.MonkeyPatch, one: Query, plans: Plans, found: Lookup | None = None, options: Options | None = None
) -> tuple[str, str]:
    offer(monkeypatch, {"q": [A]})
    advice = advise(found or lookup([table("t")]), workload(one), TablePlanner({"q": plans}), options or Options())
    assert advice.verdicts[0].verdict in VERDICTS
    return advice.verdicts[0].verdict, advice.verdicts[0].reason


def test_improved_names_the_index_and_the_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, reason = verdict(monkeypatch, query("q", "t"), {frozenset(): 1000.0, frozenset({A}): 10.0})
    assert (kind, reason) == ("improved", "With t_a_idx the planner's cost falls from 1,000.0 to 10.0.")


def test_a_small_gain_is_told_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, reason = verdict(monkeypatch, query("q", "t"), {frozenset(): 1000.0, frozenset({A}): 980.0})
    assert kind == "no-index-helps"
    assert "2.0%" in reason and "5.0%" in reason


def test_a_saving_of_nothing_is_not_told_in_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgadvisor.advisor.words.verdicts._LEAST_MS", 1e9)
    written = lookup([table("t", usage=usage(inserted=50_000_000))])
    plans: Plans = {frozenset(): 1000.0, frozenset({A}): 10.0}
    kind, reason = verdict(monkeypatch, query("q", "t"), plans, written)
    assert (kind, reason) == ("no-index-helps", "The best index found, on public.t (a), would save next to nothing.")


def test_no_candidate_is_cheaper(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, reason = verdict(monkeypatch, query("q", "t"), {frozenset(): 1000.0})
    assert kind == "no-index-helps"
    assert "1 candidate index planned" in reason


def test_an_index_larger_than_the_whole_budget_is_told_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: Plans = {frozenset(): 1000.0, frozenset({A}): 10.0}
    kind, reason = verdict(monkeypatch, query("q", "t"), plans, options=Options(budget_bytes=1000))
    assert kind == "over-budget"
    assert reason == "An index of 1,024 kB on public.t (a) would save 985.1 ms, but the whole budget is 1,000 bytes."


def test_an_index_without_a_budget_s_room_that_would_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    kind, reason = verdict(monkeypatch, query("q", "t"), {frozenset(): 1000.0}, options=Options(budget_bytes=1000))
    assert kind == "no-index-helps"
    assert "none would save enough" in reason
    plans: Plans = {frozenset(): 1000.0, frozenset({A}): 10.0}
    written = lookup([table("t", usage=usage(inserted=50_000_000))])
    kind, reason = verdict(monkeypatch, query("q", "t"), plans, written, Options(budget_bytes=1000))
    assert kind == "no-index-helps"
    assert "of writes it would cost" in reason


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        (Options(budget_bytes=MEGABYTE + MEGABYTE // 2), "the budget is better spent on other indexes"),
        (Options(max_indexes=1), "only 1 may be made, and others save more"),
        (Options(max_indexes_per_table=1), "only 1 may be made on a table, and others save more"),
        (Options(max_indexes=0), "only 0 may be made"),
    ],
)
def test_the_limit_that_left_a_statement_out_is_told(monkeypatch: pytest.MonkeyPatch, options: Options, limit: str) -> None:
    b = btree("t", "b")
    offer(monkeypatch, {"q": [A], "r": [b]})
    planner = TablePlanner({"q": {frozenset(): 1000.0, frozenset({A}): 10.0}, "r": {frozenset(): 1000.0, frozenset({b}): 10.0}})
    load = workload(query("q", "t", total_ms=9000.0), query("r", "t", total_ms=500.0))
    (*_, left_out) = advise(lookup([table("t")]), load, planner, options).verdicts
    assert left_out.verdict == "over-budget"
    assert left_out.reason == f"An index of 1,024 kB on public.t (b) would save 492.5 ms, but {limit}."


def test_a_tiny_table_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = lookup([table("t", rows=400, pages=6)])
    assert verdict(monkeypatch, query("q", "t"), {frozenset(): 20.0, frozenset({A}): 1.0}, tiny)[0] == "too-small"
    few = lookup([table("t", rows=90, pages=30)])
    assert verdict(monkeypatch, query("q", "t"), {frozenset(): 40.0, frozenset({A}): 1.0}, few)[0] == "too-small"
    empty_but_unknown = lookup([table("t", rows=-1, pages=0)])
    kind, _ = verdict(monkeypatch, query("q", "t"), {frozenset(): 1000.0, frozenset({A}): 1.0}, empty_but_unknown)
    assert kind == "improved"


def test_a_cheap_statement_that_cannot_get_much_faster_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cost of 8.3 that becomes 8.0 is within the work that no index saves."""
    assert verdict(monkeypatch, query("q", "t"), {frozenset(): 8.3, frozenset({A}): 7.9})[0] == "no-index-helps"


def test_inserts_and_statements_without_tables_are_not_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {})
    planner = TablePlanner({})
    load = workload(query("i", "t", kind="insert"), query("nothing"))
    verdicts = advise(lookup([table("t")]), load, planner, Options()).verdicts
    assert [one.verdict for one in verdicts] == ["no-index-helps", "no-index-helps"]
    assert "INSERT" in verdicts[0].reason
    assert planner.calls == 0


class FailingPlanner(TablePlanner):
    """Cannot plan the statement `bad`, nor any with an index on (b)."""

    def best(self, sql: str, offered: frozenset[Index]) -> Plan:
        if sql == "bad" or btree("t", "b") in offered:
            raise PlanError("relation is missing")
        return super().best(sql, offered)


def test_what_cannot_be_planned_is_said_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: Plans = {frozenset(): 1000.0, frozenset({A}): 10.0}
    offer(monkeypatch, {"bad": [A], "good": [A], "half": [btree("t", "b")]})
    load = workload(query("bad", "t"), query("good", "t"), query("half", "t"))
    advice = advise(lookup([table("t")]), load, FailingPlanner(dict.fromkeys(("bad", "good", "half"), plans)), Options())
    assert [one.verdict for one in advice.verdicts] == ["not-analysed", "improved", "improved"]
    assert "relation is missing" in advice.verdicts[0].reason
    assert [skipped.what for skipped in advice.skipped] == ["statement bad", "statement half, with new indexes"]


def test_what_was_not_read_has_a_verdict_too(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {})
    unread = Unread(Statement(7, 10, "me", True, None, Counters(3, 4.0, 5)), "The server does not show its text.")
    (verdict,) = advise(lookup([]), Workload((), (unread,)), TablePlanner({}), Options()).verdicts
    assert (verdict.queryid, verdict.verdict, verdict.total_ms) == (7, "not-analysed", 4.0)


def test_a_statement_without_measured_time_counts_with_its_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {"q": [A]})
    planner = TablePlanner({"q": {frozenset(): 1000.0, frozenset({A}): 95.5}})
    one = query("q", "t", total_ms=0.0, calls=10, measured=False)
    advice = advise(lookup([table("t")]), workload(one), planner, Options())
    assert advice.saving_ms == pytest.approx(9000.0)
    assert "units of planner cost" in advice.findings[0].message


def test_the_finding_tells_all(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, {"q": [A], "r": [A]}, inferred=True)
    statements = {"q": Lookfor("t", {"a": 0.0001}), "r": Lookfor("t", {"a": 0.001})}
    load = workload(query("q", "t", total_ms=10.0), query("r", "t", total_ms=90_000.0))
    (finding,) = advise(lookup([table("t")]), load, KeyPlanner(statements), Options()).findings
    assert finding.id.startswith("missing-index:public.t:")
    assert (finding.severity, finding.confidence, finding.tables) == (Level.HIGH, Level.MEDIUM, (named("t"),))
    assert [effect.label for effect in finding.statements] == ["r", "q"]
    (change,) = finding.changes
    assert change.sql == "CREATE INDEX CONCURRENTLY t_a_idx ON public.t USING btree (a)"
    assert change.undo_sql == "DROP INDEX CONCURRENTLY public.t_a_idx"
    facts = dict(finding.evidence)
    assert facts["inferred_values"] is True
    contribution, cost = facts["contribution_ms"], facts["write_cost_ms"]
    assert isinstance(contribution, float) and isinstance(cost, float)
    assert contribution > cost
    assert finding.message.startswith("2 statements spend ") and "starts with" not in finding.message
    assert finding.help == "Create the index."  # size and price are the change's; none of the others would do its work


def test_values_are_planned_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two values of one statement: the index helps the rare one only, and counts with its weight."""
    offer(monkeypatch, {"q": [A]})
    vectors = (ValuedStatement("rare", (), 0.5), ValuedStatement("common", (), 0.5))
    monkeypatch.setattr("pgadvisor.advisor.plans.cases.valued", lambda query, lookup: vectors)
    planner = TablePlanner({"rare": {frozenset(): 995.0, frozenset({A}): 0.0}, "common": {frozenset(): 995.0}})
    advice = advise(lookup([table("t")]), workload(query("q", "t", total_ms=1000.0)), planner, Options())
    assert advice.saving_ms == pytest.approx(497.5, rel=1e-3)
