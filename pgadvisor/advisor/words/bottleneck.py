"""What a plan spends its cost on, in sentences."""

from pgadvisor.model.plan import Plan, PlanNode

_LEAST_SHARE = 0.1  # a node below a tenth of the plan's cost does not limit it
_MOST_SENTENCES = 4


def own_cost(node: PlanNode) -> float:
    """The cost of a node without that of its children, never below 0. The inner side of a nested loop is run more than
    once, which its own cost does not show: that part is counted for the loop."""
    return max(0.0, node.total_cost - sum(child.total_cost for child in node.children if child.subplan is None))


def limits(plan: Plan) -> tuple[str, ...]:
    """The costliest nodes of `plan`, each as a sentence with its share of the whole cost."""
    total = plan.total_cost or 1.0
    nodes = sorted(plan.root.walk(), key=own_cost, reverse=True)
    shares = [(node, own_cost(node) / total) for node in nodes[:_MOST_SENTENCES]]
    return tuple(f"{share:.0%} of the cost: {_sentence(node)}" for node, share in shares if share >= _LEAST_SHARE)


def _sentence(node: PlanNode) -> str:
    where = f" of {node.relation}" if node.relation is not None else ""
    if node.kind == "Seq Scan":
        kept = f" to keep {node.rows:,.0f}" if node.filter else f", {node.rows:,.0f} of them, and keeps all"
        return f"a sequential scan{where} reads every row{kept}"
    if node.kind in ("Index Scan", "Index Only Scan", "Bitmap Heap Scan"):
        name = f" through {node.index}" if node.index else ""
        return (
            f"an {node.kind.lower()}{where}{name} fetches {node.rows:,.0f} rows"
            if node.kind != "Bitmap Heap Scan"
            else (f"a bitmap heap scan{where} fetches {node.rows:,.0f} rows from scattered pages")
        )
    if node.kind in ("Sort", "Incremental Sort"):
        return f"a sort orders {node.children[0].rows if node.children else node.rows:,.0f} rows"
    if "Join" in node.kind or node.kind == "Nested Loop":
        return f"a {node.kind.lower()} puts together {node.rows:,.0f} rows"
    if "Aggregate" in node.kind or node.kind == "Group":
        return f"grouping turns {sum(child.rows for child in node.children):,.0f} rows into {node.rows:,.0f}"
    if node.kind == "ModifyTable":
        return f"the writing of {sum(child.rows for child in node.children):,.0f} rows itself"
    return f"{node.kind} handles {node.rows:,.0f} rows{where}"
