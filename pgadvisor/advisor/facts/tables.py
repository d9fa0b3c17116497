"""Small facts about tables and indexes that several steps of the choice need."""

import re
from functools import lru_cache

from pgadvisor.advisor.facts.limits import SMALL_TABLE_ROWS, TOO_SMALL_PAGES
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

PAGE_BYTES = 8192
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r"\"(?:[^\"]|\"\")+\"|[^\W\d][\w$]*")


def family(table: Name, lookup: Lookup) -> tuple[Name, ...]:
    """`table` and everything below it: partitions, inheritance children."""
    found, waiting = [table], [table]
    while waiting:
        for child in lookup.partitions.get(waiting.pop(), ()):
            if child not in found:
                found.append(child)
                waiting.append(child)
    return tuple(found)


def ancestors(table: Name, lookup: Lookup) -> tuple[Name, ...]:
    """The tables that `table` is a part of, nearest first."""
    found: list[Name] = []
    waiting = [table]
    while waiting:
        known = lookup.tables.get(waiting.pop())
        for parent in known.parents if known is not None else ():
            if parent not in found:
                found.append(parent)
                waiting.append(parent)
    return tuple(found)


def rows_of(table: Name, lookup: Lookup) -> float | None:
    """Rows of the table and all below it; None where that is not known."""
    counts = [known.rows for one in family(table, lookup) if (known := lookup.tables.get(one)) is not None and known.kind != "p"]
    return sum(counts) if counts and min(counts) >= 0 else None


def pages_of(table: Name, lookup: Lookup) -> int:
    """Pages of 8 kB of the table and all below it, by the file's size where that was read."""
    known = [lookup.tables[one] for one in family(table, lookup) if one in lookup.tables]
    return sum(max(one.pages, (one.size_bytes or 0) // PAGE_BYTES) for one in known)


def too_small(table: Name, lookup: Lookup) -> bool:
    """Whether reading the whole table is as fast as any index. Unknown tables are not small."""
    if table not in lookup.tables:
        return False
    pages, rows = pages_of(table, lookup), rows_of(table, lookup)
    if pages < TOO_SMALL_PAGES:
        return pages > 0 or rows is not None
    return rows is not None and 0 < rows < SMALL_TABLE_ROWS and pages < TOO_SMALL_PAGES * 10


def words(sql: str) -> tuple[str, ...]:
    """The identifiers of an SQL expression, unquoted, without what its string literals say."""
    found = _WORD.findall(_LITERAL.sub(" ", sql))
    return tuple(word[1:-1].replace('""', '"') if word.startswith('"') else word.lower() for word in found)


@lru_cache(maxsize=65536)
def _words(sql: str) -> frozenset[str]:
    return frozenset(words(sql))


def columns_of(index: Index, lookup: Lookup) -> frozenset[str]:
    """Every column that the index reads: keys, included ones, and those of its expressions and predicate."""
    texts = [key.expression for key in index.keys if key.expression is not None]
    if index.where is not None:
        texts.append(index.where)
    named = frozenset((*index.columns, *index.include))
    if not texts:
        return named
    known = lookup.tables.get(index.table)
    columns = frozenset(column.name for column in known.columns) if known is not None else frozenset()
    return named | (columns & frozenset().union(*(_words(text) for text in texts)))
