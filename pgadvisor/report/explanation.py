"""`explain` in text, markdown, JSON and HTML: the statement, its plan, what limits it, what would help."""

import json
from html import escape

from pgadvisor.model.explanation import Explanation
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.report import render
from pgadvisor.report.hygiene import safe_text


def render_explanation(explanation: Explanation, format_: str, *, width: int = 100, color: bool = False) -> str:
    """The explanation in one of text, json, markdown or html."""
    if format_ == "json":
        return _json(explanation)
    text = _text(explanation, width)
    if format_ == "markdown":
        return f"# One statement explained\n\n{_fenced(text)}\n\n{render(explanation.report, 'markdown')}"
    if format_ == "html":
        page = render(explanation.report, "html")
        return page.replace("<main>", f"<main><pre>{escape(text)}</pre>", 1)
    return text + "\n\n" + render(explanation.report, "text", width=width, color=color)


def _fenced(text: str) -> str:
    return "```\n" + text.replace("```", "'''") + "\n```"


def plan_lines(plan: Plan) -> list[str]:
    """A plan as EXPLAIN draws it, a line or more a node."""
    return _lines(plan.root, 0)


def _lines(node: PlanNode, depth: int) -> list[str]:
    indent = "  " * depth + ("-> " if depth else "")
    index = f" using {node.index}" if node.index else ""
    relation = f" on {node.relation}" if node.relation is not None else ""
    alias = f" {node.alias}" if node.alias and node.relation is not None and node.alias != node.relation.name else ""
    subplan = f"{node.subplan}: " if node.subplan else ""
    head = f"{indent}{subplan}{node.kind}{index}{relation}{alias}  (cost={node.total_cost:,.2f} rows={node.rows:,.0f})"
    below = "  " * depth + "     "
    lines = [head] + [f"{below}{label}: {value}" for label, value in _details(node)]
    for child in node.children:
        lines += _lines(child, depth + 1)
    return lines


def _details(node: PlanNode) -> list[tuple[str, str]]:
    rows = [
        ("Index Cond", node.index_condition),
        ("Order By", node.order_by),
        ("Filter", node.filter),
        ("Join Cond", node.join_condition),
        ("Join Filter", node.join_filter),
        ("Sort Key", ", ".join(node.sort_key)),
        ("Group Key", ", ".join(node.group_key)),
    ]
    return [(label, value) for label, value in rows if value]


def _text(explanation: Explanation, width: int) -> str:
    parts = ["Statement", "  " + explanation.query, "", "Plan now"]
    parts += ["  " + line for line in plan_lines(explanation.before)]
    parts += ["", f"Score {explanation.score:.0f} of 100" + (" (nothing better was found)" if explanation.score >= 99.5 else "")]
    parts += ["What limits it"] + [f"  - {sentence}" for sentence in explanation.limits]
    if explanation.inferred:
        parts += ["", "The values planned with were inferred from statistics, not seen."]
    if explanation.after.used:
        parts += ["", "Plan with what would help"] + ["  " + line for line in plan_lines(explanation.after)]
    return "\n".join(safe_text(part) for part in parts)


def _json(explanation: Explanation) -> str:
    document = json.loads(render(explanation.report, "json"))
    document["explanation"] = {
        "query": explanation.query,
        "score": round(explanation.score, 1),
        "limits": list(explanation.limits),
        "inferred_values": explanation.inferred,
        "plan": plan_lines(explanation.before),
        "plan_with_changes": plan_lines(explanation.after),
        "cost": explanation.before.total_cost,
        "cost_with_changes": explanation.after.total_cost,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
