"""settle: what leaves never contradicts itself."""

from dataclasses import replace
from typing import Any

from pgadvisor.model.finding import Change, Finding, Level, StatementEffect
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Workload
from pgadvisor.rules import run_rules, settle
from tests.catalog import make_lookup
from tests.rules.making import counted_for, drops, make_query, public, read, scanned, used

NOTHING = Advice((), ())


def finding(rule: str, name: str = "x", **facts: Any) -> Finding:
    known: dict[str, Any] = {"severity": Level.LOW, "confidence": Level.HIGH, "tables": (public("t"),)}
    return Finding(f"{rule}:{name}:0", rule, title=f"{name} title", message="m", help="h", refute="r", **{**known, **facts})


def drop(name: str) -> Change:
    return Change("drop_index", public("t"), f"DROP INDEX CONCURRENTLY public.{name}", None, name)


def create(*columns: str, table: str = "t") -> Change:
    index = Index(public(table), tuple(IndexKey(column) for column in columns))
    return Change("create_index", public(table), index.sql("n"), "DROP INDEX CONCURRENTLY public.n", "n", index)


def effect(queryid: int, saving_ms: float | None = None) -> StatementEffect:
    return StatementEffect(queryid, None, "SELECT", 1, 1.0, saving_ms=saving_ms)


def rules_of(findings: tuple[Finding, ...]) -> list[str]:
    return [one.rule for one in findings]


def settled(lookup: Lookup, advice: Advice = NOTHING) -> tuple[Finding, ...]:
    return settle(run_rules(lookup, Workload(()), Options()), advice)


TABLE = "create table t (id bigint primary key, a integer, b integer); "


def idle(ddl: str, *names: str) -> Lookup:
    lookup = counted_for(make_lookup(TABLE + ddl), 30)
    for name in names:
        lookup = scanned(lookup, name, 0)
    return lookup


def test_one_finding_drops_an_index() -> None:
    found = settled(idle("create index one on t (a); create index two on t (a)", "two"))
    assert rules_of(found) == ["duplicate-index"]
    assert "not used" in found[0].message


def test_what_takes_over_is_not_dropped() -> None:
    found = settled(idle("create index short on t (a); create index wide on t (a, b)", "wide"))
    assert drops(found) == {"short"}
    both = settled(idle("create index one on t (a); create index two on t (a)", "one", "two"))
    assert drops(both) == {"two"}


def test_what_a_plan_reads_is_not_unused() -> None:
    lookup = idle("create index one on t (a)", "one")
    assert drops(settled(lookup)) == {"one"}
    assert settled(lookup, Advice((), (), used_existing=((public("one"), (1, 2)),))) == ()


def test_a_covered_index_goes_although_plans_read_it() -> None:
    lookup = idle("create index short on t (a); create index wide on t (a, b)")
    (found,) = settled(lookup, Advice((), (), used_existing=((public("short"), (1, 2)),)))
    assert drops((found,)) == {"short"}
    assert "2 statements" in found.message


def test_a_widening_drops_the_narrow_index_alone() -> None:
    missing = finding("missing-index", changes=(create("a", "b"), drop("one")))
    found = settle(
        (missing, finding("redundant-index", changes=(drop("one"),)), finding("unused-index", changes=(drop("one"),))), NOTHING
    )
    assert rules_of(found) == ["missing-index"]


def test_a_finding_keeps_its_other_changes() -> None:
    two = finding("unused-index", changes=(drop("one"), drop("two")))
    found = settle((two, finding("duplicate-index", changes=(drop("one"),))), NOTHING)
    assert [change.name for one in found if one.rule == "unused-index" for change in one.changes] == ["two"]


def unindexed(deleted: int = 5_000) -> Lookup:
    ddl = "create table owners (id bigint primary key); create table t (id bigint primary key, owner_id bigint references owners)"
    return used(make_lookup(ddl, rows={"t": 10**6}), "owners", rows_deleted=deleted)


def test_an_index_of_the_advisor_serves_the_foreign_key() -> None:
    key = run_rules(unindexed(), Workload(()), Options())
    served = settle((*key, finding("missing-index", changes=(create("owner_id", "b"),))), NOTHING)
    assert rules_of(served) == ["missing-index"]
    assert "foreign key" in served[0].message.lower()
    for other in (create("b", "owner_id"), create("owner_id", table="u")):
        assert "unindexed-foreign-key" in rules_of(settle((*key, finding("missing-index", changes=(other,))), NOTHING))


def test_a_partial_index_does_not_serve_the_foreign_key() -> None:
    key = run_rules(unindexed(), Workload(()), Options())
    change = create("owner_id")
    assert change.index is not None
    for where, served in (("owner_id IS NOT NULL", True), ("b > 5", False)):
        partial = replace(change, index=replace(change.index, where=where))
        found = settle((*key, finding("missing-index", changes=(partial,))), NOTHING)
        assert ("unindexed-foreign-key" not in rules_of(found)) == served


def test_an_explained_statement_is_not_merely_slow() -> None:
    slow = finding("slow-statement", statements=(effect(1),))
    other = finding("slow-statement", "y", statements=(effect(2),))
    child = finding("n-plus-one", statements=(effect(1), effect(3)))
    assert [one.id for one in settle((slow, other, child), NOTHING)] == [child.id, other.id]


def test_worst_first_then_by_saving() -> None:
    found = (
        finding("unused-index", "a"),
        finding("missing-index", "b", severity=Level.HIGH, statements=(effect(1, 5.0),)),
        finding("missing-index", "c", severity=Level.HIGH, statements=(effect(2, 50.0),)),
        finding("deep-offset", "d", severity=Level.INFO),
    )
    assert [one.title[0] for one in settle(found, NOTHING)] == ["c", "b", "a", "d"]


def test_nothing_is_said_twice() -> None:
    assert len(settle((finding("unused-index"), finding("unused-index")), NOTHING)) == 1


def test_narrowing() -> None:
    elsewhere = finding("deep-offset", "z", tables=(Name("other", "u"),))
    server_wide = finding("missing-timeouts", "s", tables=())
    found = (finding("unused-index"), elsewhere, server_wide)
    assert rules_of(settle(found, NOTHING, Options(only=("unused-index",)))) == ["unused-index"]
    assert rules_of(settle(found, NOTHING, Options(ignore=("unused-index",)))) == ["deep-offset", "missing-timeouts"]
    assert rules_of(settle(found, NOTHING, Options(schemas=("other",)))) == ["deep-offset"]
    assert rules_of(settle(found, NOTHING, Options(tables=("public.t",)))) == ["unused-index"]
    assert rules_of(settle(found, NOTHING, Options(tables=("u",)))) == ["deep-offset"]
    assert len(settle(found, NOTHING, Options(top=2))) == 2


def test_a_filter_does_not_change_what_is_settled() -> None:
    """An index that takes over from a dropped one is not called unused because the other finding is not shown."""
    lookup = idle("create index short on t (a); create index wide on t (a, b)", "wide")
    found = run_rules(lookup, Workload((make_query(1, "t", calls=1),)), Options(only=("unused-index",)))
    assert settle(found, NOTHING, Options(only=("unused-index",))) == ()


def test_an_index_that_a_rewrite_will_use_is_not_unused() -> None:
    ddl = TABLE + "create table u (at timestamp); create index u_at on u (at)"
    facts = read(ddl, "select * from u where at::date = $1", rows={"u": 10**6})
    lookup = scanned(counted_for(facts.lookup, 30), "u_at", 0)
    found = settle(run_rules(lookup, facts.workload, Options()), NOTHING)
    assert rules_of(found) == ["non-sargable-predicate"]
    assert rules_of(settle(run_rules(lookup, Workload(()), Options()), NOTHING)) == ["unused-index"]


def test_of_two_drops_that_rely_on_each_other_the_surer_stays() -> None:
    sure = finding("redundant-index", "a", confidence=Level.HIGH, changes=(drop("a"),), evidence=(("kept_index", "public.b"),))
    other = finding("redundant-index", "b", confidence=Level.MEDIUM, changes=(drop("b"),), evidence=(("kept_index", "public.a"),))
    assert settle((other, sure), NOTHING) == (sure,)


def test_drops_in_a_row_all_stay() -> None:
    first = finding("duplicate-index", "a", changes=(drop("a"),), evidence=(("kept_index", "public.b"),))
    second = finding("redundant-index", "b", changes=(drop("b"),), evidence=(("kept_index", "public.c"),))
    assert {one.id for one in settle((first, second), NOTHING)} == {first.id, second.id}
