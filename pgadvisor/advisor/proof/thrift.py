"""BRIN in place of a B-tree where it gives nearly all of the time for a hundredth of the bytes.

The choice weighs savings first, and a B-tree on a column that rows follow always saves a little more: a BRIN search reads
whole ranges of pages (128 by default). For wide ranges of a table that is only appended to that little is not worth a copy of
the column, kept up to date row by row (https://www.postgresql.org/docs/current/brin-intro.html). Look-ups of single values,
orders and statements that a B-tree answers from a few pages keep it.

In the same way a partial index takes the place of a whole one five times as large, where it serves all who read that.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates import inferred
from pgadvisor.advisor.candidates.keys import same_target
from pgadvisor.advisor.facts.selectivity import RANGES
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import Atomic
from pgadvisor.advisor.plans.worth import STATEMENT_COST
from pgadvisor.advisor.proof.prove import by_table, offered_to
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

_LEAST_KEPT = 0.95  # of the saving
_MOST_BYTES = 0.02  # of the B-tree's
_MOST_PARTIAL_BYTES = 0.2  # the same for a partial index, which is as fast
_MOST_SLOWER = 15.0  # times the B-tree's cost, for any statement


def thrifty(cases: Sequence[Case], chosen: frozenset[int], pool: Pool, lookup: Lookup) -> frozenset[int]:
    """`chosen` with the B-trees exchanged for which a far smaller index among the candidates does nearly as well."""
    touching: dict[Name, list[Case]] = defaultdict(list)
    for case in cases:
        for table in case.tables:
            touching[table].append(case)
    for number in sorted(chosen):
        on_table = touching[pool.table(number)]
        for other in _smaller(number, on_table, pool, lookup):
            if _as_good(number, other, on_table, chosen, pool):
                chosen = chosen - {number} | {other}
                break
    return chosen


def _smaller(number: int, cases: Sequence[Case], pool: Pool, lookup: Lookup) -> Iterator[int]:
    """BRIN indexes on the B-tree's first key, and partial B-trees, that are small enough; the smallest first. `cases` are those
    that touch its table."""
    index = pool[number]
    if index.method != "btree" or index.where is not None:
        return
    queries = [case.query for case in cases]
    offered = {one for case in cases for one in case.own if pool.table(one) == index.table}
    for other in sorted(offered, key=pool.size_bytes):
        share = pool.size_bytes(other) / max(1, pool.size_bytes(number))
        if pool[other].method == "brin":
            points = any(_searches_points(case, index) for case in cases)
            fits = share <= _MOST_BYTES and same_target(pool[other].keys[0], index.keys[0]) and not points
        else:
            partial = pool[other].method == "btree" and pool[other].where is not None
            fits = partial and share <= _MOST_PARTIAL_BYTES and not inferred(pool[other], queries, lookup)
        if fits:
            yield other


def _as_good(number: int, other: int, cases: Sequence[Case], chosen: frozenset[int], pool: Pool) -> bool:
    saved, kept = 0.0, 0.0
    now, then = by_table(chosen, pool), by_table(chosen - {number} | {other}, pool)
    for case in cases:
        before = case.probe.at(offered_to(case, now)) if offered_to(case, now) else case.base
        if number not in before.used:
            continue
        after = case.probe.at(offered_to(case, then))
        if not _bearable(before, after):
            return False
        saved += case.weight.change_ms(before.cost)
        kept += case.weight.change_ms(after.cost)
    return saved > 0.0 and kept >= _LEAST_KEPT * saved


def _searches_points(case: Case, index: Index) -> bool:
    """Whether the statement asks for anything but ranges of the index's first key."""
    key = index.keys[0]
    return any(
        each.operator not in RANGES
        for each in case.query.predicates
        if case.query.relations[each.key.relation].table == index.table
        and (each.key.column, each.key.expression) == (key.column, key.expression)
    )


def _bearable(before: Atomic, after: Atomic) -> bool:
    return after.cost + STATEMENT_COST <= _MOST_SLOWER * (before.cost + STATEMENT_COST)
