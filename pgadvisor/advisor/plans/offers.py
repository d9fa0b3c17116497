"""What statements are offered beyond their own candidates: indexes that others gain from, and merged ones."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from pgadvisor.advisor.facts.existing import served_by
from pgadvisor.advisor.plans.atomic import Tree
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.merge import narrower, related
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Key, Query

_MOST_SHARED = 48  # further indexes per statement: each makes the planner slower
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
    for table, found in _lone(cases, pool, lookup).items():
        tables[table] += [number for number in found if number not in tables[table]]
    for numbers in tables.values():
        made = related([pool[number] for number in numbers])
        numbers.extend(sorted(pool.numbers(index for index in made if served_by(index, lookup) is None)))
    return tables


def _lone(cases: Sequence[Case], pool: Pool, lookup: Lookup) -> dict[Name, list[int]]:
    """The first key alone of every candidate: what a small budget buys."""
    found: dict[Name, dict[int, None]] = defaultdict(dict)
    for number in sorted(frozenset[int]().union(*(case.own for case in cases))):
        for index in (pool[number], *narrower((pool[number],))):
            if len(index.keys) == 1 and not index.include and served_by(index, lookup) is None:
                found[index.table].setdefault(pool.number(index))
    return {table: list(numbers) for table, numbers in found.items()}


def _further(case: Case, shared: dict[Name, list[int]], pool: Pool) -> frozenset[int]:
    """Indexes of others that start with a column, or expression, that the statement or one of its own candidates searches or
    orders by."""
    own = [pool[number] for number in case.own]
    targets = {(index.table, key.column, key.expression) for index in own for key in index.keys}
    relations = case.query.relations
    targets.update((relations[key.relation].table, key.column, key.expression) for key in _keys(case.query))
    chosen: list[int] = []
    for table in sorted(case.tables & shared.keys()):
        chosen += [number for number in shared[table] if number not in case.own and _starts(pool[number], targets)]
    return frozenset(chosen[:_MOST_SHARED])


def _keys(query: Query) -> Iterator[Key]:
    for predicate in query.predicates:
        yield predicate.key
        if predicate.operand.key is not None:
            yield predicate.operand.key
    for ordering in query.orderings:
        yield from (order.key for order in ordering.keys)
    for grouping in query.groupings:
        yield from grouping


def _starts(index: Index, targets: set[tuple[Name, str | None, str | None]]) -> bool:
    return (index.table, index.keys[0].column, index.keys[0].expression) in targets
