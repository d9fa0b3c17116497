"""A plan without the values it was planned with."""

from dataclasses import replace

from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.parse.printable import printable

_SELECT = "SELECT "


def _hidden(text: str | None) -> str | None:
    """A condition with its constants as $n; None stays None."""
    return None if text is None else printable(_SELECT + text).removeprefix(_SELECT)


def _node(node: PlanNode) -> PlanNode:
    return replace(
        node,
        index_condition=_hidden(node.index_condition),
        order_by=_hidden(node.order_by),
        recheck=_hidden(node.recheck),
        filter=_hidden(node.filter),
        join_condition=_hidden(node.join_condition),
        join_filter=_hidden(node.join_filter),
        sort_key=tuple(_hidden(key) or "" for key in node.sort_key),
        presorted_key=tuple(_hidden(key) or "" for key in node.presorted_key),
        group_key=tuple(_hidden(key) or "" for key in node.group_key),
        output=(),
        children=tuple(_node(child) for child in node.children),
    )


def without_values(plan: Plan) -> Plan:
    """`plan` with every condition normalised and the output lists left out, fit to be printed."""
    return replace(plan, root=_node(plan.root))
