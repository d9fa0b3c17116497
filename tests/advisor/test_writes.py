"""What writes pay for an index, and when that is more than reads gain."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.writes import Writes
from pgadvisor.model.index import Index
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import StatementsInfo
from pgadvisor.model.workload import Query
from tests.advisor.world import NOW, TablePlanner, btree, existing, lookup, offer, query, table, usage, workload

A = btree("t", "a")
UPDATE = query("update", "t", kind="update", assigned=["a"], rows=1000, calls=1000)


def costed(found: Lookup, index: Index, *queries: Query, share: float = 1.0) -> float:
    return Writes(found, workload(*queries)).cost(index, share).total_ms


def advised(monkeypatch: pytest.MonkeyPatch, found: Lookup, *queries: Query) -> Advice:
    offer(monkeypatch, {"read": [A]})
    plans = {one.sql: {frozenset[Index](): 10_000.0, frozenset({A}): 10.0} for one in queries}
    return advise(found, workload(*queries), TablePlanner(plans), Options())


def test_a_table_that_is_only_read_costs_nothing() -> None:
    assert costed(lookup([table("t", usage=usage())]), A) == 0.0


def test_cost_grows_with_the_rows_written_and_falls_with_a_predicate() -> None:
    busy = lookup([table("t", usage=usage(inserted=5_000_000))])
    assert costed(busy, A) > 0.0
    assert costed(busy, A) == pytest.approx(10 * costed(busy, A, share=0.1))
    assert costed(busy, replace(A, method="brin")) < costed(busy, A) < costed(busy, replace(A, method="gin"))


def test_a_first_load_is_not_a_rate() -> None:
    loaded = lookup([table("t", usage=usage(inserted=1_000_000, live=1_000_000))])
    assert costed(loaded, A) == 0.0
    queue = lookup([table("t", usage=usage(inserted=1_000_000, deleted=999_000, live=1000))])
    assert costed(queue, A) > 0.0


def test_counters_older_than_the_statements_are_scaled() -> None:
    busy = lookup([table("t", usage=usage(inserted=5_000_000))])
    server = replace(busy.snapshot.server, stats_reset=NOW - timedelta(days=100))
    info = StatementsInfo("1.12", NOW - timedelta(days=1), 0, 5000, "top")
    scaled = Lookup(replace(busy.snapshot, server=server, statements_info=info))
    assert costed(scaled, A) == pytest.approx(costed(busy, A) / 100)


def test_the_inserts_that_were_measured_set_the_price() -> None:
    found = lookup([table("t", usage=usage(inserted=5_000_000))])
    slow = query("insert", "t", kind="insert", total_ms=1000.0, calls=50_000, rows=50_000)
    assert costed(found, A, slow) > costed(found, A)
    waits = query("insert", "t", kind="insert", total_ms=1e9, calls=50_000, rows=50_000)
    assert costed(found, A, waits) <= 10 * costed(found, A)


@pytest.mark.parametrize(
    ("index", "others", "lost"),
    [
        (btree("t", "a"), (), 900),
        (btree("t", "b", include=["a"]), (), 900),
        (btree("t", "b", where="a > 1"), (), 900),
        (btree("t", "b"), (), 0),
        (btree("t", "a"), (btree("t", "a", "c"),), 0),
        (replace(btree("t", "a"), method="brin"), (), 0),
    ],
)
def test_hot_updates_lost(index: Index, others: Sequence[Index], lost: int) -> None:
    there = [existing(f"old{number}", one) for number, one in enumerate(others)]
    found = lookup([table("t", usage=usage(updated=1000, hot=900))], there)
    assert Writes(found, workload(UPDATE)).cost(index).hot_updates_lost == lost


def test_brin_ended_hot_updates_before_16() -> None:
    found = lookup([table("t", usage=usage(updated=1000, hot=900))])
    older = Lookup(replace(found.snapshot, server=replace(found.snapshot.server, version_num=150018)))
    brin = replace(A, method="brin")
    assert Writes(older, workload(UPDATE)).cost(brin).hot_updates_lost == 900


def test_a_write_heavy_table_gets_nothing_and_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = lookup([table("t", usage=usage(inserted=50_000_000, deleted=49_000_000))])
    read = query("read", "t", total_ms=5_000.0)
    advice = advised(monkeypatch, heavy, read)
    assert advice.findings == ()
    assert advice.verdicts[0].verdict == "no-index-helps"
    assert "writes" in advice.verdicts[0].reason
    assert advised(monkeypatch, lookup([table("t", usage=usage())]), read).findings != ()


def test_lost_hot_updates_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found = lookup([table("t", usage=usage(updated=1000, hot=900))], [existing("t_pkey", btree("t", "id"), primary=True)])
    advice = advised(monkeypatch, found, query("read", "t", total_ms=50_000.0), replace(UPDATE, kind="update"))
    evidence = dict(advice.findings[0].evidence)
    assert evidence["hot_updates_lost"] == 900
    assert "900 HOT updates" in advice.findings[0].help


def test_without_times_only_the_files_own_writes_count() -> None:
    found = lookup([table("t", usage=usage(inserted=50_000_000))])
    assert costed(found, A, query("read", "t", measured=False)) == 0.0
    assert costed(found, A, query("insert", "t", kind="insert", measured=False)) > 0.0


def test_partitions_write_to_the_index_of_their_parent() -> None:
    parent = table("t", kind="p")
    part = replace(table("t1", usage=usage(inserted=5_000_000)), parents=(parent.name,))
    assert costed(lookup([parent, part]), A) > 0.0
