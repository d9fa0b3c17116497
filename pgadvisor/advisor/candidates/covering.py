"""Covering variants: the columns the statement reads, included, so that the table itself need not be visited."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.rank import estimate, searched_fraction
from pgadvisor.advisor.facts.limits import (
    LEAST_COVERED_ROWS,
    MOST_INCLUDED_COLUMNS,
    MOST_KEY_COLUMNS,
    MOSTLY_VISIBLE_FRACTION,
    WIDEST_INCLUDED_BYTES,
)
from pgadvisor.advisor.facts.tables import PAGE_BYTES
from pgadvisor.model.index import Index

_BASES = 6
_LEAST_FILTERED = 0.01
_LARGE_PART = 0.1  # of the table's rows
_SLIM = 1 / 3  # of a row's bytes
_ENTRY_BYTES = 16  # of an index's entry beside its columns: tuple header, line pointer, alignment
_SHORT = ("integer", "number", "moment", "boolean", "uuid", "enum")  # whatever their statistics say


def covering(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """The most promising B-trees with the missing columns included, where these are few and narrow and most pages of the
    table are all-visible. Columns only: an expression key does not give back its column."""
    if access.needed is None or not _mostly_visible(access) or _skips(access) or rows_fetched(access) < LEAST_COVERED_ROWS:
        return
    ordered = sorted(bases, key=lambda index: estimate(access, index))
    for index in ordered[:_BASES]:
        extra = access.needed - set(index.columns) - _implied(access, index)
        if extra and _narrow(access, sorted(extra)) and _slim(access, index, extra):
            longer = _joinable(access, index, extra)
            yield replace(longer, include=tuple(sorted(extra - set(longer.columns))))


def _slim(access: Access, index: Index, extra: frozenset[str]) -> bool:
    """Whether so few rows are searched for that it is no copy of the table, or its entries are far narrower than the rows: what
    reads a large part of either gains as the one is smaller than the other."""
    part = searched_fraction(access, index)
    if part is None or part < _LARGE_PART or access.rows < 1.0:
        return True
    facts = [access.keys.facts(column) for column in {*index.columns, *extra}]
    entry_bytes = _ENTRY_BYTES + sum(each.width_bytes for each in facts if each is not None)
    return entry_bytes <= _SLIM * access.pages * PAGE_BYTES / access.rows


def _joinable(access: Access, index: Index, extra: frozenset[str]) -> Index:
    """`index` with those of the columns as keys that the table is joined on: as large, and it gives a merge join its order and a
    nested loop its search too."""
    joined = [each.key for each in access.of("join") if each.key.column in extra]
    return replace(index, keys=(*index.keys, *joined[: max(0, MOST_KEY_COLUMNS - len(index.keys))]))


def rows_fetched(access: Access) -> float:
    """The rows that one call fetches from the table through an index, no fewer than it returns: for a few the visits to the table
    cost nothing that could be measured, whatever the planner reckons. Of joins and groups no more is known than the table's rows.
    """
    query = access.query
    if any(each.kind == "join" for each in access.conditions) or access.groups or not query.counters.calls:
        return access.rows
    ranges = access.of("range")
    searched = access.rows * prod(each.fraction for each in (*access.of("equal", "list", "null"), *ranges[:1]))
    uncounted = not query.measured and not query.counters.rows  # a workload file that does not say
    if uncounted or query.aggregates or query.groupings or query.distinct or len(query.relations) > 1:
        return searched
    filtered = max(prod(each.fraction for each in ranges[1:]), _LEAST_FILTERED)
    returned = query.counters.rows / query.counters.calls
    return max(returned, min(searched, returned / filtered))


def _skips(access: Access) -> bool:
    """An OFFSET: the rows that are skipped are the trouble, and an index that skips them faster only puts it off."""
    return any(limit.offset_parameter is not None or limit.offset for limit in access.query.limits)


def _implied(access: Access, index: Index) -> frozenset[str]:
    """Columns that only the index's predicate reads: it holds for every row of the index."""
    if index.where is None:
        return frozenset()
    asked = {each.key.column for each in access.conjuncts if each.key.column and each.key.column in index.where}
    output = {column for number, column in access.query.output if access.query.relations[number] == access.relation}
    elsewhere = {key.column for order in access.orders for key in order.keys}
    return frozenset(column for column in asked if column not in output and column not in elsewhere)


def _mostly_visible(access: Access) -> bool:
    tables = [access.table.name, *access.lookup.partitions.get(access.table.name, ())]
    known = [access.lookup.tables[name] for name in tables if name in access.lookup.tables]
    pages = sum(table.pages for table in known)
    visible = sum(table.all_visible_pages for table in known)
    return pages > 0 and visible >= MOSTLY_VISIBLE_FRACTION * pages


def _narrow(access: Access, columns: Sequence[str]) -> bool:
    facts = [access.keys.facts(column) for column in columns if access.keys.usable(column)]
    known = [each for each in facts if each is not None and (each.known or each.type.family in _SHORT)]
    width = sum(each.width_bytes if each.known else 8 for each in known)
    return len(known) == len(columns) <= MOST_INCLUDED_COLUMNS and width <= WIDEST_INCLUDED_BYTES
