"""Keys as an index stores them: width, alignment, nulls and distinct values, from the statistics."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes.distinct import bounded_distinct, clustered_distinct, known_together
from pgadvisor.whatif.sizes.sampling import possible_values
from pgadvisor.whatif.sizes.widths import sampled_widths

# typlen and alignment of the fixed-width types of pg_type.dat; every other type is of variable width.
_FIXED = {
    "smallint": (2, 2), "integer": (4, 4), "bigint": (8, 8), "oid": (4, 4), "real": (4, 4), "double precision": (8, 8),
    "boolean": (1, 1), "date": (4, 4), "timestamp without time zone": (8, 8), "timestamp with time zone": (8, 8),
    "time without time zone": (8, 8), "time with time zone": (12, 8), "interval": (16, 8), "money": (8, 8), "uuid": (16, 1),
    "name": (64, 1), '"char"': (1, 1), "macaddr": (6, 4), "macaddr8": (8, 4), "point": (16, 8), "box": (32, 8),
    "lseg": (32, 8), "line": (24, 8), "circle": (24, 8), "xid": (4, 4), "xid8": (8, 8), "pg_lsn": (8, 8), "tid": (6, 2),
}  # fmt: skip
_NO_DEDUPLICATION = ("numeric", "real", "double precision", "jsonb")  # no equalimage support function
_DEFAULT_WIDTH = 32
_DEFAULT_DISTINCT = 200.0  # DEFAULT_NUM_DISTINCT, src/include/utils/selfuncs.h
# Types and statistics of expressions, where the planner was asked for them.
Derived = Mapping[str, tuple[str, ColumnStatistics | None]]
_STRING = re.compile(r"'(?:[^']|'')*'")
_WORD = re.compile(r'"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """One key of an index. `width` in bytes of a value that is not null; `align` 1 for values of variable width."""

    type_name: str
    width: float
    align: int
    variable: bool
    null_fraction: float
    distinct: float
    statistics: ColumnStatistics | None = None
    widths: tuple[int, ...] = ()  # stored widths of a sample of values
    derived: bool = False  # an expression's: a sample of its values stands in the place of a histogram

    @property
    def deduplicates(self) -> bool:
        """Whether equal values are the same bytes (src/backend/access/nbtree, _bt_allequalimage)."""
        return self.type_name not in _NO_DEDUPLICATION and not self.type_name.endswith("[]")


def plain_type(type_sql: str) -> str:
    """A type's name without its modifier: "character varying(20)" is "character varying"."""
    return re.sub(r"\([^)]*\)", "", type_sql).removeprefix("pg_catalog.")


def fixed_width(type_name: str) -> int:
    """Bytes of a type of fixed width, 0 for any other."""
    return _FIXED.get(type_name, (0, 1))[0]


def table_pages(lookup: Lookup, table: Name) -> int:
    """Pages of a table and, where it is partitioned, of its partitions."""
    found = lookup.tables.get(table)
    if found is None:
        return 0
    if found.kind == "p":
        return sum(table_pages(lookup, child) for child in lookup.partitions.get(table, ()))
    return found.pages if found.size_bytes is None else found.size_bytes // 8192


def table_rows(lookup: Lookup, table: Name) -> float:
    """Rows of a table and, where it is partitioned, of its partitions."""
    found = lookup.tables.get(table)
    if found is None:
        return 0.0
    if found.kind == "p":
        return sum(table_rows(lookup, child) for child in lookup.partitions.get(table, ()))
    pages = found.pages if found.size_bytes is None else found.size_bytes // 8192
    if found.rows < 0:
        return pages * 60.0
    return found.rows * pages / found.pages if found.pages else found.rows


def distinct_values(statistics: ColumnStatistics | None, rows: float) -> float:
    """pg_stats.n_distinct as a count."""
    if statistics is None or statistics.distinct == 0:
        return min(_DEFAULT_DISTINCT, max(rows, 1.0))
    count = statistics.distinct if statistics.distinct > 0 else -statistics.distinct * rows
    return max(1.0, min(count, rows))


@lru_cache(maxsize=4096)
def column_key(lookup: Lookup, table: Name, column: str, rows: float) -> KeyFacts:
    """Facts of a key that is a column."""
    found = lookup.tables.get(table)
    type_sql = next((one.type_sql for one in found.columns if one.name == column), "text") if found else "text"
    statistics = lookup.column_statistics(table, column)
    facts = _facts(lookup, plain_type(type_sql), statistics, rows)
    distinct = clustered_distinct(facts.distinct, statistics, rows, table_pages(lookup, table))
    return replace(facts, distinct=bounded_distinct(distinct, lookup, table, (column,)))


def _facts(lookup: Lookup, type_name: str, statistics: ColumnStatistics | None, rows: float) -> KeyFacts:
    enum = any(one.kind == "e" and type_name in (str(one.name), one.name.name) for one in lookup.snapshot.types)
    width, align = (4, 4) if enum else _FIXED.get(type_name, (0, 1))
    nulls = statistics.null_fraction if statistics is not None else 0.0
    average = float(statistics.average_width_bytes) if statistics is not None else float(_DEFAULT_WIDTH)
    widths = () if width else sampled_widths(type_name, statistics)
    return KeyFacts(type_name, width or average, align, width == 0, nulls, distinct_values(statistics, rows), statistics, widths)


def expression_columns(lookup: Lookup, table: Name, expression: str) -> tuple[str, ...]:
    """The table's columns that an expression names."""
    found = lookup.tables.get(table)
    known = {column.name for column in found.columns} if found else set()
    bare = _STRING.sub("''", expression)
    words = (word[1:-1].replace('""', '"') if word[0] == '"' else word for word in _WORD.findall(bare))
    return tuple(dict.fromkeys(word for word in words if word in known))


_TYPE_OF = (
    (re.compile(r"(::date\b|^date\()"), "date"),
    (re.compile(r"^date_trunc\("), "timestamp with time zone"),
    (re.compile(r"::(bigint|int8)\b"), "bigint"),
    (re.compile(r"::(integer|int|int4)\b"), "integer"),
    (re.compile(r"::(numeric|decimal)\b|^date_part\(|^extract\("), "numeric"),
    (re.compile(r"::uuid\b"), "uuid"),
    (re.compile(r"::bool(ean)?\b| IS (NOT )?NULL"), "boolean"),
    (re.compile(r"^to_tsvector\("), "tsvector"),
)


def expression_key(lookup: Lookup, table: Name, expression: str, rows: float) -> KeyFacts:
    """Facts of a key that is an expression: as wide and as distinct as the one column it reads, unless its type says more."""
    columns = expression_columns(lookup, table, expression)
    type_name = next((name for pattern, name in _TYPE_OF if pattern.search(expression)), "text")
    statistics = lookup.column_statistics(table, columns[0]) if len(columns) == 1 else None
    facts = _facts(lookup, type_name, statistics, rows)
    if facts.variable and facts.width > 4 * _DEFAULT_WIDTH:  # a part of a document, not the document
        return KeyFacts(type_name, float(_DEFAULT_WIDTH), 1, True, facts.null_fraction, facts.distinct)
    return facts


def key_facts(lookup: Lookup, table: Name, key: IndexKey, rows: float, derived: Derived) -> KeyFacts:
    """Facts of one key of an index on `table`, of which `rows` are indexed."""
    if key.column is not None:
        return column_key(lookup, table, key.column, rows)
    expression = key.expression or ""
    if expression in derived:
        type_name, statistics = derived[expression]
        return replace(_facts(lookup, plain_type(type_name), statistics, rows), derived=True)
    return expression_key(lookup, table, expression, rows)


@dataclass(frozen=True, slots=True)
class Subject:
    """An index to be measured: `keys` are the facts of its keys, `included` those of its INCLUDE columns; `pages` and
    `total` are the table's pages and rows, `rows` those that are indexed."""

    index: Index
    keys: tuple[KeyFacts, ...]
    included: tuple[KeyFacts, ...]
    rows: float
    pages: int
    total: float
    major: int
    together: float | None = None  # possible combinations of the keys, where more is known than the values of each

    @property
    def opclasses(self) -> tuple[str, ...]:
        return tuple(key.opclass or "" for key in self.index.keys)


def subject(index: Index, lookup: Lookup, rows: float, derived: Derived) -> Subject:
    """What the size of `index` over `rows` rows depends on."""
    total = max(rows, table_rows(lookup, index.table))
    keys = tuple(_within(index, key, key_facts(lookup, index.table, key, total, derived), rows, total) for key in index.keys)
    included = tuple(column_key(lookup, index.table, column, total) for column in index.include)
    pages, major = table_pages(lookup, index.table), lookup.snapshot.server.major
    distinct = {key.column or "": facts.distinct + (facts.null_fraction > 0) for key, facts in zip(index.keys, keys, strict=True)}
    return Subject(index, keys, included, rows, pages, total, major, known_together(index, lookup, distinct, rows))


def _within(index: Index, key: IndexKey, facts: KeyFacts, rows: float, total: float) -> KeyFacts:
    """A key's facts among the `rows` of `total` rows that a partial index holds.

    A predicate that names the key's column has chosen among its values, common ones or rare ones: between as many of the
    values as of the rows, and as many as can be. Any other takes rows at random.
    """
    if index.where is None or rows >= total:
        return facts
    named = key.column is not None and re.search(rf"(?<!\w){re.escape(key.column)}(?!\w)", index.where) is not None
    if named and re.search(r"\bIS NULL\b", index.where, re.IGNORECASE):
        return replace(facts, distinct=1.0, statistics=None)
    most = max(1.0, min(facts.distinct, rows))
    if named and re.search(r"\bIS NOT NULL\b", index.where, re.IGNORECASE):
        return replace(facts, null_fraction=0.0, distinct=most, statistics=None)
    if named:
        least = max(1.0, facts.distinct * rows / total)
        return replace(facts, null_fraction=0.0, distinct=math.sqrt(least * most), statistics=None)
    possible = possible_values(facts.distinct, total)
    return replace(facts, distinct=max(1.0, -possible * math.expm1(-rows / possible)))


def possible_together(keys: tuple[KeyFacts, ...], rows: float) -> float:
    """Combinations that the keys could have, taken as independent."""
    return math.prod(possible_values(key.distinct + (key.null_fraction > 0), rows) for key in keys)
