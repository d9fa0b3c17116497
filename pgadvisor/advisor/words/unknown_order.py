"""A B-tree on an expression where BRIN might do: no statistic tells whether rows lie in the order of an expression.

pg_stats has the correlation of columns, but none of ranges, and of expressions only once they are indexed or have extended
statistics. So BRIN is not advised there; what would tell is said.
"""

from collections.abc import Sequence

from pgadvisor.advisor.candidates.brin import keeps_its_order
from pgadvisor.advisor.facts.limits import BRIN_LEAST_PAGES
from pgadvisor.advisor.facts.selectivity import RANGES
from pgadvisor.advisor.facts.tables import pages_of
from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query

_SINCE = 14  # extended statistics on expressions


def unknown_order(index: Index, users: Sequence[Query], lookup: Lookup) -> str:
    """How to tell whether a BRIN index would do in the place of `index`, which `users` read; empty where that is no question."""
    table = lookup.tables.get(index.table)
    expression = index.keys[0].expression
    if expression is None or len(index.keys) > 1 or index.method != "btree" or index.where is not None or index.include:
        return ""
    if table is None or pages_of(index.table, lookup) < BRIN_LEAST_PAGES or not keeps_its_order(table):
        return ""
    if lookup.snapshot.server.major < _SINCE or not all(_ranges_only(query, index) for query in users):
        return ""
    return (
        f" No statistic tells whether rows lie in the order of {expression}. If they are added in that order, a BRIN index does "
        f"nearly as well with some kilobytes: after CREATE STATISTICS … ON ({expression}) FROM {index.table} and ANALYZE the "
        "correlation in pg_stats_ext_exprs is near 1 or -1 then."
    )


def _ranges_only(query: Query, index: Index) -> bool:
    """Whether the statement asks for ranges of the index's key, and neither for one value of it nor for its order."""
    expression = index.keys[0].expression
    sorted_by = [order.key for ordering in query.orderings for order in ordering.keys] + [order.key for order in query.minmax]
    if any(key.expression == expression and query.relations[key.relation].table == index.table for key in sorted_by):
        return False
    asked = [
        each.operator
        for each in query.predicates
        if each.key.expression == expression and query.relations[each.key.relation].table == index.table
    ]
    return bool(asked) and all(operator in RANGES for operator in asked)
