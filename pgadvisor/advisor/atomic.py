"""Atomic plans: which sets of indexes the planner reads together, found by taking used indexes away one at a time.

Let A be a set of offered indexes and U the ones its best plan reads. For every subset S of A either U is in S, and then the
plan is the best under S too, or S lacks some u of U and is a subset of A - {u}. So the tree that starts at everything
offered, and has a child A - {u} for every u of U, ends in knowing the plan under every subset; and where it is not
followed to its end, a plan under a subset of a child saves at most what the parent's plan saves. That is INUM's and
CoPhy's atomic configurations (PVLDB 4(6), 2011), met lazily, with a bound on what has not been looked at.
It rests on the planner preferring the cheaper plan, which PostgreSQL's does within 1 %.
"""

from dataclasses import dataclass

from pgadvisor.advisor.probe import NOTHING, Atomic, Probe
from pgadvisor.advisor.worth import Weight

_MOST_NODES = 600


@dataclass(frozen=True, slots=True)
class Option:
    """One way to run a statement: `saving_ms` if all of `needs` are there.

    An option that has not been planned (`any_of` not empty) is optimistic: it saves at most that if at least one of `any_of`
    is there and none of `excludes` is.
    """

    saving_ms: float
    needs: frozenset[int] = NOTHING
    any_of: frozenset[int] = NOTHING
    excludes: frozenset[int] = NOTHING


class Tree:
    """What is known of one statement's plans under the subsets of `offered`."""

    def __init__(self, probe: Probe, weight: Weight, offered: frozenset[int]) -> None:
        self._probe = probe
        self._weight = weight
        self.offered = offered
        self._nodes: dict[frozenset[int], Atomic] = {}
        self._open: dict[frozenset[int], float] = {}
        self._expand(offered)

    @property
    def root(self) -> Atomic:
        """The plan with everything that is offered."""
        return self._nodes[self.offered]

    @property
    def planned(self) -> int:
        """How many subsets of what is offered are known."""
        return len(self._nodes)

    def explore(self, calls: int) -> None:
        """Follow the tree where most may be saved, with at most about `calls` calls of the planner."""
        last = self._probe.calls + calls
        while self._open and self._probe.calls < last and len(self._nodes) < _MOST_NODES:
            self._expand(max(self._open, key=lambda offered: (self._open[offered], len(offered), sorted(offered, reverse=True))))

    def walk(self, chosen: frozenset[int], calls: int) -> Atomic:
        """The plan under `chosen`, learning on the way; after `calls` calls by asking for it outright."""
        last = self._probe.calls + calls
        offered, node = self.offered, self.root
        while not node.used <= chosen and self._weight.saving_ms(node.cost) > 0.0:
            if self._probe.calls >= last or len(self._nodes) >= _MOST_NODES:
                return self._probe.at(chosen & self.offered)
            offered = offered - {min(node.used - chosen)}
            known = self._nodes.get(offered)
            node = known if known is not None else self._expand(offered)
        return node

    def options(self, optimistic: bool) -> list[Option]:
        """What the model may choose from for this statement; with `optimistic`, also what is not yet planned."""
        best: dict[frozenset[int], float] = {}
        for node in self._nodes.values():
            saving = self._weight.saving_ms(node.cost)
            if node.used and saving > best.get(node.used, 0.0):
                best[node.used] = saving
        planned = [
            Option(saving, used)
            for used, saving in best.items()
            if not any(other < used and best[other] >= saving for other in best)
        ]
        if optimistic:
            planned += [
                Option(saving, any_of=offered, excludes=self.offered - offered)
                for offered, saving in self._open.items()
                if offered
            ]
        return planned

    def survivors(self) -> dict[int, float]:
        """Every index that some plan with a gain reads, with the largest saving of such a plan."""
        found: dict[int, float] = {}
        for node in self._nodes.values():
            saving = self._weight.saving_ms(node.cost)
            for number in sorted(node.used) if saving > 0.0 else ():
                found[number] = max(saving, found.get(number, 0.0))
        return found

    def _expand(self, offered: frozenset[int]) -> Atomic:
        """Plan `offered`, and all below it that costs no call."""
        first = self._plan(offered)
        waiting = [offered]
        while waiting:
            parent = waiting.pop()
            for child in self._children(parent):
                if len(self._nodes) < _MOST_NODES and self._probe.implied(child):
                    self._plan(child)
                    waiting.append(child)
        return first

    def _plan(self, offered: frozenset[int]) -> Atomic:
        node = self._nodes[offered] = self._probe.at(offered)
        self._open.pop(offered, None)
        return node

    def _children(self, parent: frozenset[int]) -> list[frozenset[int]]:
        """The children of a planned node that are not planned, entered as open with the most they may save."""
        node = self._nodes[parent]
        bound = self._weight.saving_ms(node.cost)
        if bound <= 0.0:
            return []
        children = [parent - {number} for number in sorted(node.used)]
        fresh = [child for child in children if child not in self._nodes]
        for child in fresh:
            self._open[child] = min(bound, self._open.get(child, bound))
        return fresh
