"""Which changes make a migration, and which are left out, without a server."""

from dataclasses import replace

import pytest

from pgadvisor.errors import UsageError
from pgadvisor.migrate import write_migration
from pgadvisor.migrate.plan import plan
from pgadvisor.model.catalog import ExistingIndex, Table
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from tests.migrate.support import create, drop, existing, finding, keys, lookup, report, table

ORDERS = Name("public", "orders")
A, AB, B = Index(ORDERS, keys("a")), Index(ORDERS, keys("a", "b")), Index(ORDERS, keys("b"))


def planned(
    *changes: Change, rule: str = "x", known: tuple[ExistingIndex, ...] = (), tables: tuple[Table, ...] = (table(ORDERS),)
) -> tuple[list[tuple[str, str | None]], list[str]]:
    steps, refused = plan((finding(*changes, rule=rule),), lookup("shop", 18, tables, known))
    return [(step.change.action, step.change.name) for step in steps], [skipped.why for skipped in refused]


def test_order_does_not_depend_on_the_findings() -> None:
    analyze, extension = Change("analyze", ORDERS, "ANALYZE"), Change("create_extension", ORDERS, "CREATE EXTENSION e", None, "e")
    steps, refused = planned(analyze, drop("old", A), create("new", AB), extension, known=(existing("old", A),))
    assert steps == [("create_extension", "e"), ("create_index", "new"), ("drop_index", "old"), ("analyze", None)]
    assert refused == []


def test_the_same_change_of_two_findings_is_one_step_for_both() -> None:
    one, two = finding(create("n", A), ident="one"), finding(create("m", A), ident="two")
    steps, _ = plan((one, two), lookup("shop", 18, (table(ORDERS),)))
    assert [[asked.id for asked in step.findings] for step in steps] == [["one", "two"]]


def test_two_copies_never_drop_each_other() -> None:
    known = (existing("x", A), existing("y", A))
    steps, refused = planned(drop("x", A), drop("y", A), rule="duplicate-index", known=known)
    assert steps == [("drop_index", "y")]
    assert refused == ["no index that stands in for it would remain"]


@pytest.mark.parametrize(
    ("remaining", "kept"),
    [
        (AB, False),
        (B, True),
        (replace(AB, where="c > 0"), True),
        (replace(A, method="hash"), True),
        (Index(ORDERS, (IndexKey("a", descending=True, nulls_first=True), IndexKey("b"))), True),
    ],
)
def test_a_redundant_index_goes_only_where_another_serves(remaining: Index, kept: bool) -> None:
    steps, _ = planned(drop("x", A), rule="redundant-index", known=(existing("x", A), existing("y", remaining)))
    assert (steps == []) is kept


def test_an_invalid_index_does_not_stand_in() -> None:
    steps, _ = planned(drop("x", A), rule="redundant-index", known=(existing("x", A), existing("y", AB, valid=False)))
    assert steps == []


@pytest.mark.parametrize(
    ("changes", "known", "why"),
    [
        ([create("n", A)], [existing("o", A)], "index public.o is the same"),
        ([create("n", A)], [existing("n", B)], "the name is taken by another index"),
        ([create("n", A), create("n", B)], [], "another change of the same migration creates an index of that name"),
        ([create("é" * 32, A)], [], "the name is missing or longer than 63 bytes"),
        ([replace(create("n", A), index=None)], [], "the definition is not known"),
        ([drop("n", A)], [], "the index is not in the analysed snapshot"),
        ([drop("n", A)], [replace(existing("n", A), constraint="n")], "a constraint or the replica identity needs the index"),
        ([drop("n", A)], [replace(existing("n", A), parent=Name("public", "p"))], "it is part of a partitioned index"),
        ([Change("reindex", ORDERS, "REINDEX", None, "n", A)], [existing("n", replace(A, unique=True), valid=False)],
         "it is unique and INVALID: duplicates may be why, so look for them first, then rebuild it or drop it"),
        ([Change("alter_table", ORDERS, "ALTER TABLE")], [], "no migration is written for alter_table"),
        ([Change("create_statistics", ORDERS, "CREATE STATISTICS s ON a, b FROM t; DROP TABLE t", None, "s")], [],
         "the statement is not a single piece of SQL"),
    ],
)  # fmt: skip
def test_what_is_refused(changes: list[Change], known: list[ExistingIndex], why: str) -> None:
    _, refused = planned(*changes, known=tuple(known))
    assert refused == [why]


def test_a_rebuild_of_a_dropped_index_is_left_out() -> None:
    steps, refused = planned(drop("x", A), Change("reindex", ORDERS, "REINDEX", None, "x", A), known=(existing("x", A),))
    assert steps == [("drop_index", "x")]
    assert refused == ["the same migration drops the index"]


@pytest.mark.parametrize("kind", ["f", "v"])
def test_what_cannot_have_an_index(kind: str) -> None:
    assert planned(create("n", A), tables=(table(ORDERS, kind),))[0] == []


def test_dropping_from_a_partitioned_table_is_left_to_people() -> None:
    _, refused = planned(drop("x", A), known=(existing("x", A),), tables=(table(ORDERS, "p"),))
    assert "would lock every partition" in refused[0]


def test_nothing_to_do_is_no_file() -> None:
    assert write_migration(report(), lookup("shop", 18, ())).files == ()


def test_an_unknown_flavour() -> None:
    with pytest.raises(UsageError, match="flavour"):
        write_migration(report(), lookup("shop", 18, ()), flavour="cobol")


def test_the_reviewer_reads_names_and_figures_but_no_query() -> None:
    one = finding(create("n", A))
    one = replace(one, statements=tuple(replace(effect, query="select secret") for effect in one.statements))
    files = dict(write_migration(report(one), lookup("shop", 18, (table(ORDERS),))).files)
    text = next(text for name, text in files.items() if name.endswith(".up.sql"))
    assert "q07: 1,200 calls, 91,000 ms, saves about 90,800 ms of it" in text
    assert "public.orders, 1,000 rows, 160 kB" in text
    assert "SHARE UPDATE EXCLUSIVE" in text
    assert "DROP INDEX CONCURRENTLY public.n" in text
    assert not any("secret" in text for text in files.values())


def _up(one: Finding) -> str:
    files = write_migration(report(one), lookup("shop", 18, (table(ORDERS),))).files
    return next(text for name, text in files if name.endswith(".up.sql"))


def test_the_reviewer_reads_what_was_inferred() -> None:
    sure = finding(create("n", A))
    guessed = _up(replace(sure, confidence=Level.LOW, evidence=(("inferred_predicate", True),)))
    assert "-- Finding:   missing-index:x:1 (low confidence)" in guessed
    assert "-- Check:     [ ] the statements do ask for the state" in guessed
    assert "-- Check:" not in _up(sure)


def test_the_reviewer_reads_what_writes_cost() -> None:
    assert "-- Writes:    cost about 12.5 ms more" in _up(finding(create("n", A)))
    assert "-- Writes:    none counted that it would slow" in _up(finding(replace(create("n", A), write_cost_ms=0.0)))


def test_what_is_for_information_only_is_left_out() -> None:
    told = replace(finding(drop("x", A)), severity=Level.INFO)
    known = lookup("shop", 18, (table(ORDERS),), (existing("x", A),))
    steps, refused = plan((told,), known)
    assert (steps, len(refused)) == ((), 1)
    steps, refused = plan((told, finding(drop("x", A), ident="two")), known)
    assert (len(steps), refused) == (1, ())
