"""What statements are offered beyond their own candidates: indexes that others gain from, and merged ones."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from pgadvisor.advisor.atomic import Tree
from pgadvisor.advisor.cases import Case
from pgadvisor.advisor.existing import served_by
from pgadvisor.advisor.merge import related
from pgadvisor.advisor.pool import Pool
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

_MOST_SHARED = 16  # further indexes per statement: each makes the planner slower
EXPLORED_CALLS = 500  # of the planner, shared by what the statements may save
_LEAST_CALLS, _MOST_CALLS = 1, 12  # per statement


def share(cases: Sequence[Case], pool: Pool, lookup: Lookup, calls: int, is_late: Callable[[], bool] = lambda: False) -> None:
    """Offer every statement the indexes of others on its tables that read the columns its own candidates read, and those
    made by merging; then learn its atomic plans, with about `calls` calls of the planner in all. Under a budget none are needed:
    the plans that its bytes could buy are sought where their price is known. Ends early once `is_late`."""
    gaining = [case for case in cases if case.tree is not None]
    all_ms = sum(case.root_saving_ms for case in gaining) or 1.0
    for case in gaining:
        _explore(case, 0.0 if is_late() else calls / 4 / all_ms)
    shared = _by_table(gaining, pool, lookup)
    for case in gaining:
        if is_late():
            return
        further = pool.affordable(_further(case, shared, pool))
        if further:
            case.tree = Tree(case.probe, case.weight, case.own | further)
        _explore(case, calls / all_ms)


def _explore(case: Case, calls_per_ms: float) -> None:
    if case.tree is not None and calls_per_ms > 0.0:
        calls = round(calls_per_ms * case.root_saving_ms)
        case.tree.explore(min(_MOST_CALLS, max(_LEAST_CALLS, calls)))


def _by_table(cases: Sequence[Case], pool: Pool, lookup: Lookup) -> dict[Name, list[int]]:
    """The indexes worth sharing on each table, the most valuable first, then those made from them."""
    worth: dict[int, float] = defaultdict(float)
    for case in cases:
        for number, saving in case.tree.survivors().items() if case.tree is not None else ():
            worth[number] += saving
    tables: dict[Name, list[int]] = defaultdict(list)
    for number in sorted(worth, key=lambda number: (-worth[number], pool[number].sql(""))):
        tables[pool.table(number)].append(number)
    for numbers in tables.values():
        made = related([pool[number] for number in numbers])
        numbers.extend(sorted(pool.numbers(index for index in made if served_by(index, lookup) is None)))
    return tables


def _further(case: Case, shared: dict[Name, list[int]], pool: Pool) -> frozenset[int]:
    """Indexes of others that start with a column, or expression, that one of the statement's own candidates has as a key."""
    own = [pool[number] for number in case.own]
    targets = {(index.table, key.column, key.expression) for index in own for key in index.keys}
    chosen: list[int] = []
    for table in sorted(case.tables & shared.keys()):
        chosen += [number for number in shared[table] if number not in case.own and _starts(pool[number], targets)]
    return frozenset(chosen[:_MOST_SHARED])


def _starts(index: Index, targets: set[tuple[Name, str | None, str | None]]) -> bool:
    return (index.table, index.keys[0].column, index.keys[0].expression) in targets
