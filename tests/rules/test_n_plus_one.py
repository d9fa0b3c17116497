"""n-plus-one: the pair is found to the row, coincidences are not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import StatementsInfo
from pgadvisor.model.workload import Predicate, Query, Run, Workload
from pgadvisor.rules import n_plus_one
from pgadvisor.rules.rule import Facts
from tests.catalog import make_lookup, make_statement, make_statistics
from tests.rules.making import NOW, asked, equals, evidence, facts_of, limited, listing, read

SHOP = """
create table members (id bigint primary key, email text unique, handle text not null unique);
create table purchases (id bigint primary key, member_id bigint not null references members, placed_by text, note text);
create table purchase_lines (id bigint primary key, purchase_id bigint not null references purchases, quantity integer);
create table sessions (id uuid primary key, member_id bigint not null references members);
create table notices (id bigint primary key, member_id bigint references members, seen boolean);
create table votes (purchase_id bigint not null references purchases, member_id bigint not null references members,
                    primary key (purchase_id, member_id));
create table wishes (id bigint primary key, member_id bigint not null, wished_by text);
create table regions (country text, code text, primary key (country, code));
create table cities (id bigint primary key, country text, code text, foreign key (country, code) references regions);
"""


def shop(*statistics: ColumnStatistics) -> Lookup:
    return make_lookup(SHOP, statistics=statistics)


def find(*queries: Query, lookup: Lookup | None = None) -> tuple[Finding, ...]:
    return n_plus_one.find(facts_of(lookup or shop(), *queries))


PAGE = listing(1, "purchases", "id", "member_id", calls=24, rows=2400)


def test_fires_for_the_member_of_each_row() -> None:
    (finding,) = find(PAGE, asked(2, "members", "id", calls=2400, sql="SELECT email FROM members WHERE id = $1"))
    facts = evidence(finding)
    assert finding.confidence is Level.HIGH
    assert (facts["child_queryid"], facts["parent_queryid"]) == ("2", "1")
    assert (facts["child_table"], facts["child_columns"]) == ("public.members", ("id",))
    assert (facts["parent_table"], facts["parent_columns"]) == ("public.purchases", ("member_id",))
    assert facts["foreign_key"] == "purchases_member_id_fkey"
    assert (facts["child_calls"], facts["parent_rows"], facts["ratio"], facts["round_trips"]) == (2400, 2400, 1.0, 2376)
    assert "ANY" in facts["batched_sql"].upper()


def test_fires_for_the_collection_of_each_row() -> None:
    (finding,) = find(PAGE, asked(2, "purchase_lines", "purchase_id", calls=2400, rows=7100))
    facts = evidence(finding)
    assert (facts["child_columns"], facts["parent_columns"]) == (("purchase_id",), ("id",))
    assert facts["foreign_key"] == "purchase_lines_purchase_id_fkey"
    assert finding.confidence is Level.HIGH


def test_fires_through_a_foreign_key_of_two_columns() -> None:
    page = listing(1, "cities", "country", "code", calls=10, rows=500)
    (finding,) = find(page, asked(2, "regions", "country", "code", calls=500))
    assert evidence(finding)["child_columns"] == ("country", "code")
    assert evidence(finding)["batched_sql"] is None


def test_fires_when_the_parent_selects_whole_rows() -> None:
    page = listing(1, "purchases", calls=24, rows=2400, whole_rows=True)
    assert len(find(page, asked(2, "members", "id", calls=2400))) == 1


def test_fires_for_each_of_several_children() -> None:
    found = find(
        PAGE,
        asked(2, "members", "id", calls=2400),
        asked(3, "purchase_lines", "purchase_id", calls=2400),
        asked(4, "votes", "purchase_id", "member_id", calls=2400, rows=100),
    )
    assert {evidence(finding)["child_queryid"] for finding in found} == {"2", "3", "4"}
    assert {evidence(finding)["child_queryid"]: finding.confidence for finding in found}["4"] is Level.MEDIUM


def test_fires_with_rows_that_have_no_member() -> None:
    nullable = shop(make_statistics("notices", "member_id", null_fraction=0.5))
    page = listing(1, "notices", "id", "member_id", calls=10, rows=2000)
    (finding,) = find(page, asked(2, "members", "id", calls=1000), lookup=nullable)
    assert finding.confidence is Level.HIGH
    assert evidence(finding)["ratio"] == 0.5
    assert find(page, asked(2, "members", "id", calls=2000), lookup=nullable) == ()


def test_fires_low_when_a_cache_of_objects_hides_calls() -> None:
    few = shop(make_statistics("purchases", "member_id", distinct=60.0))
    (finding,) = find(PAGE, asked(2, "members", "id", calls=1500), lookup=few)
    assert finding.confidence is Level.LOW
    assert find(PAGE, asked(2, "members", "id", calls=1500)) == ()  # how many differ is not known
    many = shop(make_statistics("purchases", "member_id", distinct=-1.0))
    assert find(PAGE, asked(2, "members", "id", calls=1500), lookup=many) == ()  # all differ


def test_best_of_several_parents_is_named_and_the_others_said() -> None:
    other = listing(3, "notices", "member_id", calls=10, rows=2250)
    (finding,) = find(other, PAGE, asked(2, "members", "id", calls=2400))
    assert evidence(finding)["parent_queryid"] == "1"
    assert evidence(finding)["other_parents"] == ("3",)


def test_several_parents_may_explain_a_child_together() -> None:
    first = listing(1, "purchases", "member_id", calls=10, rows=1000)
    second = listing(3, "notices", "member_id", calls=20, rows=600)
    third = listing(4, "purchases", "id", "member_id", calls=5, rows=500)
    (finding,) = find(first, second, third, asked(2, "members", "id", calls=1500))
    facts = evidence(finding)
    assert (facts["parent_queryid"], facts["other_parents"], facts["parent_rows"]) == ("1", ("4",), 1500)
    assert finding.confidence is Level.MEDIUM


@pytest.mark.parametrize(
    ("calls", "confidence"), [(2400, Level.HIGH), (2409, Level.HIGH), (2430, Level.MEDIUM), (2280, Level.LOW), (2580, Level.LOW)]
)
def test_confidence_follows_the_ratio(calls: int, confidence: Level) -> None:
    (finding,) = find(PAGE, asked(2, "members", "id", calls=calls))
    assert finding.confidence is confidence


def test_few_calls_are_less_sure() -> None:
    page = listing(1, "purchases", "member_id", calls=2, rows=40)
    (finding,) = find(page, asked(2, "members", "id", calls=40))
    assert finding.confidence is Level.MEDIUM


def test_rows_of_a_file_without_figures_come_from_its_limit() -> None:
    page = listing(1, "purchases", "member_id", calls=90, rows=0, limits=limited(25))
    (finding,) = find(page, asked(2, "members", "id", calls=2250, rows=0))
    assert finding.confidence is Level.MEDIUM
    assert evidence(finding)["parent_rows"] == 2250


def test_without_a_foreign_key_a_name_gives_low_confidence() -> None:
    page = listing(1, "wishes", "id", "member_id", calls=30, rows=3000)
    (finding,) = find(page, asked(2, "members", "id", calls=3000))
    assert finding.confidence is Level.LOW
    assert (evidence(finding)["foreign_key"], evidence(finding)["tie"]) == (None, "name")


def handles(table: str, column: str, first: int, prefix: str = "m") -> ColumnStatistics:
    bounds = ",".join(f"{prefix}{number}" for number in range(first, first + 40))
    return make_statistics(table, column, histogram_bounds="{" + bounds + "}")


def test_without_a_foreign_key_alike_values_give_low_confidence() -> None:
    lookup = shop(handles("members", "handle", 100), handles("wishes", "wished_by", 102))
    page = listing(1, "wishes", "id", "wished_by", calls=30, rows=3000)
    (finding,) = find(page, asked(2, "members", "handle", calls=3000), lookup=lookup)
    assert finding.confidence is Level.LOW
    assert evidence(finding)["tie"] == "values"
    assert "m103" not in repr(finding)


@pytest.mark.parametrize(("first", "prefix"), [(105, "order-"), (900, "m")])
def test_silent_without_a_foreign_key_for_other_values(first: int, prefix: str) -> None:
    lookup = shop(handles("members", "handle", 100), handles("wishes", "wished_by", first, prefix))
    page = listing(1, "wishes", "id", "wished_by", calls=30, rows=3000)
    assert find(page, asked(2, "members", "handle", calls=3000), lookup=lookup) == ()


def test_silent_without_a_foreign_key_when_the_counts_differ_a_little() -> None:
    page = listing(1, "wishes", "id", "member_id", calls=30, rows=3000)
    assert find(page, asked(2, "members", "id", calls=2850)) == ()


def test_silent_for_a_session_that_loads_its_member() -> None:
    session = asked(1, "sessions", "id", calls=3000, output=((0, "id"), (0, "member_id")))
    assert find(session, asked(2, "members", "id", calls=3000)) == ()


def test_silent_for_unrelated_statements_with_the_same_calls() -> None:
    assert (
        find(
            asked(1, "sessions", "id", calls=3000),
            asked(2, "members", "email", calls=3000),
            asked(3, "regions", "country", "code", calls=3000),
            listing(4, "purchase_lines", "id", "quantity", calls=30, rows=3000),
        )
        == ()
    )


def test_silent_for_a_login_by_email() -> None:
    assert find(PAGE, asked(2, "members", "email", calls=2400)) == ()


def test_silent_for_a_hot_lookup_alone() -> None:
    assert find(asked(2, "members", "id", calls=4_000_000)) == ()


def test_silent_when_the_parent_does_not_return_the_key() -> None:
    assert find(listing(1, "purchases", "id", "note", calls=24, rows=2400), asked(2, "members", "id", calls=2400)) == ()


def test_silent_for_one_lookup_per_call_of_the_parent() -> None:
    one = shop(make_statistics("notices", "member_id", distinct=5.0))
    page = listing(1, "notices", "id", "member_id", calls=3000, rows=15000, predicates=(equals("member_id"),))
    assert find(page, asked(2, "members", "id", calls=3000), lookup=one) == ()


def test_silent_for_a_lookup_by_its_own_key_within_a_parent() -> None:
    assert find(listing(1, "members", "id", calls=10, rows=500), asked(2, "purchases", "id", "member_id", calls=500)) == ()


@pytest.mark.parametrize("facts", [{"kind": "update"}, {"locking": True}, {"toplevel": False}])
def test_silent_for_what_is_no_round_trip_of_a_page(facts: dict[str, Any]) -> None:
    assert find(PAGE, asked(2, "members", "id", calls=2400, **facts)) == ()


def test_silent_for_a_batch() -> None:
    batch = Predicate(equals("id").key, "in", equals("id").operand, array=True)
    assert find(PAGE, listing(2, "members", "id", calls=2400, rows=2400, predicates=(batch,))) == ()


@given(calls=st.integers(20, 10**6), rows=st.integers(1, 10**6), times=st.integers(1, 10**4))
def test_whatever_is_found_has_agreeing_counts(calls: int, rows: int, times: int) -> None:
    page = listing(1, "purchases", "id", "member_id", calls=times, rows=rows)
    found = find(page, asked(2, "members", "id", calls=calls))
    assert bool(found) == (abs(calls - rows) <= max(1, 0.1 * rows) and rows >= 1.5 * times and calls >= 1.5 * times)
    assert all(evidence(finding)["round_trips"] > 0 for finding in found)


def test_texts_of_a_file_with_constants() -> None:
    page = make_statement("select id, wished_by from wishes order by id limit 25", queryid=1, calls=900, rows=0, label="page")
    child = make_statement("select id, handle from members where handle = 'secret'", queryid=2, calls=22500, rows=0, label="one")
    statistics = (handles("members", "handle", 100), handles("wishes", "wished_by", 102))
    (finding,) = n_plus_one.find(read(SHOP, page, child, statistics=statistics))
    facts = evidence(finding)
    assert (facts["child_queryid"], facts["parent_queryid"], facts["parent_rows"]) == ("2", "1", 22500)
    assert "handle = ANY($1)" in facts["batched_sql"].replace("ANY (", "ANY(")
    assert "secret" not in repr(finding)


def test_parents_that_add_up_exactly_beat_one_that_is_only_close() -> None:
    first = listing(1, "purchases", "member_id", calls=10, rows=1000)
    second = listing(4, "purchases", "id", "member_id", calls=5, rows=80)
    (finding,) = find(first, second, asked(2, "members", "id", calls=1080))
    assert evidence(finding)["parent_rows"] == 1080
    assert finding.confidence is Level.MEDIUM


def test_silent_for_one_lookup_per_call_though_all_rows_share_a_key() -> None:
    one = shop(make_statistics("notices", "member_id", distinct=1.0))
    page = listing(1, "notices", "id", "member_id", calls=3000, rows=6000)
    assert find(page, asked(2, "members", "id", calls=3000), lookup=one) == ()


@pytest.mark.parametrize("facts", [{"kind": "insert"}, {"toplevel": False}])
def test_silent_for_rows_that_no_page_received(facts: dict[str, Any]) -> None:
    page = listing(1, "purchases", "id", "member_id", calls=24, rows=2400, **facts)
    assert find(page, asked(2, "members", "id", calls=2400)) == ()


def shown(*runs: Run, queries: tuple[Query, ...]) -> tuple[Finding, ...]:
    return n_plus_one.find(Facts(shop(), Workload(queries, runs=runs)))


LOOKUP = asked(2, "members", "id", calls=5000, logged_calls=480, sql="SELECT email FROM members WHERE id = $1")
SEEN = Run(child=1, parent=0, runs=12, calls=480, blocks=0, parent_calls=12, child_calls=480)


def test_the_log_makes_a_pair_sure_that_the_counters_do_not_tell() -> None:
    assert find(PAGE, LOOKUP) == ()
    (finding,) = shown(SEEN, queries=(PAGE, LOOKUP))
    facts = evidence(finding)
    assert finding.confidence is Level.HIGH
    assert (facts["parent_queryid"], facts["foreign_key"]) == ("1", "purchases_member_id_fkey")
    assert (facts["log_runs"], facts["log_calls"], facts["round_trips"]) == (12, 480, 4875)


def test_the_log_s_parent_goes_before_the_counters_() -> None:
    other = listing(3, "notices", "id", "member_id", calls=50, rows=5000)
    assert evidence(find(PAGE, LOOKUP, other)[0])["parent_queryid"] == "3"
    (finding,) = shown(SEEN, queries=(PAGE, LOOKUP, other))
    assert evidence(finding)["parent_queryid"] == "1"


def test_a_log_without_runs_makes_equal_counts_less_sure() -> None:
    page, lookup = replace(PAGE, logged_calls=3), asked(2, "members", "id", calls=2400, logged_calls=300)
    (finding,) = find(page, lookup)
    assert finding.confidence is Level.MEDIUM
    assert "may agree by chance" in finding.message


def test_only_the_child_is_sure_within_transactions() -> None:
    run = Run(child=0, parent=None, runs=3, calls=450, blocks=3, parent_calls=0, child_calls=480)
    (finding,) = shown(run, queries=(LOOKUP,))
    facts = evidence(finding)
    assert finding.confidence is Level.HIGH
    assert (facts["child_queryid"], facts["parent_queryid"], facts["parent_columns"]) == ("2", None, None)
    assert "ANY" in facts["batched_sql"].upper()


@pytest.mark.parametrize(
    "run",
    [
        replace(SEEN, runs=1, calls=15),  # one of twelve pages was followed by other requests
        replace(SEEN, parent=2),  # nothing ties the two
        replace(SEEN, runs=1, calls=4000, parent_calls=1),  # far more than the page has rows
        replace(SEEN, parent=None, runs=1, calls=20, blocks=1),  # a small part of the lookups
    ],
)
def test_silent_for_runs_that_are_no_loop(run: Run) -> None:
    assert shown(run, queries=(PAGE, LOOKUP, listing(3, "cities", "id", calls=12, rows=480))) == ()


def counted(transactions: int | None, *, longer: timedelta = timedelta(days=1)) -> Lookup:
    """The shop, whose transactions are counted `longer` than its statements."""
    known = shop()
    server = replace(known.snapshot.server, transactions=transactions, stats_reset=NOW - longer)
    info = StatementsInfo("1.10", NOW, 0, 5000, "top")
    return Lookup(replace(known.snapshot, server=server, statements_info=info))


CROWDED = asked(2, "members", "id", calls=400_000, sql="SELECT email FROM members WHERE id = $1")


def test_only_the_child_is_sure_where_it_ran_far_more_often_than_transactions_ended() -> None:
    (finding,) = find(CROWDED, lookup=counted(10_000))
    facts = evidence(finding)
    assert finding.confidence is Level.LOW
    assert (facts["child_queryid"], facts["parent_queryid"], facts["transactions"]) == ("2", None, 10_000)
    assert facts["round_trips"] == 390_000
    assert "40.0 times in each" in finding.message
    assert "ANY" in facts["batched_sql"].upper()


def test_a_parent_that_the_counters_tell_goes_before_the_transactions() -> None:
    page = listing(1, "purchases", "id", "member_id", calls=4_000, rows=400_000)
    (finding,) = find(page, CROWDED, lookup=counted(10_000))
    assert evidence(finding)["parent_queryid"] == "1"


@pytest.mark.parametrize(
    "lookup",
    [
        counted(400_000),  # each statement a transaction of its own
        counted(100_000),  # four in each
        counted(100),  # too few to tell
        counted(None),  # an older snapshot
        counted(10_000, longer=timedelta(days=-1)),  # transactions were reset later than statements
    ],
)
def test_silent_where_transactions_do_not_tell(lookup: Lookup) -> None:
    assert find(CROWDED, lookup=lookup) == ()


@pytest.mark.parametrize("facts", [{"measured": False}, {"toplevel": False}, {"label": "q1"}])
def test_silent_for_calls_that_the_server_did_not_count(facts: dict[str, Any]) -> None:
    query = replace(CROWDED, **facts)
    assert find(query, lookup=counted(10_000)) == ()
