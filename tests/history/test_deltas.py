"""Whatever happens to the counters between two reads, a delta is never negative and never more than what really ran."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.errors import UsageError
from pgadvisor.history.deltas import deltas
from pgadvisor.history.interval import interval
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters, StatementsInfo
from tests.history.build import BY_ID, BY_USER, START, at, counters, moved, snapshot, statement

KEY = (10, 1, True)


def calls_between(older: Snapshot, newer: Snapshot) -> tuple[int, bool]:
    delta = deltas(interval(older, newer))[KEY]
    return delta.counters.calls, delta.reset


def test_the_plain_difference() -> None:
    older, newer = (
        snapshot(24, statement(1, BY_ID, counters(100, 50.0, 7))),
        snapshot(48, statement(1, BY_ID, counters(130, 80.0, 9))),
    )
    delta = deltas(interval(older, newer))[KEY]
    assert delta.counters == counters(30, 30.0, 2)
    assert not delta.reset


def test_an_entry_that_was_not_there_counts_whole() -> None:
    assert calls_between(snapshot(24), snapshot(48, statement(1, BY_ID, counters(5, 5.0)))) == (5, False)


@pytest.mark.parametrize("smaller", [counters(40, 900.0, 90), counters(400, 9.0, 90), counters(400, 900.0, 9)])
def test_any_smaller_counter_means_it_began_anew(smaller: Counters) -> None:
    older, newer = snapshot(24, statement(1, BY_ID, counters(100, 50.0, 20))), snapshot(48, statement(1, BY_ID, smaller))
    assert calls_between(older, newer) == (smaller.calls, True)


def test_a_newer_entry_began_anew_though_it_counted_more() -> None:
    older = snapshot(24, statement(1, BY_ID, counters(100, 50.0), stats_since=START))
    newer = snapshot(48, statement(1, BY_ID, counters(300, 90.0), stats_since=at(30)))
    assert calls_between(older, newer) == (300, True)
    same = snapshot(48, statement(1, BY_ID, counters(300, 90.0), stats_since=START))
    assert calls_between(older, same) == (200, False)


@pytest.mark.parametrize(
    "info",
    [
        StatementsInfo("1.10", at(30), 0, 5000, "top"),
        StatementsInfo("1.10", datetime(2000, 1, 1, tzinfo=START.tzinfo), 0, 5000, "top"),
    ],
    ids=["reset", "crash sets the time back"],
)
def test_a_reset_of_everything(info: StatementsInfo) -> None:
    older, newer = (
        snapshot(24, statement(1, BY_ID, counters(100, 50.0))),
        snapshot(48, statement(1, BY_ID, counters(300, 90.0)), info=info),
    )
    between = interval(older, newer)
    assert between.reset
    assert any("emptied" in note for note in between.notes)
    assert calls_between(older, newer) == (300, True)


def test_a_crash_shows_in_the_evictions() -> None:
    before, after = StatementsInfo("1.10", START, 9, 5000, "top"), StatementsInfo("1.10", START, 2, 5000, "top")
    older, newer = snapshot(24, info=before), snapshot(48, info=after)
    assert interval(older, newer).reset
    assert not interval(snapshot(24, info=after), snapshot(48, info=before)).reset
    assert interval(snapshot(24, info=after), snapshot(48, info=before)).evictions == 7


def test_a_restart_keeps_the_counters_and_is_told() -> None:
    older = snapshot(24, statement(1, BY_ID, counters(100, 50.0)))
    newer = moved(snapshot(48, statement(1, BY_ID, counters(130, 80.0))), started_at=at(30))
    between = interval(older, newer)
    assert between.restarted_at == at(30)
    assert not between.reset
    assert calls_between(older, newer) == (30, False)


def test_another_server_is_not_compared() -> None:
    older = moved(snapshot(24, statement(1, BY_ID, counters(100, 50.0))), started_at=at(20))
    newer = moved(snapshot(48, statement(1, BY_ID, counters(9000, 80.0))), started_at=at(2))
    between = interval(older, newer)
    assert between.older is None
    assert "another server" in between.notes[0]


def test_an_older_major_is_not_compared_and_an_upgrade_is_a_reset() -> None:
    fifteen, eighteen = snapshot(24), moved(snapshot(48), version_num=180006, started_at=at(40))
    assert interval(fifteen, eighteen).reset
    assert interval(moved(snapshot(24), version_num=180006), snapshot(48)).older is None


def test_time_must_move_on() -> None:
    with pytest.raises(UsageError, match="not older"):
        interval(snapshot(24), snapshot(24))


@dataclass
class Module:
    """pg_stat_statements of PostgreSQL 13 to 18 in miniature, with a witness who forgets nothing."""

    knows_since: bool
    knows_reset: bool
    entries: dict[int, tuple[Counters, float]] = field(default_factory=dict)
    witness: dict[int, Counters] = field(default_factory=dict)
    reset_at: float = 0.0
    evictions: int = 0

    def run(self, now: float, queryid: int, calls: int) -> None:
        ran = counters(calls, calls * 1.5, calls * 2, hit=calls)
        before, since = self.entries.get(queryid, (Counters(), now))
        self.entries[queryid] = (before.plus(ran), since)
        self.witness[queryid] = self.witness.get(queryid, Counters()).plus(ran)

    def happen(self, now: float, event: str, queryid: int) -> None:
        if event == "reset":
            self.entries, self.reset_at, self.evictions = {}, now, 0
        elif event == "crash":
            self.entries, self.reset_at, self.evictions = {}, -10_000.0, 0
        elif event == "evict":
            self.entries.pop(queryid, None)
            self.evictions += 1
        elif event == "reset one":
            self.entries.pop(queryid, None)

    def read(self, now: float) -> Snapshot:
        rows = [
            statement(queryid, BY_USER, counted, stats_since=at(since) if self.knows_since else None)
            for queryid, (counted, since) in self.entries.items()
        ]
        info = StatementsInfo("1.10", at(self.reset_at), self.evictions, 5000, "top")
        return replace(snapshot(now, *rows), statements_info=info if self.knows_reset else None)


queryids = st.integers(1, 3)
runs = st.tuples(st.just("run"), queryids, st.integers(1, 1000))
happenings = st.tuples(st.sampled_from(["reset", "crash", "evict", "reset one"]), queryids, st.just(0))
histories = st.lists(st.one_of(runs, runs, happenings), max_size=20)


def play(module: Module, history: list[tuple[str, int, int]], first: float) -> None:
    for hour, (event, queryid, calls) in enumerate(history):
        if event == "run":
            module.run(first + hour, queryid, calls)
        else:
            module.happen(first + hour, event, queryid)


@settings(deadline=None, max_examples=300)
@given(histories, histories, st.booleans(), st.booleans())
def test_a_delta_is_never_negative_and_never_a_spike(
    evening: list[tuple[str, int, int]], night: list[tuple[str, int, int]], knows_since: bool, knows_reset: bool
) -> None:
    module = Module(knows_since, knows_reset)
    play(module, evening, 1)
    older = module.read(100)
    module.witness = {}
    play(module, night, 101)
    newer = module.read(200)
    quiet = all(event == "run" for event, _, _ in night)
    for (_, queryid, _), delta in deltas(interval(older, newer)).items():
        truth = module.witness.get(queryid, Counters())
        assert 0 <= delta.counters.calls <= truth.calls
        assert 0 <= delta.counters.total_ms <= truth.total_ms + 1e-6
        assert 0 <= delta.counters.rows <= truth.rows
        assert delta.squares_ms2 >= 0
        if quiet:
            assert delta.counters.calls == truth.calls
            assert not delta.reset


@settings(deadline=None, max_examples=200)
@given(histories, histories)
def test_where_entries_know_their_beginning_nothing_that_is_left_is_lost(
    evening: list[tuple[str, int, int]], night: list[tuple[str, int, int]]
) -> None:
    module = Module(knows_since=True, knows_reset=True)
    play(module, evening, 1)
    older = module.read(100)
    module.witness = {}
    play(module, [event for event in night if event[0] in ("run", "evict")], 101)
    found = deltas(interval(older, module.read(200)))
    for queryid, (counted, since) in module.entries.items():
        expected = counted.calls if since > 100 else module.witness.get(queryid, Counters()).calls
        assert found[10, queryid, True].counters.calls == expected
