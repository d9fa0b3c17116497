"""How much further a plan may have to search that stops at a LIMIT.

Under LIMIT the planner takes an index that gives the order and lets a filter drop rows, believing that those which remain are
evenly spread among the others: LIMIT k ends after k / n of the scan, where n rows are estimated to match. Where they are fewer,
or lie at the far end of the order, the scan goes on, in the worst case to its end, one row at a time. An estimate that is off
by a factor is most likely for what is rare: of rows of which one in f matches, only one in f times f may, as where two conditions
hold for the same rows; but no more than MOST_RARER times fewer are reckoned with.
"""

from collections.abc import Callable, Iterator

from pgadvisor.model.plan import PlanNode

MOST_RARER = 10.0
_JOINS = frozenset({"Nested Loop", "Hash Join", "Merge Join"})
_PASSING = _JOINS | {"Incremental Sort", "LockRows", "Subquery Scan", "Result", "Gather", "Gather Merge"}  # of the first input
_EACH = frozenset({"Append", "Merge Append"})
LookedAt = Callable[[PlanNode], float]  # the rows that a scan looks at, before its filter drops some


def rarer(limit: PlanNode, looked_at: LookedAt) -> float:
    """By what factor the rows that a Limit waits for may be rarer than the planner thinks; 1 where nothing is dropped on the way
    from the scan that is cut short, or where no scan is."""
    below = limit.inputs[0]
    looked = sum(looked_at(scan) for scan in _cut_short(below))
    return max(1.0, min(MOST_RARER, looked / max(1.0, below.rows)))


def _cut_short(node: PlanNode) -> Iterator[PlanNode]:
    """The scans that are read only as far as `node` is."""
    if node.relation is not None:
        yield node
    elif node.kind in _EACH or node.kind in _PASSING:
        for child in node.inputs if node.kind in _EACH else node.inputs[:1]:
            yield from _cut_short(child)
