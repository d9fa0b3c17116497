"""What other budgets would buy: the same model with fewer and with more bytes, over the plans that are known by then.

Each point is a set that keeps to all constraints, and its saving rests on plans that were seen: the planner would do at
least as well. So a point is what a budget buys at least; a run with that budget may find more.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from pgadvisor.advisor.choice.components import Solver
from pgadvisor.advisor.choice.constraints import Constraints
from pgadvisor.advisor.choice.model import solve
from pgadvisor.advisor.plans.atomic import Option
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import Atomic
from pgadvisor.advisor.price.prices import Prices
from pgadvisor.advisor.proof.prove import Proof, by_table, offered_to
from pgadvisor.model.report import BudgetPoint

_WHOLE_OPTIONS = 400  # more take seconds to choose from in whole numbers
_CALLS_SHARE, _LEAST_CALLS = 0.02, 40  # of the planner's calls so far, for all points together


def budget_curve(
    cases: Sequence[Case], proof: Proof, pool: Pool, prices: Prices, constraints: Constraints, is_late: Callable[[], bool]
) -> tuple[BudgetPoint, ...]:
    """The points for half and twice the budget; without one for half and a quarter of the chosen indexes' bytes, where there
    are two indexes or more to choose from. Fewer points once `is_late`."""
    curve = _Curve(cases, pool, prices, proof.chosen)
    points = []
    for budget_bytes in _budgets(proof, pool, constraints.budget_bytes):
        if not is_late():
            chosen = curve.best(replace(constraints, budget_bytes=budget_bytes))
            points.append(curve.point(budget_bytes, chosen))
    return tuple(points)


def _budgets(proof: Proof, pool: Pool, budget_bytes: int | None) -> tuple[int, ...]:
    if budget_bytes is not None:
        return budget_bytes // 2, budget_bytes * 2
    whole = sum(pool.size_bytes(number) for number in proof.chosen)
    return (whole // 2, whole // 4) if len(proof.chosen) > 1 else ()


class _Curve:
    """The statements with the plans that are known of them, and the few calls that may still be made."""

    def __init__(self, cases: Sequence[Case], pool: Pool, prices: Prices, advised: frozenset[int]) -> None:
        self._cases = cases
        self._pool = pool
        self._prices = prices
        self._calls_left = max(_LEAST_CALLS, round(_CALLS_SHARE * sum(case.probe.calls for case in cases)))
        self._by_weight = sorted(range(len(cases)), key=lambda at: -cases[at].weight.total_ms)
        self._dear: dict[int, dict[frozenset[int], Option]] = {at: {} for at, case in enumerate(cases) if case.dear}
        self._advised = advised
        self._learn(advised)

    def best(self, constraints: Constraints) -> frozenset[int]:
        """The best set within `constraints` that was found: planned where calls are left and, where the model is small, chosen
        again with what that taught. The advised set is one of them where it fits."""
        self._look_further(constraints.budget_bytes or 0)
        found, large = self._solved(constraints)
        self._learn(found)
        sets = [found] if large else [found, self._solved(constraints)[0]]
        if sum(self._pool.size_bytes(number) for number in self._advised) <= (constraints.budget_bytes or 0):
            sets.append(self._advised)
        return max(sets, key=self._net_ms)

    def _learn(self, chosen: frozenset[int]) -> None:
        """Know the statements' plans under `chosen`, from memory or, the heaviest first, with the calls that are left."""
        for at in self._by_weight:
            tree = self._cases[at].tree
            if tree is not None and chosen & tree.offered:
                self._planned(at, chosen & tree.offered, tree.learn)

    def point(self, budget_bytes: int, chosen: frozenset[int]) -> BudgetPoint:
        """What `chosen`, made for `budget_bytes`, saves and takes."""
        return BudgetPoint(
            budget_bytes,
            self._saving_ms(chosen),
            sum(self._prices.write_cost(number).total_ms for number in chosen),
            sum(self._pool.size_bytes(number) for number in chosen),
            len(chosen),
        )

    def _saving_ms(self, chosen: frozenset[int]) -> float:
        """As the proof reckons it, less what slower statements lose; where the plan is not known, the best known with less."""
        on_table = by_table(chosen, self._pool)
        return sum(self._saves_ms(at, chosen, offered_to(case, on_table)) for at, case in enumerate(self._cases))

    def _saves_ms(self, at: int, chosen: frozenset[int], offered: frozenset[int]) -> float:
        case = self._cases[at]
        if offered and case.probe.implied(offered):
            return case.weight.change_ms(case.probe.at(offered).cost)
        return max((option.saving_ms for option in self._options(at) if option.needs <= chosen), default=0.0)

    def _net_ms(self, chosen: frozenset[int]) -> float:
        return self._saving_ms(chosen) - sum(self._prices.charges_ms(chosen).values())

    def _solved(self, constraints: Constraints) -> tuple[frozenset[int], bool]:
        """The model's answer, and whether it was too large to be solved in whole numbers: then the relaxed answer, less what
        is missed least for its bytes, has to do."""
        options = [self._options(at) for at in range(len(self._cases))]
        numbers = sorted({number for found in options for option in found for number in option.needs})
        fitting = replace(
            constraints,
            sizes={number: self._pool.size_bytes(number) for number in numbers},
            tables={number: self._pool.table(number) for number in numbers},
        )
        charges_ms = self._prices.charges_ms(numbers)
        if sum(map(len, options)) <= _WHOLE_OPTIONS:
            return Solver(charges_ms, fitting).solve(options, [0] * len(options)).chosen, False
        return _fitted(solve(options, charges_ms, fitting, relaxed=True).chosen, options, fitting), True

    def _look_further(self, budget_bytes: int) -> None:
        """Plan with the candidates that were larger than the run's budget and fit into this one, the heaviest statements
        first."""
        for at in self._by_weight:
            case = self._cases[at]
            further = frozenset(number for number in case.dear if self._pool.size_bytes(number) <= budget_bytes)
            if further and further not in self._dear[at]:
                plan = self._planned(at, case.own | further, case.probe.at)
                if plan is not None:
                    self._dear[at][further] = Option(case.weight.saving_ms(plan.cost), plan.used)

    def _planned(self, at: int, offered: frozenset[int], ask: Callable[[frozenset[int]], Atomic]) -> Atomic | None:
        """The plan under `offered`; None where it is not known and no calls are left."""
        probe = self._cases[at].probe
        if self._calls_left <= 0 and not probe.implied(offered):
            return None
        before = probe.calls
        plan = ask(offered)
        self._calls_left -= probe.calls - before
        return plan

    def _options(self, at: int) -> list[Option]:
        tree = self._cases[at].tree
        known = tree.options(optimistic=False) if tree is not None else []
        return known + [option for option in self._dear.get(at, {}).values() if option.saving_ms > 0.0]


def _fitted(chosen: frozenset[int], statements: Collection[Sequence[Option]], constraints: Constraints) -> frozenset[int]:
    """`chosen` without the indexes that are missed least for their bytes, until it keeps to the constraints."""
    while not constraints.allow(chosen):
        missed = _missed_ms(chosen, statements)
        chosen -= {min(chosen, key=lambda number: (missed[number] / max(1, constraints.sizes[number]), number))}
    return chosen


def _missed_ms(chosen: frozenset[int], statements: Collection[Sequence[Option]]) -> dict[int, float]:
    """What is lost when one index alone is left out."""
    missed: dict[int, float] = defaultdict(float)
    for options in statements:
        usable = [option for option in options if option.needs <= chosen]
        best = max(usable, key=lambda option: option.saving_ms, default=None)
        for number in best.needs if best is not None else ():
            second = max((option.saving_ms for option in usable if number not in option.needs), default=0.0)
            missed[number] += (best.saving_ms if best is not None else 0.0) - second
    return missed
