"""Which tables are in question: pure, without a server."""

import pytest

from pgadvisor.collect.question import SMALL_DATABASE, Relations, in_question, mentioned
from pgadvisor.collect.search_paths import schemas_of
from pgadvisor.model.names import Name


def relations(small: bool = False) -> Relations:
    """1 orders, 2 customers, 3 other.orders, 4 events with its partitions 5 and 6, 7 alone, 8 items; 20 a view of 21, which
    reads 1; and enough others to be no small database."""
    tables = {
        1: Name("public", "orders"),
        2: Name("public", "customers"),
        3: Name("other", "orders"),
        4: Name("public", "events"),
        5: Name("public", "events_1"),
        6: Name("public", "events_2"),
        7: Name("public", "alone"),
        8: Name("public", "items"),
    }
    if not small:
        tables |= {100 + n: Name("public", f"t{n}") for n in range(SMALL_DATABASE)}
    return Relations(
        tables=tables,
        views={20: Name("public", "outer"), 21: Name("public", "inner")},
        view_sources={20: {21}, 21: {1}},
        parents={5: [4], 6: [4]},
        references={(1, 2), (8, 1)},
    )


def wanted(*texts: str, small: bool = False) -> set[int]:
    known = relations(small)
    return set(in_question(mentioned(texts, known), known))


def test_nothing_said_nothing_asked() -> None:
    assert wanted() == set()
    assert wanted("select 1", "not sql at all (") == set()


def test_small_database_is_read_whole() -> None:
    assert wanted(small=True) == {1, 2, 3, 4, 5, 6, 7, 8, 20, 21}


def test_name_without_schema_stands_for_all_of_that_name() -> None:
    assert {1, 3} <= wanted("select * from orders")
    assert wanted("select * from other.orders") == {3}
    assert wanted("select * from nowhere.orders") == set()


def test_foreign_keys_bring_their_neighbours_but_not_theirs() -> None:
    assert wanted("select * from public.customers") == {1, 2}
    assert wanted("select * from public.orders") == {1, 2, 8}


def test_views_bring_what_they_read() -> None:
    assert wanted("select * from public.outer") == {20, 21, 1, 2, 8}


@pytest.mark.parametrize("name", ["events", "events_1"])
def test_partition_brings_its_family(name: str) -> None:
    assert wanted(f"delete from {name} where id = 1") == {4, 5, 6}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ('"$user", public', ("app", "public")),
        ("$user,public", ("app", "public")),
        ('"", public', ("public",)),
        ("", ()),
        ('"a ""b""",  PUBLIC , "C,d"', ('a "b"', "public", "C,d")),
        ("public, public", ("public",)),
    ],
)
def test_search_path_texts(setting: str, expected: tuple[str, ...]) -> None:
    assert schemas_of(setting, "app", {"app", "public"}) == expected
    assert "other" not in schemas_of(setting, "other", {"app"})
