"""A first guess at what an index is worth to a statement, only to choose which candidates to try. The planner decides."""

from math import log2

from pgadvisor.advisor.candidates.access import Access, Condition
from pgadvisor.advisor.candidates.keys import same_target
from pgadvisor.advisor.facts.selectivity import predicate_fraction
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.parse.expressions import predicate_conjuncts

_SORTED_ROW = 0.3  # the cost of sorting a row, next to fetching one
_INDEXED_ROW = 0.1  # the cost of a row that is read in the index alone
_KEY = 0.01  # the price of a further key or column, so that of equals the narrower one wins


def estimate(access: Access, index: Index) -> float:
    """Rows' worth of work to answer the statement's part on this table with a B-tree `index`."""
    matched = access.rows * where_fraction(access, index)
    length, matched = _searched(access, index, matched)
    fetched = matched * _filtered(access, index, length)
    covered = _covers(access, index)
    cost = log2(access.rows + 2) + matched * _INDEXED_ROW + (0.0 if covered else fetched)
    orders = [order for order in access.orders if order.keys]
    if orders and not any(_delivers(access, index, order.keys) for order in orders):
        cost += fetched * _SORTED_ROW * 2
    elif any(order.limited for order in orders):
        cost = log2(access.rows + 2) + (cost - log2(access.rows + 2)) ** 0.5
    return cost * (1 + _KEY * (len(index.keys) + len(index.include)))


def where_fraction(access: Access, index: Index) -> float:
    """The fraction of the rows that a partial index holds, by the statement's own conditions that its predicate names."""
    if index.where is None:
        return 1.0
    parts = predicate_conjuncts(index.where)
    fractions = [
        predicate_fraction(predicate, access.table.name, access.lookup)
        for predicate in access.conjuncts
        if any((predicate.key.column or predicate.key.expression or "\0") in part for part in parts)
    ]
    return min(fractions, default=0.5)


def searched_fraction(access: Access, index: Index) -> float | None:
    """The fraction of the table's rows that is read through the leading keys of `index`; None where a range is among them, of
    which the text does not tell how much it keeps."""
    length, rows = _searched(access, index, access.rows * where_fraction(access, index))
    found = [_best(access, key) for key in index.keys[:length]]
    return None if any(each is not None and each.kind == "range" for each in found) else rows / max(1.0, access.rows)


def _searched(access: Access, index: Index, rows: float) -> tuple[int, float]:
    """How many leading keys are searched by, and the rows that are then read."""
    for place, key in enumerate(index.keys):
        found = _best(access, key)
        if found is None:
            return place, rows
        rows *= found.fraction
        if found.kind == "range":
            return place + 1, rows
    return len(index.keys), rows


def _filtered(access: Access, index: Index, length: int) -> float:
    """The fraction kept by conditions on the index's later keys, which save visits to the table."""
    kept = 1.0
    for key in index.keys[length:]:
        found = _best(access, key)
        kept *= found.fraction if found is not None and found.kind != "join" else 1.0
    return kept


def _best(access: Access, key: IndexKey) -> Condition | None:
    """The most selective condition on a key."""
    found = [each for each in access.conditions if same_target(each.key, key)]
    found += [each for arm in access.arms for each in arm if same_target(each.key, key)]
    return min(found, key=lambda each: (each.kind == "range", each.fraction), default=None)


def _covers(access: Access, index: Index) -> bool:
    return access.needed is not None and access.needed <= {*index.columns, *index.include}


def _delivers(access: Access, index: Index, wanted: tuple[IndexKey, ...]) -> bool:
    """Whether the keys, after those pinned to one value, run in the wanted order or against it."""
    pinned = [each.key for each in access.conditions if each.kind in ("equal", "null")]
    keys = [key for key in index.keys if not any(same_target(key, each) for each in pinned)]
    order = [key for key in wanted if not any(same_target(key, each) for each in pinned)]
    if len(keys) < len(order):
        return False
    pairs = list(zip(keys, order, strict=False))
    if not all(same_target(key, each) for key, each in pairs):
        return False
    turned = {(key.descending != each.descending, key.nulls_first != each.nulls_first) for key, each in pairs}
    return turned in ({(False, False)}, {(True, True)}, set())
