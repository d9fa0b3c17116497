"""What is there already is neither advised again nor left beside an index that does its work."""

from dataclasses import replace

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.facts.existing import served_by, shortcomings, superfluous
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
        "s ends after a and lacks b",
        "w continues with c after a, not b",
        "p starts with id, not a",
    )


def test_shortcomings_of_kin_leave_out_indexes_without_a_common_column() -> None:
    there = [
        existing("p", btree("t", "id"), primary=True),
        existing("m", btree("t", "c", "b")),
        existing("e", Index(named("t"), (IndexKey(expression="lower(a)"),))),
    ]
    known = lookup([table("t", "id", "a", "b", "c")], there)
    assert {said.split()[0] for said in shortcomings(btree("t", "a", "b"), known, akin=True)} == {"m", "e"}


def on(sql: str, **facts: str) -> Index:
    return Index(named("t"), (IndexKey(expression=sql, **facts),))  # type: ignore[arg-type]


PATTERN = Index(named("t"), (IndexKey("a", opclass="text_pattern_ops"),))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (replace(btree("t", "a"), method="hash"), btree("t", "a"), "is a hash index, which finds single values only"),
        (btree("t", "a"), replace(btree("t", "a"), method="gin"), "is a B-tree, which does not look into values as gin does"),
        (replace(btree("t", "a"), method="brin"), btree("t", "a"), "is a brin index, which does not do what a B-tree does"),
        (btree("t", "a", where="b > 1"), btree("t", "a"), "is partial, and its predicate does not follow"),
        (btree("t", "a", where="b > 1"), btree("t", "a", where="b > 2"), "is partial, and its predicate does not follow"),
        (btree("t", "a"), PATTERN, "has the type's own operator class on a, not operator class text_pattern_ops"),
        (PATTERN, btree("t", "a"), "has operator class text_pattern_ops on a, not the type's own operator class"),
        (
            Index(named("t"), (IndexKey("a", collation='"C"'),)),
            btree("t", "a"),
            "sorts a by collation",
        ),
        (btree("t", "a"), on("lower(a)"), "starts with a itself, but lower(a) is compared"),
        (btree("t", "a"), on("(a)::text"), "starts with a itself, but a::text is compared"),
        (on("lower(a)"), btree("t", "a"), "starts with lower(a), but a itself is compared"),
        (btree("t", "a", "b"), btree("t", "a", "-b"), "has a, b in other directions"),
        (btree("t", "a"), btree("t", "a", include=["c"]), "lacks c, so that the table has to be read"),
        (btree("t", "a"), btree("t", "a", where="b > 1"), "holds rows that the statement does not ask for"),
    ],
)
def test_each_shortcoming_is_told_from_the_others(old: Index, new: Index, why: str) -> None:
    world = lookup([table("t")], [existing("old", old)])
    (said,) = shortcomings(new, world)
    assert said.startswith(f"old {why}"), said
    assert served_by(new, world) is None


def test_an_invalid_index_is_said_to_be_that() -> None:
    assert shortcomings(btree("t", "a"), lookup([table("t")], [existing("old", btree("t", "a"), valid=False)])) == (
        "old is invalid",
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


@pytest.mark.parametrize(("unique", "wanted"), [(False, ["create_index", "drop_index"]), (True, [])])
def test_what_the_drop_frees_pays_for_the_wider_index(monkeypatch: pytest.MonkeyPatch, unique: bool, wanted: list[str]) -> None:
    """A million inserted rows cost more than the statement saves; but not where an index of the same entries goes."""
    statements = {"narrow": Lookfor("t", {"a": 0.0001}), "both": Lookfor("t", {"a": 0.01, "b": 0.001})}
    there = [existing("t_a_old", btree("t", "a"), unique=unique)]
    offer(monkeypatch, {"both": [btree("t", "a", "b")]})
    writes = query("insert", "t", kind="insert", rows=1_000_000, total_ms=10_000.0)
    load = workload(*(query(sql, "t") for sql in statements), writes)
    advice = advise(lookup([table("t")], there), load, KeyPlanner(statements, there), Options())
    assert [action for action, _ in actions(advice)] == wanted


def test_no_drop_no_credit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The prefix stays, for a statement would be slower without it: then the wider index has to pay for all of its writes."""
    statements = {"narrow": Lookfor("t", {"a": 0.0001}), "both": Lookfor("t", {"a": 0.01, "b": 0.001})}
    there = [existing("t_a_old", btree("t", "a"))]
    offer(monkeypatch, {"both": [btree("t", "a", "b")]})
    writes = query("insert", "t", kind="insert", rows=1_000_000, total_ms=10_000.0)
    load = workload(*(query(sql, "t") for sql in statements), writes)
    advice = advise(lookup([table("t")], there), load, WidePlanner(statements, there), Options())
    assert actions(advice) == []
