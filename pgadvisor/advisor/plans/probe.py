"""`Probe`: asks the planner about one query, and never the same thing twice."""

from collections.abc import Callable
from dataclasses import dataclass

from pgadvisor.advisor.plans.doubt import Costs, Doubt
from pgadvisor.advisor.plans.fragile import Fragile
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.errors import PlanError
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, Planner, ValuedStatement

NOTHING: frozenset[int] = frozenset()
_LEAST_SHARE = 0.05  # of the likeliest values' weight


@dataclass(frozen=True, slots=True)
class Atomic:
    """An atomic plan: the new indexes it reads, together, the cost that it is trusted to have, and the existing indexes it
    reads. `excess` is what that is above the planner's own cost."""

    used: frozenset[int]
    cost: float
    existing: frozenset[Name] = frozenset()
    excess: float = 0.0

    @property
    def planned(self) -> float:
        """The planner's cost."""
        return self.cost - self.excess


class _Memory:
    """The plans of one valued statement, by the set of indexes that was offered."""

    __slots__ = ("failed", "first_costs", "first_plan", "plans", "statement", "weight")

    def __init__(self, statement: ValuedStatement) -> None:
        self.statement = statement
        self.weight = statement.weight
        self.first_plan: Plan | None = None
        self.first_costs: Costs | None = None
        self.plans: dict[frozenset[int], Atomic] = {}
        self.failed: set[frozenset[int]] = set()

    def implied(self, offered: frozenset[int]) -> Atomic | None:
        """The plan under `offered` where known plans settle it: a plan that was best among more indexes and reads only
        some that are still there is still the best. What the planner failed on tells of no other set."""
        known = self.plans.get(offered)
        if known is not None:
            return known
        for other, plan in self.plans.items():
            if plan.used <= offered < other:
                return plan
        return None


class Probe:
    """One query's valued statements and what the planner said of them. Costs are the weighted sums over the values."""

    def __init__(self, planner: Planner, pool: Pool, statements: tuple[ValuedStatement, ...]) -> None:
        self._planner = planner
        self._pool = pool
        self._memories = tuple(_Memory(statement) for statement in statements)
        self._doubt: Doubt | None = None
        self.calls = 0
        self.failures: list[str] = []

    @property
    def inferred(self) -> bool:
        """Whether any value that was planned with comes from statistics."""
        return any(memory.statement.inferred for memory in self._memories)

    @property
    def first_plan(self) -> Plan | None:
        """The plan with nothing new of the likeliest values; None before `base`."""
        return max(self._memories, key=lambda memory: memory.weight).first_plan

    def believe(self, likelihood: Callable[[float], float]) -> None:
        """Weigh the values by how likely the cost of their plan with nothing new is; those that nearly cannot be are left out."""
        weights = [memory.weight * likelihood(memory.plans[NOTHING].cost) for memory in self._memories]
        least = _LEAST_SHARE * max(weights)
        kept = [(memory, weight) for memory, weight in zip(self._memories, weights, strict=True) if weight >= least]
        total = sum(weight for _, weight in kept)
        for memory, weight in kept:
            memory.weight = weight / total
        self._memories = tuple(memory for memory, _ in kept)

    def trust(self, doubt: Doubt) -> None:
        """From now on count plans with the cost that `doubt` leaves them, beside the plan with nothing new."""
        self._doubt = doubt
        for memory in self._memories:
            memory.first_costs = doubt.costs(memory.first_plan) if memory.first_plan is not None else None

    def fragile(self, offered: frozenset[int]) -> Fragile | None:
        """On which rows the gain with `offered` rests, by the plan of the likeliest values; None where it is not in doubt."""
        memory = max(self._memories, key=lambda memory: memory.weight)
        known = memory.plans.get(offered)
        if self._doubt is None or memory.first_plan is None or known is None or known.excess <= 0.0:
            return None
        self.calls += 1
        return self._doubt.fragile(self._planner.plan(memory.statement, self._pool.definitions(offered)), memory.first_plan)

    def base(self) -> Atomic:
        """The plan with nothing new. Raises PlanError."""
        plans = [memory.plans.get(NOTHING) or self._ask(memory, NOTHING) for memory in self._memories]
        return self._sum(plans)

    def at(self, offered: frozenset[int]) -> Atomic:
        """The plan with `offered`, from memory where that settles it."""
        return self._sum([memory.implied(offered) or self._try(memory, offered) for memory in self._memories])

    def implied(self, offered: frozenset[int]) -> bool:
        """Whether the plan with `offered` is known without a call."""
        return all(offered in memory.failed or memory.implied(offered) is not None for memory in self._memories)

    def exact(self, offered: frozenset[int]) -> Atomic:
        """The plan with `offered` as the planner itself gave it for exactly this set."""
        return self._sum([memory.plans.get(offered) or self._try(memory, offered) for memory in self._memories])

    def without(self, offered: frozenset[int], hidden: frozenset[Name]) -> Atomic:
        """The plan with `offered` and without the existing indexes `hidden`. Raises PlanError."""
        plans = []
        for memory in self._memories:
            self.calls += 1
            plan = self._planner.plan(memory.statement, self._pool.definitions(offered), hidden)
            plans.append(self._atomic(memory, plan))
        return self._sum(plans)

    def _try(self, memory: _Memory, offered: frozenset[int]) -> Atomic:
        """A set that the planner fails on helps nobody: it counts as the plan with nothing."""
        if offered in memory.failed:
            return memory.plans[NOTHING]
        try:
            return self._ask(memory, offered)
        except PlanError as error:
            self.failures.append(error.reason)
            memory.failed.add(offered)
            return memory.plans[NOTHING]

    def _ask(self, memory: _Memory, offered: frozenset[int]) -> Atomic:
        self.calls += 1
        plan = self._planner.plan(memory.statement, self._pool.definitions(offered))
        if memory.first_plan is None:
            memory.first_plan = plan
        answer = memory.plans[offered] = self._atomic(memory, plan)
        return answer

    def _atomic(self, memory: _Memory, plan: Plan) -> Atomic:
        cost = plan.work
        if self._doubt is not None and memory.first_costs is not None:
            cost = self._doubt.costs(plan).trusted(memory.first_costs)
        return Atomic(self._pool.numbers(plan.used), cost, plan.used_existing, cost - plan.work)

    def _sum(self, plans: list[Atomic]) -> Atomic:
        if len(plans) == 1:
            return plans[0]
        used = frozenset().union(*(plan.used for plan in plans))
        existing = frozenset().union(*(plan.existing for plan in plans))
        cost = sum(memory.weight * plan.cost for memory, plan in zip(self._memories, plans, strict=True))
        excess = sum(memory.weight * plan.excess for memory, plan in zip(self._memories, plans, strict=True))
        return Atomic(used, cost, existing, excess)
