"""`explain` in text, markdown, JSON and HTML: the statement, its plan, what limits it, what would help."""

import json
from collections.abc import Iterator
from html import escape

from pgadvisor.model.explanation import Explanation
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.report.as_json import render_json
from pgadvisor.report.hygiene import fenced, safe_text
from pgadvisor.report.phrases import price, rewritten, to_run
from pgadvisor.report.units import figure

_NOTHING_BETTER = 99.5


def render_explanation(explanation: Explanation, format_: str) -> str:
    """The explanation in one of text, json, markdown or html."""
    if format_ == "json":
        return _json(explanation)
    text = "\n".join(safe_text(line) for line in _lines(explanation))
    if format_ == "markdown":
        return f"# One statement explained\n\n{fenced(text)}\n"
    if format_ == "html":
        head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>pgadvisor explain</title>'
        return f"{head}<pre>{escape(text)}</pre></html>\n"
    return text


def _lines(explanation: Explanation) -> Iterator[str]:
    yield from ("Statement", f"  {explanation.query}", "", "Plan now")
    yield from (f"  {line}" for line in plan_lines(explanation.before))
    better = " (nothing better was found)" if explanation.score >= _NOTHING_BETTER else ""
    yield from ("", f"Score: {explanation.score:.0f} of 100{better}", "", "What limits it")
    yield from (f"  - {sentence}" for sentence in explanation.limits)
    yield from ("", "What would help")
    yield from (f"  {line}" for line in _help(explanation))
    if explanation.after.used:
        yield from ("", "Plan with that")
        yield from (f"  {line}" for line in plan_lines(explanation.after))
    if explanation.inferred:
        yield from ("", "The values planned with were inferred from statistics, not seen.")


def _help(explanation: Explanation) -> Iterator[str]:
    for finding in explanation.report.findings:
        if finding.rule != "missing-index":
            yield f"{finding.title}: {finding.help}"
        if rewritten(finding):
            yield f"  {rewritten(finding)}"
        for change in finding.changes:
            yield from to_run(change)
            taken = price(change)
            yield f"  {taken}" if taken else ""
    before, after = explanation.before.total_cost, explanation.after.total_cost
    if after < before:
        yield f"The planner's cost falls from {figure(before)} to {figure(after)}."
    yield from (verdict.reason for verdict in explanation.report.verdicts if verdict.verdict != "improved")


def plan_lines(plan: Plan) -> list[str]:
    """A plan as EXPLAIN draws it, a line or more a node."""
    return list(_node_lines(plan.root, 0))


def _node_lines(node: PlanNode, depth: int) -> Iterator[str]:
    indent = "  " * depth + ("-> " if depth else "")
    index = f" using {node.index}" if node.index else ""
    relation = f" on {node.relation}" if node.relation is not None else ""
    alias = f" {node.alias}" if node.alias and node.relation is not None and node.alias != node.relation.name else ""
    subplan = f"{node.subplan}: " if node.subplan else ""
    yield f"{indent}{subplan}{node.kind}{index}{relation}{alias}  (cost={node.total_cost:,.2f} rows={node.rows:,.0f})"
    below = "  " * depth + "     "
    yield from (f"{below}{label}: {value}" for label, value in _details(node))
    for child in node.children:
        yield from _node_lines(child, depth + 1)


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


def _json(explanation: Explanation) -> str:
    document = json.loads(render_json(explanation.report))
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
    return json.dumps(document, indent=2)
