"""The choice: solve the model, plan again under its answer, add what is learnt, until nothing changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgadvisor.advisor.atomic import Option
from pgadvisor.advisor.cases import Case
from pgadvisor.advisor.components import Solver

_MOST_ROUNDS = 40
_WALK_CALLS = 12  # per statement and round
_CLOSE = 1e-6  # of the workload's time: nearer than this the answer is the optimum


@dataclass(frozen=True, slots=True)
class Choice:
    """`net_ms` is what the chosen set saves less its charges, as planned; `bound_ms` what no set can exceed."""

    chosen: frozenset[int]
    net_ms: float
    bound_ms: float


def choose(cases: Sequence[Case], charges_ms: Mapping[int, float], sizes: Mapping[int, int], budget_bytes: int | None) -> Choice:
    """The best set of indexes for `cases` within the budget.

    Every round solves a model that is too hopeful: where a statement has not been planned it may save as much as the
    nearest plan with more indexes. Its value bounds every set's from above. Its answer is then planned, which replaces hope
    by knowledge just where it mattered; the rounds end when the answer keeps what it promised, or nothing more is learnt.
    The last model knows only plans that were seen.
    """
    gaining = [case for case in cases if case.tree is not None]
    hopeful, knowing = (Solver(charges_ms, sizes, budget_bytes) for _ in range(2))
    whole_ms = sum(case.weight.total_ms for case in gaining)
    best = Choice(frozenset(), 0.0, whole_ms)
    for _ in range(_MOST_ROUNDS):
        before = sum(_versions(gaining))
        hope = hopeful.solve(_options(gaining, optimistic=True), _versions(gaining))
        bound = min(best.bound_ms, hope.bound_ms + _CLOSE * whole_ms / 2)
        best = _better(Choice(hope.chosen, _net(gaining, hope.chosen, charges_ms), bound), best, bound)
        if bound - best.net_ms <= _CLOSE * whole_ms or sum(_versions(gaining)) == before:
            break
    known = knowing.solve(_options(gaining, optimistic=False), _versions(gaining))
    return _better(Choice(known.chosen, _net(gaining, known.chosen, charges_ms), best.bound_ms), best, best.bound_ms)


def _better(one: Choice, other: Choice, bound_ms: float) -> Choice:
    winner = one if (one.net_ms, -len(one.chosen)) > (other.net_ms, -len(other.chosen)) else other
    return Choice(winner.chosen, winner.net_ms, max(bound_ms, winner.net_ms))


def _options(cases: Sequence[Case], optimistic: bool) -> list[list[Option]]:
    return [case.tree.options(optimistic) for case in cases if case.tree is not None]


def _net(cases: Sequence[Case], chosen: frozenset[int], charges_ms: Mapping[int, float]) -> float:
    saved = 0.0
    for case in cases:
        if case.tree is not None and chosen & case.tree.offered:
            saved += case.weight.saving_ms(case.tree.walk(chosen & case.tree.offered, _WALK_CALLS).cost)
    return saved - sum(charges_ms[number] for number in chosen)


def _versions(cases: Sequence[Case]) -> list[int]:
    return [case.tree.planned for case in cases if case.tree is not None]
