"""Indexes that serve more than one statement: wider ones that hold two, narrower ones that hold the start of one.

Two statements with (a, b) and (a, c) may both live with (a, b, c); one with (a, b) and one with (b) with (b, a). Index merging
is Chaudhuri and Narasayya's (ICDE 1999); which of them pays is for the model to say.
"""

from collections.abc import Iterable, Iterator, Sequence

from pgadvisor.advisor.facts.limits import MOST_INCLUDED_COLUMNS, MOST_KEY_COLUMNS
from pgadvisor.model.index import Index, IndexKey

_MOST_SOURCES = 8  # per table, the most valuable first
_MOST_RESULTS = 24


def related(indexes: Sequence[Index]) -> tuple[Index, ...]:
    """New indexes made from `indexes`, all of one table and the most valuable first, in a stable order."""
    sources = [index for index in indexes if index.method == "btree" and not index.unique][:_MOST_SOURCES]
    known = set(indexes)
    found: dict[Index, None] = {}
    for index in (*_pairs(sources), *narrower(sources)):
        if index not in known:
            found.setdefault(index)
    return tuple(found)[:_MOST_RESULTS]


def _pairs(sources: Sequence[Index]) -> Iterator[Index]:
    for first in sources:
        for second in sources:
            if first is not second and first.where == second.where and _targets(first) & _targets(second):
                wide = _joined(first, second)
                if wide is not None:
                    yield wide


def _joined(first: Index, second: Index) -> Index | None:
    """`first` with the further keys and included columns of `second`; None where that is too wide."""
    there = _targets(first)
    keys = first.keys + tuple(key for key in second.keys if _target(key) not in there)
    columns = {key.column for key in keys}
    include = tuple(dict.fromkeys(column for column in (*first.include, *second.include) if column not in columns))
    if len(keys) > MOST_KEY_COLUMNS or len(include) > MOST_INCLUDED_COLUMNS:
        return None
    return Index(first.table, keys, include=include, where=first.where)


def narrower(sources: Iterable[Index]) -> Iterator[Index]:
    """Each index without its included columns, and with fewer and fewer keys."""
    for index in sources:
        if index.include:
            yield Index(index.table, index.keys, where=index.where)
        for length in range(len(index.keys) - 1, 0, -1):
            yield Index(index.table, _upright(index.keys[:length]), where=index.where)


def _upright(keys: tuple[IndexKey, ...]) -> tuple[IndexKey, ...]:
    """A lone key in ascending order: a B-tree is read both ways."""
    only = keys[0]
    if len(keys) > 1 or not only.descending or not only.nulls_first:
        return keys
    return (IndexKey(only.column, only.expression, opclass=only.opclass, collation=only.collation),)


def _target(key: IndexKey) -> str:
    return key.column if key.column is not None else f"({key.expression})"


def _targets(index: Index) -> frozenset[str]:
    return frozenset(_target(key) for key in index.keys)
