"""Loops that the server's log shows: the child many times in a row in one session, after the parent or in one transaction."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pgadvisor.model.workload import Query, Run
from pgadvisor.rules.loops.fit import Fit, returned_rows, returns
from pgadvisor.rules.loops.keys import Asked, asked_by_key
from pgadvisor.rules.loops.ties import Tie, declared_ties, suggested_ties
from pgadvisor.rules.rule import Facts

_OFTEN = 0.5  # of the parent's executions are followed by a run; a request that another one follows by chance is not
_MOST_PER_ROW = 3.0  # a run is not longer than the parent's rows per call, which are an average
_FEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class Witness:
    """A run of a child asked by key; `fit` is its parent, None where only the child is sure."""

    asked: Asked
    run: Run
    fit: Fit | None = None


def witnesses(facts: Facts) -> dict[int, Witness]:
    """What the log shows of each child, by its place in the workload."""
    runs: dict[int, list[Run]] = defaultdict(list)
    for run in facts.workload.runs:
        runs[run.child].append(run)
    found: dict[int, Witness] = {}
    for child, mine in runs.items():
        every = [one for asked in asked_by_key(facts.workload.queries[child]) for one in _witnesses(asked, mine, facts)]
        if every:
            found[child] = min(every, key=_rank)
    return found


def _witnesses(asked: Asked, runs: list[Run], facts: Facts) -> Iterator[Witness]:
    for run in runs:
        if run.parent is None:
            if run.calls >= _OFTEN * run.child_calls:
                yield Witness(asked, run)
        elif run.runs >= _OFTEN * run.parent_calls:
            parent = facts.workload.queries[run.parent]
            if parent.kind == "select" and _enough_rows(parent, run):
                yield from (Witness(asked, run, fit) for fit in _fits(asked, parent, facts))


def _enough_rows(parent: Query, run: Run) -> bool:
    calls, rows = parent.counters.calls, returned_rows(parent)
    return not rows or not calls or run.calls / run.runs <= max(_FEW_ROWS, _MOST_PER_ROW * rows / calls)


def _fits(asked: Asked, parent: Query, facts: Facts) -> Iterator[Fit]:
    """The ways in which the parent's rows hold the keys that the child is asked by."""
    for relation in range(len(parent.relations)):
        table = parent.relations[relation].table
        ties = [tie for tie in declared_ties(asked, facts) if tie.parent_table == table]
        for tie in ties or suggested_ties(asked, parent, relation, facts):
            if returns(parent, relation, tie.parent_columns):
                yield Fit(parent, relation, tie, returned_rows(parent), 0.0, 0, estimated=False)


def _rank(witness: Witness) -> tuple[object, ...]:
    """A parent by foreign key first, then by name, then none; the one with more of the child's executions."""
    tie: Tie | None = witness.fit.tie if witness.fit is not None else None
    return (tie is None, tie is not None and tie.foreign_key is None, tie is not None and tie.narrowed, -witness.run.calls)
