"""Atomic plans: which sets of indexes the planner reads together, found by taking used indexes away one at a time.

Let A be a set of offered indexes and U = u1, u2, ... the ones its best plan reads. A subset S of A either has all of U, and
then the plan is the best under S too, or there is a first ui that it lacks: S has u1 ... ui-1 and is a subset of A - {ui}. So
the tree that starts at everything offered, and has for every ui a child that is offered A - {ui} and must have u1 ... ui-1,
puts every subset into one place and ends in knowing its plan; and where it is not followed to its end, a plan under a
subset that belongs to a child saves at most what the parent's plan saves. These are the atomic configurations of INUM and
CoPhy (PVLDB 4(6), 2011), met lazily, with a bound on what has not been looked at.
It rests on the planner preferring the cheaper plan, which PostgreSQL's does within 1 %.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pgadvisor.advisor.plans.probe import NOTHING, Atomic, Probe
from pgadvisor.advisor.plans.worth import Weight

_MOST_NODES = 600


@dataclass(frozen=True, slots=True)
class Option:
    """One way to run a statement: `saving_ms` if all of `needs` are there.

    An option that has not been planned (`excludes` not empty) is optimistic: it saves at most that if, besides, at least one of
    `any_of` is there and none of `excludes` is.
    """

    saving_ms: float
    needs: frozenset[int] = NOTHING
    any_of: frozenset[int] = NOTHING
    excludes: frozenset[int] = NOTHING
    planned: float = 0.0  # the planner's cost, where it was asked


@dataclass(frozen=True, slots=True)
class Trap(Option):
    """What the planner does once all of `needs` are there, unless it has a plan that it takes for cheaper, though the statement
    is slower then than with nothing: `saving_ms` is negative."""


@dataclass(frozen=True, slots=True)
class Ceiling(Option):
    """What the statement cannot save more than: `saving_ms` without any index of `beyond`, and with one of them as much more as
    that index has there."""

    beyond: Mapping[int, float] = field(default_factory=dict)


Place = tuple[frozenset[int], frozenset[int]]  # of the tree: what is offered, and what a subset must have to belong there


class Tree:
    """What is known of one statement's plans under the subsets of `offered`."""

    def __init__(self, probe: Probe, weight: Weight, offered: frozenset[int]) -> None:
        self._probe = probe
        self._weight = weight
        self.offered = offered
        self._nodes: dict[Place, Atomic] = {}
        self._open: dict[Place, float] = {}
        self._learnt: dict[frozenset[int], Atomic] = {}
        self._expand((offered, NOTHING))

    @property
    def root(self) -> Atomic:
        """The plan with everything that is offered."""
        return self._nodes[self.offered, NOTHING]

    @property
    def planned(self) -> int:
        """How many subsets of what is offered are known."""
        return len(self._nodes) + len(self._learnt)

    def explore(self, calls: int) -> None:
        """Follow the tree where most may be saved, with at most about `calls` calls of the planner."""
        last = self._probe.calls + calls
        while self._open and self._probe.calls < last and len(self._nodes) < _MOST_NODES:
            self._expand(
                max(self._open, key=lambda place: (self._open[place], len(place[0]), sorted(place[0]), sorted(place[1])))
            )

    def learn(self, offered: frozenset[int]) -> Atomic:
        """The plan with some of what is offered, for the model to choose from; the tree below is not followed."""
        if offered not in self._learnt:
            self._learnt[offered] = self._probe.at(offered)
        return self._learnt[offered]

    def walk(self, chosen: frozenset[int], calls: int) -> Atomic:
        """The plan under `chosen`, learning on the way; after `calls` calls by asking for it outright."""
        last = self._probe.calls + calls
        place, node = (self.offered, NOTHING), self.root
        while not node.used <= chosen and self._weight.saving_ms(node.planned) > 0.0:
            if self._probe.calls >= last or len(self._nodes) >= _MOST_NODES:
                return self.learn(chosen & self.offered)
            lacking = min(node.used - chosen)
            place = self._child(place, node, lacking)
            known = self._nodes.get(place)
            node = known if known is not None else self._expand(place)
        return node

    def options(self, optimistic: bool) -> list[Option]:
        """What the model may choose from for this statement; with `optimistic`, also what is not yet planned."""
        best: dict[frozenset[int], float] = {}
        costs: dict[frozenset[int], float] = {}
        for node in self._known():
            saving = self._weight.saving_ms(node.cost)
            if node.used and saving > best.get(node.used, 0.0):
                best[node.used], costs[node.used] = saving, node.planned
        planned = [
            Option(saving, used, planned=costs[used])
            for used, saving in best.items()
            if not any(other < used and best[other] >= saving for other in best)
        ]
        if not optimistic:
            planned += self._traps()
        if optimistic:
            planned += [
                Option(saving, needed, NOTHING if needed else offered, self.offered - offered)
                for (offered, needed), saving in self._open.items()
                if offered
            ]
        return planned

    def ceilings(self) -> list[Ceiling]:
        """With fewer indexes a plan saves no more: every set that was planned bounds its subsets. Of a chain of ever larger ones
        each tells what an index that it adds can bring at most."""
        known = {offered: self._weight.saving_ms(node.planned) for offered, node in self._asked() if offered}
        by_size = sorted(known, key=lambda offered: (len(offered), sorted(offered)))
        whole_ms = self._weight.saving_ms(self.root.planned)
        found: list[Ceiling] = []
        for at, within in enumerate(by_size):
            larger = by_size[at + 1 :]
            if known[within] >= whole_ms or any(within <= other and known[other] <= known[within] for other in larger):
                continue
            beyond, last = {}, within
            for other in larger:
                if last < other:
                    beyond.update(dict.fromkeys(other - last, known[other] - known[within]))
                    last = other
            beyond.update(dict.fromkeys(self.offered - last, whole_ms - known[within]))
            found.append(Ceiling(known[within], beyond=beyond))
        return found

    def most_ms(self, chosen: frozenset[int]) -> float:
        """What the statement cannot save more than with `chosen`: as much as with more."""
        return self._weight.saving_ms(max(node.planned for offered, node in self._asked() if chosen <= offered))

    def _asked(self) -> Iterator[tuple[frozenset[int], Atomic]]:
        """The plans that are known, each with what was offered."""
        yield from ((offered, node) for (offered, _), node in self._nodes.items())
        yield from self._learnt.items()

    def _traps(self) -> list[Option]:
        """The plans that are slower than with nothing, though the planner takes them for cheaper."""
        found: dict[frozenset[int], Option] = {}
        for node in self._known():
            change = self._weight.change_ms(node.cost)
            if node.used and change < 0.0:
                found[node.used] = Trap(change, node.used, planned=node.planned)
        return list(found.values())

    def survivors(self) -> dict[int, float]:
        """Every index that some plan with a gain reads, with the largest saving of such a plan."""
        found: dict[int, float] = {}
        for node in self._known():
            saving = self._weight.saving_ms(node.cost)
            for number in sorted(node.used) if saving > 0.0 else ():
                found[number] = max(saving, found.get(number, 0.0))
        return found

    def _known(self) -> Iterator[Atomic]:
        yield from self._nodes.values()
        yield from self._learnt.values()

    def _expand(self, place: Place) -> Atomic:
        """Plan `place`, and all below it that costs no call."""
        first = self._plan(place)
        waiting = [place]
        while waiting:
            for child in self._children(waiting.pop()):
                if len(self._nodes) < _MOST_NODES and self._probe.implied(child[0]):
                    self._plan(child)
                    waiting.append(child)
        return first

    def _plan(self, place: Place) -> Atomic:
        node = self._nodes[place] = self._probe.at(place[0])
        self._open.pop(place, None)
        return node

    def _children(self, parent: Place) -> list[Place]:
        """The children of a planned place, entered as open with the most they may save."""
        node = self._nodes[parent]
        bound = self._weight.saving_ms(node.planned)
        if bound <= 0.0:
            return []
        children = [self._child(parent, node, lacking) for lacking in sorted(node.used - parent[1])]
        self._open.update(dict.fromkeys(children, bound))
        return children

    def _child(self, parent: Place, node: Atomic, lacking: int) -> Place:
        """The place of the subsets whose first index of the plan's that they lack is `lacking`."""
        offered, needed = parent
        return offered - {lacking}, needed | {number for number in node.used if number < lacking}
