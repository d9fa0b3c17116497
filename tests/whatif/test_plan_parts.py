"""The parts of the planner that need no server: JSON plans, skip scans, locales, reasons, meta pages."""

import struct
from dataclasses import replace

import pytest

from pgadvisor.model.names import Name
from pgadvisor.model.server import Server
from pgadvisor.whatif.locale import is_c
from pgadvisor.whatif.metapages import brin_meta_page, gin_meta_page
from pgadvisor.whatif.plans import indexes_read, plan_node
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape
from pgadvisor.whatif.skipscan import conditional_scans, leads
from pgadvisor.whatif.wire import printable_reason

_COSTS = {"Startup Cost": 0.0, "Total Cost": 9.5, "Plan Rows": 3, "Plan Width": 8}
_BITMAP = {
    **_COSTS, "Node Type": "Bitmap Heap Scan", "Schema": "app", "Relation Name": "t", "Alias": "x", "Recheck Cond": "(x.a = 1)",
    "Output": ["a", "b"], "Parallel Aware": True, "Subplan Name": "CTE c",
    "Plans": [{**_COSTS, "Node Type": "Bitmap Index Scan", "Index Name": "t_a", "Index Cond": "(x.a = 1)"}],
}  # fmt: skip


def test_a_json_plan_becomes_nodes() -> None:
    node = plan_node(_BITMAP)
    assert (node.kind, node.relation, node.alias, node.recheck) == ("Bitmap Heap Scan", Name("app", "t"), "x", "(x.a = 1)")
    assert (node.total_cost, node.rows, node.output, node.parallel, node.subplan) == (9.5, 3.0, ("a", "b"), True, "CTE c")
    assert indexes_read(node) == {Name("app", "t_a")}
    assert list(conditional_scans(node)) == [(Name("app", "t_a"), "(x.a = 1)")]


@pytest.mark.parametrize(
    ("condition", "key", "expression", "answer"),
    [
        ("((o.status = 'x'::text) AND (o.user_id = 4))", "status", False, True),
        ("(o.user_id = 4)", "status", False, False),
        ("(o.user_id = 'status'::text)", "status", False, False),
        ("(orders.user_status = 4)", "status", False, False),
        ("(status.user_id = 4)", "status", False, False),
        ('(o."Status" = 4)', "Status", False, True),
        ("(lower(u.email) = 'x'::text)", "lower(email)", True, True),
        ("(lower((u.email)::text) = 'x'::text)", "lower(email::text)", True, True),
        ("(u.id = 4)", "lower(email)", True, False),
        ("(o.status IS NULL)", "status", False, True),
        ("(ROW(o.status, o.id) > ROW('a'::text, 4))", "status", False, True),
    ],
)
def test_whether_a_condition_leads(condition: str, key: str, expression: bool, answer: bool) -> None:
    assert leads(condition, key, expression) is answer


def test_which_collations_are_c() -> None:
    libc = Server(150000, "d", "u", False, False, "UTF8", "en_US.UTF-8", "en_US.UTF-8", "c", None, None)
    assert not is_c(libc)
    assert is_c(replace(libc, collate="C")) and is_c(replace(libc, collate="POSIX"))
    assert not is_c(replace(libc, collate="C.UTF-8")), "libc's C.UTF-8 is no C to the planner"
    assert is_c(replace(libc, collate="C.UTF-8", locale_provider="b"))
    assert not is_c(replace(libc, collate="C", locale_provider="i"))


def test_reasons_hold_names_only() -> None:
    assert printable_reason("42P01", 'relation "t" does not exist') == 'relation "t" does not exist'
    assert printable_reason("22P02", 'invalid input syntax for type integer: "SECRET"') == "invalid text representation"
    assert printable_reason("42601", 'syntax error at or near "SECRET"') == "syntax error"
    assert printable_reason("ZZ999", "SECRET") == "SQLSTATE ZZ999"


def test_meta_pages_are_pages() -> None:
    gin = gin_meta_page(Shape(100, 1e6, entry_pages=60, data_pages=39, entries=5000))
    brin = brin_meta_page(Shape(10, 1e6, range_pages=128, map_pages=3))
    assert len(gin) == len(brin) == PAGE_BYTES
    assert struct.unpack_from("=III", gin, 24 + 24) == (100, 60, 39)
    assert struct.unpack_from("=q", gin, 24 + 40) == (5000,)
    assert struct.unpack_from("=IIII", brin, 24) == (0xA8109CFA, 1, 128, 3)
