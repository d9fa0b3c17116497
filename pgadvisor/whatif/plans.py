"""EXPLAIN (VERBOSE, FORMAT JSON) as model values."""

from collections.abc import Mapping
from typing import Any

from pgadvisor.model.names import Name
from pgadvisor.model.plan import PlanNode

Json = Mapping[str, Any]


def _relation(node: Json) -> Name | None:
    name = node.get("Relation Name")
    return Name(node.get("Schema", ""), name) if name is not None else None


def _texts(node: Json, key: str) -> tuple[str, ...]:
    return tuple(node.get(key, ()))


def _strategy(node: Json) -> str | None:
    """Aggregates and set operations have a Strategy; INSERT, UPDATE, DELETE an Operation."""
    return node.get("Strategy") or node.get("Operation")


def plan_node(node: Json) -> PlanNode:
    """One node of the JSON plan and all below it."""
    return PlanNode(
        kind=node["Node Type"],
        startup_cost=float(node["Startup Cost"]),
        total_cost=float(node["Total Cost"]),
        rows=float(node["Plan Rows"]),
        width_bytes=int(node["Plan Width"]),
        relation=_relation(node),
        alias=node.get("Alias"),
        index=node.get("Index Name"),
        index_condition=node.get("Index Cond"),
        order_by=node.get("Order By"),
        recheck=node.get("Recheck Cond"),
        filter=node.get("Filter"),
        join_type=node.get("Join Type"),
        join_condition=node.get("Hash Cond") or node.get("Merge Cond"),
        join_filter=node.get("Join Filter"),
        sort_key=_texts(node, "Sort Key"),
        presorted_key=_texts(node, "Presorted Key"),
        group_key=_texts(node, "Group Key"),
        output=_texts(node, "Output"),
        direction=node.get("Scan Direction"),
        strategy=_strategy(node),
        parallel=bool(node.get("Parallel Aware", False)),
        subplan=node.get("Subplan Name"),
        children=tuple(plan_node(child) for child in node.get("Plans", ())),
    )


def indexes_read(node: PlanNode, schema: str = "") -> frozenset[Name]:
    """The indexes a plan reads. A Bitmap Index Scan has no schema of its own: its Bitmap Heap Scan's is its table's."""
    here = node.relation.schema if node.relation is not None else schema
    found = frozenset() if node.index is None else frozenset((Name(here, node.index),))
    return found.union(*(indexes_read(child, here) for child in node.children))
