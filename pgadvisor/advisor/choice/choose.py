"""The choice: solve the model, plan again under its answer, add what is learnt, until nothing changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from pgadvisor.advisor.choice.bargain import Bargain
from pgadvisor.advisor.choice.components import Solver
from pgadvisor.advisor.choice.constraints import Constraints
from pgadvisor.advisor.choice.model import solve
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.standins import with_guesses

_MOST_ROUNDS = 40
_WALK_CALLS, _BUDGET_WALK_CALLS = 12, 1  # per statement and round
_MOST_BARGAINS = 12
_MOST_GUESSES = 6  # rounds
_LEAST_GUESS = 5e-4  # of the workload's time: what a guess has to promise
_GUESS_GAP = 2e-3  # of a model that is only a guess
_BOUND_CALLS, _BOUND_CALLS_LESS = 200, 8  # of the planner after bargaining; less for each statement, but one for each
_STALLED = 0.02  # of the gap: a round that closes less of it is the last
_CLOSE = 1e-6  # of the workload's time: nearer than this the answer is the optimum
_CLOSE_RELAXED = 1e-3  # the same for a model too large to be solved in whole numbers every round


@dataclass(frozen=True, slots=True)
class Choice:
    """`net_ms` is what the chosen set saves less its charges, as planned; `bound_ms` what no set can exceed."""

    chosen: frozenset[int]
    net_ms: float
    bound_ms: float


def choose(
    cases: Sequence[Case],
    charges_ms: Mapping[int, float],
    constraints: Constraints,
    is_late: Callable[[], bool] = lambda: False,
    standins: Mapping[int, frozenset[int]] | None = None,
) -> Choice:
    """The best set of indexes for `cases` within the constraints. Once `is_late` says so nothing more is planned or solved but
    what the answer so far needs; its bound holds. `standins` are, for an index, those that can do its work.

    Every round solves a model that is too hopeful: where a statement has not been planned it may save as much as the
    nearest plan with more indexes. Its value bounds every set's from above. Its answer is then planned, which replaces hope
    by knowledge just where it mattered; the rounds end when the answer keeps what it promised, or nothing more is learnt.
    The last model knows only plans that were seen. Under constraints bargaining comes first, and again when a round has found a
    better set; the rounds, which then serve the bound above all, take a few calls a statement.
    """
    search = _Search([case for case in cases if case.tree is not None], charges_ms, constraints, is_late, standins or {})
    last_call = inf
    if constraints.bind:
        search.bargain()
        last_call = search.calls + max(len(cases), _BOUND_CALLS - _BOUND_CALLS_LESS * len(cases))
    for _ in range(_MOST_ROUNDS):
        if is_late():
            break
        before, best = search.versions, search.best
        search.round(optimistic=True)
        if constraints.bind or not search.whole:
            search.round(optimistic=False)
        if search.is_close or search.versions == before or search.calls >= last_call or search.stalls(best):
            break
        if constraints.bind and search.best.net_ms > best.net_ms:
            search.bargain()
    search.round(optimistic=False)
    return search.best


class _Search:
    """The rounds' state: the best set so far and the least bound."""

    def __init__(
        self,
        cases: Sequence[Case],
        charges_ms: Mapping[int, float],
        constraints: Constraints,
        is_late: Callable[[], bool],
        standins: Mapping[int, frozenset[int]],
    ) -> None:
        self._cases = [(case, case.tree) for case in cases if case.tree is not None]
        self._charges_ms = charges_ms
        self._constraints = constraints
        self._is_late = is_late
        self._standins = standins
        self._solvers = {optimistic: Solver(charges_ms, constraints) for optimistic in (True, False)}
        self._whole_ms = sum(case.weight.total_ms for case in cases)
        self.best = Choice(frozenset(), 0.0, sum(case.root_saving_ms for case in cases))
        self.whole = True
        self._walk_calls = _BUDGET_WALK_CALLS if constraints.bind else _WALK_CALLS

    @property
    def versions(self) -> list[int]:
        """How much is known of each statement."""
        return [tree.planned for _, tree in self._cases]

    @property
    def calls(self) -> int:
        return sum(case.probe.calls for case, _ in self._cases)

    @property
    def is_close(self) -> bool:
        return self.best.bound_ms - self.best.net_ms <= (_CLOSE if self.whole else _CLOSE_RELAXED) * self._whole_ms

    def stalls(self, before: Choice) -> bool:
        """Whether a round of a model too large to be solved in whole numbers has taken next to nothing off what may be missed."""
        missed_ms = before.bound_ms - before.net_ms
        return not self.whole and missed_ms - (self.best.bound_ms - self.best.net_ms) < _STALLED * missed_ms

    def round(self, optimistic: bool) -> None:
        """Solve with what is known (and, if `optimistic`, hoped), and plan the answer."""
        options = [tree.options(optimistic) for _, tree in self._cases]
        if optimistic and self._constraints.bind:
            options = [[*known, *tree.ceilings()] for known, (_, tree) in zip(options, self._cases, strict=True)]
        answer = self._solvers[optimistic].solve(options, self.versions)
        bound_ms = self.best.bound_ms
        if optimistic:
            bound_ms = min(bound_ms, answer.bound_ms + _CLOSE * self._whole_ms / 2)
            self.whole = not answer.relaxed
        self._plan(answer.chosen, bound_ms, self._walk_calls if optimistic else 0)

    def _plan(self, chosen: frozenset[int], bound_ms: float, walk_calls: int) -> None:
        """Plan `chosen`, and keep it if it is the best so far."""
        net_ms = self._net_ms(chosen, walk_calls)
        if (net_ms, -len(chosen)) > (self.best.net_ms, -len(self.best.chosen)) and self._constraints.allow(chosen):
            self.best = Choice(chosen, net_ms, max(bound_ms, net_ms))
        else:
            self.best = Choice(self.best.chosen, self.best.net_ms, max(bound_ms, self.best.net_ms))

    def bargain(self) -> None:
        """Add plans that are worth their bytes, then plans that do with less, until neither leads to a better set."""
        seeks, at = (True, False), 0  # in turn, as long as either leads on
        least_ms = min(self._charges_ms.values(), default=0.0)
        for _ in range(_MOST_BARGAINS):
            if at == len(seeks):
                return
            before, prices_ms = self.best.net_ms, self._prices_ms() if seeks[at] else [{}] * len(self._cases)
            for (case, tree), prices in zip(self._cases, prices_ms, strict=True):
                if self._is_late():
                    return
                bargain = Bargain(case.weight, tree, self.best.chosen & tree.offered, self._constraints.sizes, least_ms)
                bargain.seek(prices) if seeks[at] else bargain.replace()
            self.round(optimistic=False)
            self.guess()
            at = at + 1 if self.best.net_ms <= before else 0

    def guess(self) -> None:
        """Try what stand-ins promise until the answer holds what was promised."""
        for _ in range(_MOST_GUESSES):
            before = self.versions
            options = with_guesses([tree for _, tree in self._cases], self._standins, _LEAST_GUESS * self._whole_ms)
            self._plan(solve(options, self._charges_ms, self._constraints, gap=_GUESS_GAP).chosen, self.best.bound_ms, 0)
            if self.versions == before or self._is_late():
                return

    def _prices_ms(self) -> list[dict[int, float]]:
        """For each statement what every index costs it: what its room would save with the plans that are known, less what the
        other statements pay of that."""
        options = [tree.options(optimistic=False) for _, tree in self._cases]
        solution = solve(options, self._charges_ms, self._constraints, relaxed=True)
        whole = {number: price_ms + self._charges_ms[number] for number, price_ms in solution.prices_ms.items()}
        unpaid = dict(whole)
        for paid in solution.paid_ms:
            for number, paid_ms in paid.items():
                unpaid[number] = unpaid.get(number, 0.0) - paid_ms
        return [
            {number: max(0.0, unpaid.get(number, 0.0) + paid.get(number, 0.0)) for number in tree.offered}
            for (_, tree), paid in zip(self._cases, solution.paid_ms, strict=True)
        ]

    def _net_ms(self, chosen: frozenset[int], calls: int) -> float:
        """What the statements save with `chosen`, planned, less its charges."""
        saved = 0.0
        for case, tree in self._cases:
            if chosen & tree.offered:
                plan = tree.walk(chosen & tree.offered, calls)
                saved += case.weight.change_ms(plan.cost) if plan.used <= chosen else 0.0
        return saved - sum(self._charges_ms[number] for number in chosen)
