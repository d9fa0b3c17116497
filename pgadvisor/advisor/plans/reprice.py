"""The cost of a plan, reckoned again from its leaves: with other prices of scans, with more rows out of joins, and with fewer
rows that a LIMIT waits for.

EXPLAIN gives each node's cost with all that is below it; what a node does itself is the difference, and the inner side of a
nested loop is in it as often as the outer side has rows. So without the planner it can be told what the same plan costs where
its scans cost otherwise, and where joins give more rows than it thinks:

    cost(node)        = own x growth^joins + sum of cost(child)
    cost(nested loop) = cost(outer) + rest x cost(inner) / planner's cost(inner) x growth^(joins of the outer side)

    cost(limit)       = startup + the part that is read x rarer, at most all

where `joins` are those below the node, the deeper of its sides. That the error grows by a factor with every join, and nearly
always to the low side, was measured by Leis et al., "How good are query optimizers, really?", PVLDB 9(3):204-215, 2015.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pgadvisor.model.plan import PlanNode

_JOINS = frozenset({"Nested Loop", "Hash Join", "Merge Join"})
Price = Callable[[PlanNode], float | None]  # of a scan; None where it is the planner's
Rarer = Callable[[PlanNode], float]  # by what factor the rows that a Limit waits for are rarer than the planner thinks


@dataclass(frozen=True, slots=True)
class _Side:
    """What was reckoned of an input: the planner's cost, ours, and how many joins are at and below it."""

    planned: float
    cost: float
    joins: int

    @property
    def ratio(self) -> float:
        return self.cost / self.planned if self.planned > 0.0 else 1.0


def as_many(_: PlanNode) -> float:
    """As many rows match as the planner thinks."""
    return 1.0


def repriced(node: PlanNode, price: Price, growth: float = 1.0, rarer: Rarer = as_many) -> float:
    """The cost of `node` where a scan costs `price`, every join gives `growth` times more rows than the planner thinks, and
    those that a Limit waits for are `rarer`. With the planner's own prices and factors of 1 it is the planner's cost."""
    return _side(node, price, growth, rarer).cost


def joins_below(node: PlanNode) -> int:
    """How many joins lie one above the other at and below `node`, in the deepest of its sides."""
    deepest = max((joins_below(child) for child in node.inputs), default=0)
    return deepest + (node.kind in _JOINS)


def _side(node: PlanNode, price: Price, growth: float, rarer: Rarer) -> _Side:
    sides = [_side(child, price, growth, rarer) for child in node.inputs]
    aside = [_side(child, price, growth, rarer) for child in node.children if child.subplan is not None]
    joins = max((side.joins for side in sides), default=0)
    own = price(node)
    if own is not None:
        cost = own
    else:
        total = max(0.0, node.total_cost - sum(side.planned for side in aside))
        reckoned = _nested_loop if node.kind == "Nested Loop" and len(sides) == 2 else _above
        cost = reckoned(sides, _searched(node, total, rarer), growth) + node.total_cost - total
    cost += sum(side.cost - side.planned for side in aside if side.planned <= node.total_cost)
    return _Side(node.total_cost, max(0.0, cost), joins + (node.kind in _JOINS))


def _searched(node: PlanNode, total: float, rarer: Rarer) -> float:
    """What a Limit reads of its input, in the planner's cost; of other nodes `total` as it is."""
    if node.kind != "Limit" or not node.inputs:
        return total
    below = node.inputs[0]
    further = (rarer(node) - 1.0) * max(0.0, total - below.startup_cost)
    return max(total, min(below.total_cost, total + further))


def _above(sides: Sequence[_Side], total: float, growth: float) -> float:
    planned, cost = sum(side.planned for side in sides), sum(side.cost for side in sides)
    if total < planned:  # not read to the end
        return total * cost / planned
    return cost + (total - planned) * growth ** max((side.joins for side in sides), default=0)


def _nested_loop(sides: Sequence[_Side], total: float, growth: float) -> float:
    outer, inner = sides
    if total <= outer.planned:  # the outer side is not read to its end
        return total * outer.ratio * growth**outer.joins
    return outer.cost + (total - outer.planned) * inner.ratio * growth**outer.joins
