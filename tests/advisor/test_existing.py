"""What is there already is neither advised again nor left beside an index that does its work."""

from dataclasses import replace

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.existing import served_by, shortcomings, superfluous
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.report import Advice, Options
from tests.advisor.world import KeyPlanner, Lookfor, btree, existing, lookup, named, offer, query, table, workload


@pytest.mark.parametrize(
    ("there", "wanted", "served"),
    [
        (btree("t", "a"), btree("t", "a"), True),
        (btree("t", "a", "b"), btree("t", "a"), True),
        (btree("t", "a"), btree("t", "a", "b"), False),
        (btree("t", "b", "a"), btree("t", "a"), False),
        (btree("t", "a"), btree("t", "-a"), True),
        (btree("t", "a", "-b"), btree("t", "-a", "b"), True),
        (btree("t", "a", "b"), btree("t", "a", "-b"), False),
        (btree("t", "a", "b"), btree("t", "a", include=["b"]), True),
        (btree("t", "a", include=["b"]), btree("t", "a", "b"), False),
        (btree("t", "a", where="b > 1"), btree("t", "a"), False),
        (btree("t", "a"), btree("t", "a", where="b > 1"), False),
        (btree("t", "a", where="(b > 1)"), btree("t", "a", where="b > 1"), True),
        (replace(btree("t", "a"), method="hash"), btree("t", "a"), False),
        (replace(btree("t", "a", "b"), method="brin"), replace(btree("t", "b"), method="brin"), True),
        (btree("u", "a"), btree("t", "a"), False),
    ],
)
def test_served_by(there: Index, wanted: Index, served: bool) -> None:
    assert (served_by(wanted, lookup([table("t"), table("u")], [existing("old", there)])) is not None) is served


def test_expressions_compare_in_one_spelling() -> None:
    there = Index(named("t"), (IndexKey(expression="lower((email)::text)"),))
    wanted = Index(named("t"), (IndexKey(expression="lower(email)"),))
    assert served_by(wanted, lookup([table("t")], [existing("old", there)])) is not None


def test_an_invalid_index_serves_nobody() -> None:
    assert served_by(btree("t", "a"), lookup([table("t")], [existing("old", btree("t", "a"), valid=False)])) is None


@pytest.mark.parametrize(
    "change",
    [
        {"unique": True},
        {"constraint": "c"},
        {"exclusion": True},
        {"replica_identity": True},
        {"clustered": True},
        {"valid": False},
        {"parent": named("p")},
        {"extension": "e"},
        {"definition": btree("t", "b")},
        {"definition": btree("t", "a", "b", "c")},
        {"definition": None},
    ],
)
def test_superfluous_spares_all_that_something_else_needs(change: dict[str, object]) -> None:
    old = existing("old", btree("t", "a"))
    assert superfluous(old, btree("t", "a", "b"))
    assert not superfluous(replace(old, **change), btree("t", "a", "b"))  # type: ignore[arg-type]


def test_shortcomings_say_why_an_index_does_not_serve() -> None:
    there = [existing("p", btree("t", "id"), primary=True), existing("s", btree("t", "a")), existing("w", btree("t", "a", "c"))]
    assert shortcomings(btree("t", "a", "b"), lookup([table("t")], there)) == (
        "p starts with id, not a",
        "s ends after a and lacks b",
        "w continues with c after a, not b",
    )


def advice_for(
    monkeypatch: pytest.MonkeyPatch,
    statements: dict[str, Lookfor],
    there: list[ExistingIndex],
    candidates: dict[str, list[Index]],
) -> Advice:
    offer(monkeypatch, candidates)
    load = workload(*(query(sql, "t") for sql in statements))
    return advise(lookup([table("t")], there), load, KeyPlanner(statements, there), Options())


def actions(advice: Advice) -> list[tuple[str, str | None]]:
    return [(change.action, change.name) for finding in advice.findings for change in finding.changes]


def test_a_wider_index_takes_its_prefix_away(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"narrow": Lookfor("t", {"a": 0.0001}), "both": Lookfor("t", {"a": 0.01, "b": 0.001})}
    old = existing("t_a_old", btree("t", "a"))
    advice = advice_for(monkeypatch, statements, [old], {"both": [btree("t", "a", "b")]})
    assert actions(advice) == [("create_index", "t_a_b_idx"), ("drop_index", "t_a_old")]
    drop = advice.findings[0].changes[1]
    assert drop.sql == "DROP INDEX CONCURRENTLY public.t_a_old"
    assert drop.undo_sql == "CREATE INDEX CONCURRENTLY t_a_old ON public.t USING btree (a)"
    assert dict(advice.findings[0].evidence)["superfluous_bytes"] == old.size_bytes
    assert all(name != old.name for name, _ in advice.used_existing)


def test_the_prefix_stays_where_a_statement_would_be_slower_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"sorted": Lookfor("t", {"a": 0.01}, ["c"]), "both": Lookfor("t", {"a": 0.01, "b": 0.001})}
    there = [existing("t_a_c_old", btree("t", "a", "c"))]
    advice = advice_for(monkeypatch, statements, there, {"both": [btree("t", "a", "b")]})
    assert actions(advice) == [("create_index", "t_a_b_idx")]


class WidePlanner(KeyPlanner):
    """An index of two keys is read at ten times the cost of one, as where the second is wide."""

    def _through(self, index: Index, wanted: Lookfor) -> float:
        return super()._through(index, wanted) * (10.0 if len(index.keys) > 1 and "b" not in wanted.equal else 1.0)


def test_a_prefix_that_is_read_faster_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"narrow": Lookfor("t", {"a": 0.0001}), "both": Lookfor("t", {"a": 0.01, "b": 0.001})}
    there = [existing("t_a_old", btree("t", "a"))]
    offer(monkeypatch, {"both": [btree("t", "a", "b")]})
    load = workload(*(query(sql, "t") for sql in statements))
    advice = advise(lookup([table("t")], there), load, WidePlanner(statements, there), Options())
    assert actions(advice) == [("create_index", "t_a_b_idx")]


def test_what_exists_is_not_advised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = {"q": Lookfor("t", {"a": 0.0001})}
    there = [existing("t_a_b", btree("t", "a", "b"))]
    advice = advice_for(monkeypatch, statements, there, {"q": [btree("t", "a")]})
    assert advice.findings == ()
    assert advice.verdicts[0].verdict == "already-served"
    assert "public.t_a_b" in advice.verdicts[0].reason
    assert advice.used_existing == ((there[0].name, (query("q", "t").queryid,)),)
