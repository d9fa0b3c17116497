"""The parents that explain a child's calls, best first."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pgadvisor.model.names import Name
from pgadvisor.model.workload import Query, Run
from pgadvisor.rules.loops.fit import EXACT, Fit, fit, may_be_parent, returned_rows, returns
from pgadvisor.rules.loops.keys import Asked, asked_by_key
from pgadvisor.rules.loops.ties import declared_ties, suggested_ties
from pgadvisor.rules.rule import Facts

FEWEST_CALLS_WITHOUT_KEY = 100  # a suggested tie needs more than chance


@dataclass(frozen=True, slots=True)
class Loop:
    """A child that runs once per row of its parent. `others` fit less well; with `together` the rows of all of them
    add up to the child's calls and `best` is the one that returned most. `seen` is the run that the log shows, `unseen` tells
    that the log has both and no run."""

    asked: Asked
    best: Fit
    others: tuple[Fit, ...] = ()
    together: bool = False
    seen: Run | None = None
    unseen: bool = False

    @property
    def parents(self) -> tuple[Fit, ...]:
        return (self.best, *self.others) if self.together else (self.best,)

    @property
    def parent_rows(self) -> int:
        return sum(parent.parent_rows for parent in self.parents)

    @property
    def round_trips(self) -> int:
        """Calls that one lookup per call of the parents would save; of the child's calls as many as the log shows in runs."""
        if self.seen is not None:
            return round(self.asked.query.counters.calls * (self.seen.calls - self.seen.runs) / self.seen.child_calls)
        return self.asked.query.counters.calls - sum(parent.parent.counters.calls for parent in self.parents)


class Parents:
    """Statements that return several rows a call, found by table and by how many rows they returned."""

    def __init__(self, queries: Iterable[Query]) -> None:
        self.by_table: dict[Name, list[tuple[Query, int]]] = defaultdict(list)
        self.by_rows = sorted((q for q in queries if may_be_parent(q)), key=returned_rows)
        for query in self.by_rows:
            for position, relation in enumerate(query.relations):
                self.by_table[relation.table].append((query, position))
        self._rows = [returned_rows(query) for query in self.by_rows]

    def returning(self, least: float, most: float) -> list[Query]:
        return self.by_rows[bisect_left(self._rows, least) : bisect_right(self._rows, most)]


def find_loops(facts: Facts) -> tuple[Loop, ...]:
    """Every N+1 that the counters of the workload's statements show; they may be totals or differences of two snapshots."""
    parents = Parents(facts.workload.queries)
    loops = (_loop(query, parents, facts) for query in facts.workload.queries)
    return tuple(loop for loop in loops if loop is not None)


def _loop(child: Query, parents: Parents, facts: Facts) -> Loop | None:
    found: list[tuple[Asked, Fit]] = []
    together: list[Loop] = []
    for asked in asked_by_key(child):
        for tie in declared_ties(asked, facts):
            tied = [(q, i) for q, i in parents.by_table[tie.parent_table] if q is not child and returns(q, i, tie.parent_columns)]
            found += [(asked, one) for q, i in tied if (one := fit(child, q, i, tie, facts))]
            whole = [Fit(q, i, tie, returned_rows(q), 0.0, 1, not q.counters.rows) for q, i in _once(tied)]
            together += _added_up(asked, whole)
    if not found and not together:
        found = [(asked, one) for asked in asked_by_key(child) for one in _suggested(asked, parents, facts)]
    ranked = sorted(found, key=_rank)
    if together and (not ranked or ranked[0][1].grade > together[0].best.grade):
        return min(together, key=lambda loop: len(loop.others))
    if not ranked:
        return None
    asked, best = ranked[0]
    others = {id(one.parent): one for _, one in reversed(ranked)}
    return Loop(asked, best, tuple(other for other in others.values() if other.parent is not best.parent))


def _rank(found: tuple[Asked, Fit]) -> tuple[object, ...]:
    _, one = found
    return (one.grade, one.tie.narrowed, one.estimated, round(one.error, 4), -one.parent_rows, one.parent.queryid)


def _once(tied: Iterable[tuple[Query, int]]) -> Iterator[tuple[Query, int]]:
    """Each statement once, though it may read the table twice."""
    return iter({id(query): (query, position) for query, position in tied}.values())


def _added_up(asked: Asked, parents: list[Fit]) -> list[Loop]:
    """A child that several pages share: the rows of all its possible parents together are its calls."""
    rows = sum(parent.parent_rows for parent in parents)
    calls = asked.query.counters.calls
    if len(parents) < 2 or abs(rows - calls) > EXACT * calls:
        return []
    best, *others = sorted(parents, key=lambda one: (-one.parent_rows, one.parent.queryid))
    return [Loop(asked, best, tuple(others), together=True)]


def _suggested(asked: Asked, parents: Parents, facts: Facts) -> Iterator[Fit]:
    calls = asked.query.counters.calls
    if calls < FEWEST_CALLS_WITHOUT_KEY:
        return
    for parent in parents.returning(calls * (1 - EXACT), calls * (1 + EXACT)):
        for position in range(len(parent.relations)):
            if parent is asked.query:
                continue
            for tie in suggested_ties(asked, parent, position, facts):
                found = fit(asked.query, parent, position, tie, facts)
                if found is not None and found.grade == 0 and returns(parent, position, tie.parent_columns):
                    yield found
