"""How far a plan's cost may be trusted: what is left of a gain where the planner's assumptions do not hold.

Three assumptions are put to the test, for the plan with nothing new as for every other: that pages are read from disk, where
the server holds all of them in memory; that joins give the rows it thinks; and that a scan that stops at a LIMIT meets as many
matching rows as it thinks. What a plan costs then is reckoned from its nodes.
A gain counts as far as it is there in every case; what is only there if all rows are estimated right is halved.
"""

from dataclasses import dataclass
from functools import partial

from pgadvisor.advisor.facts.tables import PAGE_BYTES
from pgadvisor.advisor.plans.fragile import Fragile, fragile
from pgadvisor.advisor.plans.reprice import Price, repriced
from pgadvisor.advisor.plans.scarce import rarer
from pgadvisor.advisor.plans.warm import Warm
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.snapshot import Lookup

GROWTH = 2.0  # of the rows of each join beyond the planner's estimate
_SAME = 1.0001  # costs that differ by less are the same cost, reckoned twice
_UNITS = {"B": 1, "kB": 1024, "8kB": 8192, "MB": 1024**2, "GB": 1024**3}
_MOSTLY_READ = 0.02  # of the pages that statements touch came from outside shared buffers: not all is in memory


@dataclass(frozen=True, slots=True)
class Costs:
    """A plan's cost: as the planner has it, under the second opinion, and under that with more rows out of joins and
    fewer under a LIMIT."""

    planned: float
    checked: float
    stressed: float

    def trusted(self, base: "Costs") -> float:
        """The cost, in the planner's unit, that a plan with these costs may be counted with where `base` is the plan now."""
        checked, stressed = _ratio(self.checked, base.checked), _ratio(self.stressed, base.stressed)
        cost = base.planned * max(checked, (checked + stressed) / 2)
        return cost if cost > self.planned * _SAME else self.planned


def _ratio(cost: float, before: float) -> float:
    return cost / before if before > 0.0 else 1.0


class Doubt:
    """The second opinion on plans for one server."""

    def __init__(self, lookup: Lookup) -> None:
        self._scans = Warm(lookup)
        self._warm = in_memory(lookup)

    def costs(self, plan: Plan) -> Costs:
        price = self._price(plan)
        too_much = 0.0 if self._warm else plan.scattered_cost
        scarce = partial(rarer, looked_at=partial(self._scans.looked_at, used=plan.used))
        stressed = repriced(plan.root, price, GROWTH, scarce)
        return Costs(plan.work, repriced(plan.root, price) - too_much, stressed - too_much)

    def fragile(self, new: Plan, old: Plan) -> Fragile | None:
        """On which rows the gain of `new` over `old` rests, None where on none in particular."""
        return fragile(new.root, self._price(new), old.root, self._price(old))

    def _price(self, plan: Plan) -> Price:
        return partial(self._scans.price, used=plan.used) if self._warm else _as_planned


def _as_planned(_: PlanNode) -> float | None:
    return None


def in_memory(lookup: Lookup) -> bool:
    """Whether the tables fit the memory that effective_cache_size says there is, and the counters do not speak against it."""
    counters = [one.counters for one in lookup.snapshot.statements]
    read, hit = sum(one.shared_blocks_read for one in counters), sum(one.shared_blocks_hit for one in counters)
    if read > _MOSTLY_READ * (read + hit):
        return False
    whole = sum(max(table.pages * PAGE_BYTES, table.size_bytes or 0) for table in lookup.snapshot.tables)
    setting = lookup.settings.get("effective_cache_size")
    return setting is not None and whole <= float(setting.value) * _UNITS.get(setting.unit or "B", 1)
