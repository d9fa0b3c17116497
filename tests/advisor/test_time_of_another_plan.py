"""Time that was measured with another plan than today's."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pgadvisor.advisor.words.resting import outdated, unscanned
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Statement, StatementsInfo
from tests.advisor.world import NOW, SERVER, btree, existing, lookup, query, table


def said(scans: int | None, *, reset_later: bool = False, aliases: str = "t", **facts: Any) -> str:
    """Of a statement of 100 calls whose plan reads `t_a_idx`."""
    asked = query("q", "t", calls=100)
    row = replace(Statement(1, 10, "app", True, "q", asked.counters), **facts)
    known = lookup([table("t")], [replace(existing("t_a_idx", btree("t", "a")), scans=scans)])
    server = replace(SERVER, stats_reset=NOW + timedelta(hours=1 if reset_later else -1))
    snapshot = replace(known.snapshot, server=server, statements_info=StatementsInfo("1.11", NOW, 0, 5000, "top"))
    scanned = [PlanNode("Index Scan", 0, 1, 1, 8, relation=Name("public", "t"), alias=alias) for alias in aliases]
    plan = Plan(PlanNode("Nested Loop", 0, 1, 1, 8, children=tuple(scanned)))
    base = SimpleNamespace(existing={Name("public", "t_a_idx")})
    case = SimpleNamespace(query=replace(asked, statements=(row,)), base=base, plan=plan)
    one: Any = SimpleNamespace(case=case)
    return outdated(one, unscanned(one, Lookup(snapshot)))


@pytest.mark.parametrize("scans", [0, 49])
def test_an_index_newer_than_the_counters(scans: int) -> None:
    assert f"public.t_a_idx today, which was scanned {scans} times in its 100 calls" in said(scans)


@pytest.mark.parametrize("scans", [None, 50, 100, 7000])
def test_an_index_that_its_calls_did_scan(scans: int | None) -> None:
    assert said(scans) == ""


def test_counters_that_cannot_be_compared() -> None:
    assert said(0, reset_later=True) == ""
    assert said(0, user_oid=0) == ""  # of a workload file
    assert said(0, logged=True) == ""


def test_of_a_join_the_second_table_is_not_scanned_for_no_rows_of_the_first() -> None:
    assert said(0, aliases="tu") == ""
