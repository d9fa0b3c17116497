"""What a nightly report tells, and what it keeps quiet about."""

import random
from dataclasses import replace

import pytest

from pgadvisor.history import compare
from pgadvisor.model.finding import Level
from pgadvisor.model.names import Name
from pgadvisor.model.nightly import Nightly, StatementTrend
from pgadvisor.model.server import SearchPath, Setting
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters, Statement, StatementsInfo
from tests.history.build import (
    BY_ID,
    BY_USER,
    LOGIN,
    ORDERS,
    TABLES,
    USERS,
    at,
    counters,
    index,
    moved,
    snapshot,
    statement,
    table,
    usage,
)

DAYS = 240.0  # the older snapshot is ten days after the counters began
LOAD = statement(99, LOGIN, counters(1_000_000, 1_000_000.0), stddev_ms=0.5)
MORE_LOAD = statement(99, LOGIN, counters(1_100_000, 1_100_000.0), stddev_ms=0.5)


def night(before: Statement | None, after: Statement | None, **given: object) -> Nightly:
    """One statement beside a steady load that takes 100 s of the night."""
    older = snapshot(DAYS, LOAD, *([before] if before else []))
    newer = snapshot(DAYS + 24, MORE_LOAD, *([after] if after else []), **given)  # type: ignore[arg-type]
    return compare(older, newer)


def trend(nightly: Nightly, text: str) -> StatementTrend:
    return next(t for t in nightly.statements if t.query == text)


def entry(calls: int, total_ms: float, text: str = BY_USER, **given: object) -> Statement:
    return statement(1, text, counters(calls, total_ms, calls, calls * 4), stddev_ms=1.0, **given)


def test_the_first_report_judges_nothing() -> None:
    nightly = compare(None, snapshot(DAYS, LOAD, entry(100, 1000.0)))
    assert nightly.first
    assert {t.change for t in nightly.statements} == {"steady"}
    assert nightly.since == at(0)
    assert nightly.findings == ()
    assert "first report" in nightly.notes[0]
    assert trend(nightly, BY_USER).counters.calls == 100


def test_a_slower_statement_is_worse() -> None:
    nightly = night(entry(10_000, 100_000.0), entry(11_000, 100_000.0 + 45_000.0))
    found = trend(nightly, BY_USER)
    assert found.change == "worse"
    assert found.counters.calls == 1000
    assert found.counters.mean_ms == pytest.approx(45.0)
    assert found.before.mean_ms == pytest.approx(10.0)
    assert found.ratio == pytest.approx(4.5)
    assert found.extra_ms == pytest.approx(35_000.0)
    assert found.share == pytest.approx(45_000 / 145_000)
    finding = nightly.findings[0]
    assert (finding.rule, finding.severity, finding.confidence) == ("regressed-statement", Level.HIGH, Level.HIGH)
    assert finding.tables == (ORDERS,)
    assert "$1" in finding.statements[0].query


def test_a_faster_statement_is_better() -> None:
    found = trend(night(entry(10_000, 100_000.0), entry(11_000, 101_000.0)), BY_USER)
    assert found.change == "better"
    assert found.extra_ms == pytest.approx(-9000.0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (entry(10_000, 100_000.0), entry(11_000, 114_000.0)),  # 1.4 times
        (entry(10_000, 100_000.0), entry(10_009, 101_800.0)),  # nine calls
        (entry(9, 90.0), entry(1009, 45_000.0)),  # no former mean to speak of
        (entry(10_000, 100.0), entry(11_000, 160.0)),  # 50 ms in all
        (
            statement(1, BY_USER, counters(10_000, 100_000.0), stddev_ms=1.0),
            statement(1, BY_USER, counters(10_020, 100_190.0 + 20_000.0), stddev_ms=200.0),
        ),  # one call of 20 s among twenty
    ],
    ids=["small ratio", "few calls", "few calls before", "little time", "one slow call"],
)
def test_noise_is_no_news(before: Statement, after: Statement) -> None:
    nightly = night(before, after)
    assert trend(nightly, BY_USER).change == "steady"
    assert nightly.findings == ()


def test_more_calls_at_the_same_mean_are_not_worse() -> None:
    assert trend(night(entry(10_000, 100_000.0), entry(90_000, 900_000.0)), BY_USER).change == "steady"


def test_a_new_statement() -> None:
    nightly = night(None, entry(10, 20.0))
    found = trend(nightly, BY_USER)
    assert (found.change, found.heavy, found.reason) == ("new", False, "Not seen before.")
    assert nightly.findings == ()


@pytest.mark.parametrize(
    ("calls", "total_ms", "heavy"),
    [(100_000, 60_000.0, True), (100_000, 59_000.0, False), (10, 5000.0, True), (9, 5000.0, False), (100, 5000.0, False)],
)
def test_a_new_statement_that_is_a_burden(calls: int, total_ms: float, heavy: bool) -> None:
    nightly = night(None, entry(calls, total_ms))
    assert trend(nightly, BY_USER).heavy is heavy
    assert [finding.rule for finding in nightly.findings] == (["slow-statement"] if heavy else [])


def test_a_new_queryid_of_a_known_statement_is_not_new() -> None:
    older = snapshot(DAYS, LOAD, entry(10_000, 100_000.0))
    anew = statement(2, "select id, total\n from orders where user_id = $1", counters(1000, 10_000.0), stddev_ms=1.0)
    newer = snapshot(DAYS + 24, MORE_LOAD, entry(10_000, 100_000.0), anew)
    nightly = compare(older, newer)
    assert {t.change for t in nightly.statements} == {"steady"}
    assert next(t for t in nightly.statements if ORDERS in t.tables).counters.calls == 1000


def test_users_of_one_statement_are_one_statement() -> None:
    other = replace(entry(500, 5000.0), user_oid=11, user="batch")
    found = trend(night(entry(10_000, 100_000.0), entry(11_000, 110_000.0), tables=TABLES), BY_USER)
    assert found.users == ("shop",)
    newer = snapshot(DAYS + 24, MORE_LOAD, entry(11_000, 110_000.0), other)
    found = trend(compare(snapshot(DAYS, LOAD, entry(10_000, 100_000.0)), newer), BY_USER)
    assert found.users == ("batch", "shop")
    assert found.counters.calls == 1500


def test_a_statement_that_stopped_is_gone() -> None:
    busy = entry(24_000, 240_000.0)
    found = trend(night(busy, busy), BY_USER)
    assert found.change == "gone"
    assert "2,400 calls" in found.reason
    assert found.extra_ms == pytest.approx(-24_000.0)


@pytest.mark.parametrize(
    "rare",
    [entry(20, 240_000.0), entry(24_000, 1000.0)],
    ids=["rarely called", "no part of the load"],
)
def test_a_rare_or_light_statement_is_not_missed(rare: Statement) -> None:
    assert not [t for t in night(rare, rare).statements if t.change == "gone"]


def test_a_script_that_ran_once_last_evening_is_not_missed() -> None:
    once = entry(1, 240_000.0, stats_since=at(DAYS - 0.01))
    assert not night(once, once).changed("gone")


def test_nothing_is_gone_after_a_crash_at_an_unknown_time() -> None:
    info = StatementsInfo("1.10", at(-300_000), 0, 5000, "top")
    nightly = night(entry(24_000, 240_000.0), None, info=info)
    assert nightly.reset
    assert not nightly.changed("gone")


def test_a_reset_in_between_is_told_and_is_no_news() -> None:
    nightly = night(entry(10_000, 100_000.0), entry(400, 4000.0))
    found = trend(nightly, BY_USER)
    assert (found.reset, found.change, found.counters.calls) == (True, "steady", 400)


def test_evictions_make_new_less_sure() -> None:
    nightly = night(None, entry(10, 20.0), info=StatementsInfo("1.10", at(0), 3, 5000, "top"))
    assert "may have run earlier" in trend(nightly, BY_USER).reason
    assert any("3 times" in note for note in nightly.notes)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (counters(11_000, 145_000.0, 10_000 + 1000, 40_000 + 48_000), "most likely another plan"),
        (counters(11_000, 145_000.0, 10_000 + 5000, 40_000 + 20_000), "5.0 times the rows"),
        (counters(11_000, 145_000.0, 11_000, 40_000 + 1000, 3000), "from outside shared buffers"),
        (counters(11_000, 145_000.0, 11_000, 44_000), "locks, waits"),
        (replace(counters(11_000, 145_000.0, 11_000, 44_000), temp_blocks_written=900), "temporary files"),
    ],
)
def test_the_reason_is_read_from_the_counters(after: Counters, words: str) -> None:
    before = statement(1, BY_USER, counters(10_000, 100_000.0, 10_000, 40_000), stddev_ms=1.0)
    found = trend(night(before, statement(1, BY_USER, after, stddev_ms=1.0)), BY_USER)
    assert found.change == "worse"
    assert words in found.reason
    assert found.reason.startswith("10 ms -> 45 ms a call.")


def test_what_happened_to_its_tables_stands_beside() -> None:
    older = snapshot(DAYS, LOAD, entry(10_000, 100_000.0), indexes=(index("orders_user_idx", ORDERS, 5),))
    grown = (table(ORDERS, 1, "id", "user_id", "total", pages=100_000), TABLES[1])
    newer = snapshot(DAYS + 24, MORE_LOAD, entry(11_000, 145_000.0), tables=grown)
    older = replace(older, tables=(table(ORDERS, 1, "id", "user_id", "total", pages=50_000), TABLES[1]))
    reason = trend(compare(older, newer), BY_USER).reason
    assert "Index public.orders_user_idx on public.orders was dropped." in reason
    assert "public.orders grew by 100%." in reason


def test_nested_statements_do_not_count_twice() -> None:
    nested = replace(entry(1000, 50_000.0), toplevel=False)
    nightly = compare(snapshot(DAYS, LOAD), snapshot(DAYS + 24, MORE_LOAD, nested))
    assert nightly.total_ms == pytest.approx(100_000.0)
    assert nightly.calls == 100_000
    assert nightly.active == 2


def test_busy_sessions() -> None:
    nightly = night(None, None)
    assert nightly.busy == pytest.approx(100_000 / (24 * 3_600_000))
    assert nightly.busy_before == pytest.approx(1_000_000 / (240 * 3_600_000))


def test_statements_without_text_are_told_by_queryid() -> None:
    nightly = compare(snapshot(DAYS), snapshot(DAYS + 24, statement(7, None, counters(10, 100.0))))
    assert nightly.statements[0].identity == "queryid-7"
    assert nightly.statements[0].change == "new"


def test_a_text_lost_since_is_still_the_same_statement() -> None:
    found = trend(night(entry(10_000, 100_000.0), replace(entry(11_000, 110_000.0), text=None)), BY_USER)
    assert (found.change, found.counters.calls) == ("steady", 1000)


def test_the_same_text_on_other_tables_is_another_statement() -> None:
    tables = (*TABLES, table(Name("tenant", "orders"), 7, "id", "user_id", "total"))
    tenant = replace(entry(50, 500.0), queryid=8, user_oid=20, user="tenant")
    paths = (SearchPath(20, "tenant", ("tenant",)),)
    older = snapshot(DAYS, LOAD, entry(10_000, 100_000.0), tables=tables, search_paths=paths)
    newer = snapshot(DAYS + 24, MORE_LOAD, entry(10_500, 105_000.0), tenant, tables=tables, search_paths=paths)
    by_table = {t.tables[0]: t for t in compare(older, newer).statements}
    assert (by_table[ORDERS].change, by_table[ORDERS].counters.calls) == ("steady", 500)
    assert (by_table[Name("tenant", "orders")].change, by_table[Name("tenant", "orders")].counters.calls) == ("new", 50)


def test_tables_indexes_and_settings() -> None:
    older = snapshot(
        DAYS,
        tables=(
            table(ORDERS, 1, "id", pages=1000, usage=usage(rows_inserted=10, seq_rows_read=5)),
            table(USERS, 2, "id", usage=usage(rows_inserted=100)),
        ),
        indexes=(index("a", ORDERS, 3, scans=2400), index("b", ORDERS, 4), index("c", ORDERS, 5), index("d", ORDERS, 6, scans=7)),
        settings=(Setting("work_mem", "4096", "kB", "default"), Setting("jit", "on", None, "default")),
    )
    newer = snapshot(
        DAYS + 24,
        tables=(
            table(ORDERS, 1, "id", pages=2000, usage=usage(rows_inserted=25, seq_rows_read=2_000_005)),
            table(USERS, 22, "id", usage=usage(rows_inserted=7, seq_rows_read=3_000_000)),
        ),
        indexes=(
            index("a", ORDERS, 3, scans=2400),
            index("b", ORDERS, 4, scans=9),
            index("c", ORDERS, 5, valid=False),
            index("e", ORDERS, 8),
        ),
        settings=(Setting("work_mem", "65536", "kB", "configuration file"), Setting("jit", "on", None, "default")),
    )
    nightly = compare(older, newer)
    by_name = {t.table: t for t in nightly.tables}
    assert by_name[ORDERS].growth_bytes == 1000 * 8192
    assert (by_name[ORDERS].inserted, by_name[ORDERS].seq_rows_read) == (15, 2_000_000)
    assert (by_name[USERS].inserted, by_name[USERS].size_before_bytes) == (7, None)  # another table of the same name
    assert {t.index.name: t.change for t in nightly.indexes} == {
        "a": "no longer used",
        "b": "came into use",
        "c": "became invalid",
        "d": "dropped",
        "e": "created",
    }
    assert [(t.name, t.before, t.after) for t in nightly.settings] == [("work_mem", "4096kB", "65536kB")]


def test_a_reset_of_the_tables_counters_is_no_spike_and_no_silence() -> None:
    older = snapshot(
        DAYS,
        tables=(table(ORDERS, 1, "id", usage=usage(rows_inserted=10, seq_rows_read=10)),),
        indexes=(index("a", ORDERS, 3, scans=2400),),
    )
    newer = snapshot(
        DAYS + 24,
        tables=(table(ORDERS, 1, "id", usage=usage(rows_inserted=50, seq_rows_read=2_000_000)),),
        indexes=(index("a", ORDERS, 3, scans=0),),
    )
    reset = compare(older, moved(newer, stats_reset=at(DAYS + 1)))
    assert reset.tables[0].inserted == 50
    assert reset.indexes == ()
    smaller = replace(newer, tables=(table(ORDERS, 1, "id", usage=usage(rows_inserted=3, seq_rows_read=2_000_000)),))
    assert compare(older, smaller).tables[0].inserted == 3


def test_only_the_top_and_the_changed_are_listed() -> None:
    many = [statement(n, f"SELECT f{n}(id) FROM orders", counters(10, float(n))) for n in range(1, 41)]
    nightly = compare(snapshot(DAYS, *many), snapshot(DAYS + 24, *(doubled(s) for s in many)), top=5)
    assert len(nightly.statements) == 5
    assert nightly.active == 40
    assert [t.counters.total_ms for t in nightly.heaviest] == [40.0, 39.0, 38.0, 37.0, 36.0]


def doubled(of: Statement) -> Statement:
    return of.with_counters(of.counters.plus(of.counters))


def test_the_order_of_the_entries_does_not_matter() -> None:
    older = snapshot(DAYS, LOAD, entry(10_000, 100_000.0))
    rows = [MORE_LOAD, entry(11_000, 145_000.0), statement(3, BY_ID, counters(5, 5.0))]
    expected = compare(older, snapshot(DAYS + 24, *rows))
    random.Random(7).shuffle(rows)
    assert compare(older, snapshot(DAYS + 24, *rows)) == expected


def test_a_snapshot_compares_with_itself_an_hour_later() -> None:
    older: Snapshot = snapshot(DAYS, LOAD, entry(10_000, 100_000.0))
    nightly = compare(older, replace(older, collected_at=at(DAYS + 1)))
    assert nightly.total_ms == 0
    assert nightly.findings == ()
    assert {t.change for t in nightly.statements} <= {"gone"}
