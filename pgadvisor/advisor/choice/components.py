"""The model in parts: statements that share no index do not bear on one another, unless a constraint ties them together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pgadvisor.advisor.choice.constraints import Constraints
from pgadvisor.advisor.choice.model import Solution, named, solve
from pgadvisor.advisor.plans.atomic import Option

_RELAXED_OPTIONS = 2000  # beyond, the hopeful model takes many seconds to solve in whole numbers under a budget
Signature = tuple[tuple[int, int], ...]


class Solver:
    """Solves the model for a fixed list of statements again and again, and only those parts anew that have changed."""

    def __init__(self, charges_ms: Mapping[int, float], constraints: Constraints) -> None:
        self._charges_ms = charges_ms
        self._constraints = constraints
        self._free = Constraints(constraints.sizes)
        self._known: dict[Signature, Solution] = {}

    def solve(self, statements: Sequence[Sequence[Option]], versions: Sequence[int]) -> Solution:
        """The best set for `statements`; `versions` change when a statement's options do."""
        parts = []
        for component in components(statements):
            signature = tuple((at, versions[at]) for at in component)
            if signature not in self._known:
                self._known[signature] = solve([statements[at] for at in component], self._charges_ms, self._free)
            parts.append(self._known[signature])
        chosen = frozenset[int]().union(*(part.chosen for part in parts))
        if self._constraints.allow(chosen):
            return Solution(chosen, sum(part.bound_ms for part in parts))
        optimistic = any(option.excludes for options in statements for option in options)
        relaxed = optimistic and sum(map(len, statements)) > _RELAXED_OPTIONS
        return solve(statements, self._charges_ms, self._constraints, relaxed)


def components(statements: Sequence[Sequence[Option]]) -> list[list[int]]:
    """Positions of the statements that have options, in groups that share no index, in the order of their first."""
    parent: dict[int, int] = {}

    def root(number: int) -> int:
        while parent.setdefault(number, number) != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    firsts: dict[int, int] = {}
    for at, options in enumerate(statements):
        for number in sorted({number for option in options for number in named(option)}):
            first = root(firsts.setdefault(at, number))
            parent[root(number)] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for at, number in firsts.items():
        groups[root(number)].append(at)
    return list(groups.values())
