"""What a gain rests on: the rows at which a plan costs more than the one it takes the place of."""

from collections.abc import Iterator
from dataclasses import dataclass

from pgadvisor.advisor.plans.reprice import Price, joins_below, repriced
from pgadvisor.model.plan import PlanNode

_MOST_GROWTH = 4.0  # of the rows of each join: a plan that bears this is not called fragile
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Fragile:
    """`rows` are estimated to come out of joins into the dearest nested loop; from `most_rows` on the plan is no gain."""

    rows: float
    most_rows: float


def fragile(new: PlanNode, price: Price, old: PlanNode, old_price: Price) -> Fragile | None:
    """On which rows the gain of `new` over `old` rests; None where it bears errors of the usual size, or is none."""

    def slower(growth: float) -> bool:
        return repriced(new, price, growth) > repriced(old, old_price, growth)

    loop = max(_loops(new), key=lambda node: node.total_cost - node.children[0].total_cost, default=None)
    if loop is None or slower(1.0) or not slower(_MOST_GROWTH):
        return None
    low, high = 1.0, _MOST_GROWTH
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if slower(middle) else (middle, high)
    outer = loop.children[0]
    return Fragile(outer.rows, outer.rows * high ** joins_below(outer))


def _loops(node: PlanNode) -> Iterator[PlanNode]:
    """Nested loops over what comes out of joins."""
    for one in node.walk():
        if one.kind == "Nested Loop" and len(one.children) == 2 and joins_below(one.children[0]):
            yield one
