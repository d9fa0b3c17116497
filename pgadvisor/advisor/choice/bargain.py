"""Plans that are worth their bytes: what one statement would do with indexes that its saving could pay for.

Under a budget an index has a price, which the relaxed model tells (the duals of the constraints' rows), and each statement has
to pay of it what the others' gains do not (the duals of the rows that tie plans to indexes). A statement cannot gain more than
what is left between its plan now and its plan with everything; so no index of a higher price can pay, and of those that can,
the planner itself picks. What it picks may still cost more than it gains: then the dearest go, and it is asked again. This is
the pricing step of column generation (Gilmore and Gomory, Operations Research 9(6), 1961), with the planner as the oracle: a
handful of calls where enumerating sets of indexes takes thousands.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pgadvisor.advisor.plans.atomic import Tree
from pgadvisor.advisor.plans.probe import Atomic
from pgadvisor.advisor.plans.worth import Weight

_MOST_STEPS = 6
_DROP = 0.6  # of the dearest index's price: what may be taken in the next step
_MOST_REPLACEMENTS = 2  # for each index
_HEAVY = 0.02  # of the bytes chosen on the statement's tables
_SMALL = 0.02  # of the gain: an index that costs less does not decide whether a plan pays


@dataclass(frozen=True, slots=True)
class Bargain:
    """One statement's tree, the indexes chosen so far, the sizes of all, and what any index must save at least."""

    weight: Weight
    tree: Tree
    chosen: frozenset[int]
    sizes: Mapping[int, int]
    least_ms: float

    def seek(self, prices_ms: Mapping[int, float]) -> None:
        """Learn the plans that add indexes to those chosen at the price of each, from the most that could pay downwards."""
        now = self._saving(self.tree.learn(self.chosen))
        gain = self._saving(self.tree.root) - now
        cap, seen = gain, {self.chosen}
        for _ in range(_MOST_STEPS):
            offered = self.chosen | self._at_most(cap, prices_ms)
            if gain <= self.least_ms or offered in seen:
                return
            seen.add(offered)
            plan = self.tree.learn(offered)
            fresh, gain = plan.used - self.chosen, self._saving(plan) - now
            if not fresh:
                return
            self._take_alone(fresh, _SMALL * gain, prices_ms)
            dearest = max(prices_ms.get(number, 0.0) for number in fresh)
            cap = min(gain, _DROP * dearest)

    def replace(self) -> None:
        """Learn, for each index of weight that the plan reads, the plans that do with smaller ones in its place."""
        least_bytes = _HEAVY * sum(self.sizes[number] for number in self.chosen)
        for number in sorted(self.tree.learn(self.chosen).used):
            if self.sizes[number] < least_bytes:
                continue
            kept, cap = self.chosen - {number}, self.sizes[number] - 1
            for _ in range(_MOST_REPLACEMENTS):
                fresh = self.tree.learn(kept | self._at_most(cap, self.sizes)).used - self.chosen
                if not fresh:
                    break
                cap = max(self.sizes[number] for number in fresh) - 1

    def _take_alone(self, fresh: frozenset[int], small_ms: float, prices_ms: Mapping[int, float]) -> None:
        """Where a plan reads more than one new index of weight: each of them alone, with what costs next to nothing."""
        heavy = [number for number in sorted(fresh) if prices_ms.get(number, 0.0) > small_ms]
        if len(heavy) > 1:
            light = self.chosen | self._at_most(small_ms, prices_ms)
            for number in heavy:
                self.tree.learn(light | {number})

    def _at_most(self, most: float, values: Mapping[int, float]) -> frozenset[int]:
        return frozenset(number for number in self.tree.offered if values.get(number, 0.0) <= most)

    def _saving(self, plan: Atomic) -> float:
        return self.weight.saving_ms(plan.cost)
