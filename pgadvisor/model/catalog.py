"""What the catalog says: one frozen value per object, as read, without interpretation."""

from dataclasses import dataclass
from datetime import datetime

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name


@dataclass(frozen=True, slots=True)
class Column:
    """A live column. `number` is attnum; `type_sql` is format_type() and includes the modifier."""

    name: str
    number: int
    type_sql: str
    not_null: bool
    collation: str | None = None  # SQL name, where it differs from the type's default
    generated: str = ""  # '', 's' stored, 'v' virtual
    identity: str = ""  # '', 'a' always, 'd' by default


@dataclass(frozen=True, slots=True)
class TableUsage:
    """pg_stat_user_tables: counters since the last reset of the database's statistics."""

    seq_scans: int
    seq_rows_read: int
    index_scans: int
    rows_inserted: int
    rows_updated: int
    rows_deleted: int
    rows_hot_updated: int
    rows_live: int
    rows_dead: int
    rows_modified_since_analyze: int
    last_vacuum: datetime | None
    last_analyze: datetime | None  # the later of manual and automatic


@dataclass(frozen=True, slots=True)
class Table:
    """A relation that holds or groups rows. `kind` is relkind: r table, p partitioned, m materialised view, f foreign.

    `rows` is reltuples (-1 never analysed), `pages` relpages; `size_bytes` is the main fork as measured, None where
    it was not asked for (the table is not in question) or the table was locked.
    """

    name: Name
    oid: int
    kind: str
    persistence: str
    rows: float
    pages: int
    all_visible_pages: int
    size_bytes: int | None = None
    columns: tuple[Column, ...] = ()  # empty for a table that is not in question
    options: tuple[str, ...] = ()  # reloptions
    parents: tuple[Name, ...] = ()  # partitioned parent or inheritance parents
    partition_bound: str | None = None
    partition_key: str | None = None
    row_security: bool = False
    usage: TableUsage | None = None


@dataclass(frozen=True, slots=True)
class ExistingIndex:
    """An index that is there. `definition` is None where its expressions or predicate could not be read (locked).

    `kind` is relkind: i index, I partitioned index. `constraint` names the constraint it implements.
    """

    name: Name
    oid: int
    table: Name
    kind: str
    definition: Index | None
    valid: bool
    ready: bool
    primary: bool
    unique: bool
    exclusion: bool
    replica_identity: bool
    clustered: bool
    nulls_not_distinct: bool
    immediate: bool
    constraint: str | None
    pages: int
    rows: float
    size_bytes: int | None = None
    options: tuple[str, ...] = ()
    parent: Name | None = None  # the partitioned index it is attached to
    extension: str | None = None  # the extension that owns it
    scans: int | None = None
    rows_read: int | None = None
    rows_fetched: int | None = None
    last_scan: datetime | None = None  # PostgreSQL 16 and later


@dataclass(frozen=True, slots=True)
class Constraint:
    """pg_constraint. `kind` is contype: p primary, u unique, f foreign, c check, x exclusion, n not null."""

    name: str
    table: Name
    kind: str
    columns: tuple[str, ...]
    validated: bool
    references: Name | None = None
    referenced_columns: tuple[str, ...] = ()
    index: Name | None = None
    definition: str | None = None  # check constraints of tables in question
    on_delete: str = ""
    on_update: str = ""


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """One row of pg_stats. Array-valued facts keep the text of the server's array literal; None where absent.
    In a redacted snapshot the arrays of values hold as many NULLs.

    `column` is the column's name; for an expression index `table` is the index and `column` its column's name.
    """

    table: Name
    column: str
    inherited: bool
    null_fraction: float
    average_width_bytes: int
    distinct: float  # n_distinct: positive count, or minus the fraction of rows
    most_common_values: str | None = None
    most_common_frequencies: tuple[float, ...] | None = None
    histogram_bounds: str | None = None
    correlation: float | None = None
    most_common_elements: str | None = None
    most_common_element_frequencies: tuple[float, ...] | None = None
    element_count_histogram: tuple[float, ...] | None = None
    range_length_histogram: str | None = None
    range_empty_fraction: float | None = None
    range_bounds_histogram: str | None = None


@dataclass(frozen=True, slots=True)
class ExtendedStatistics:
    """A CREATE STATISTICS object; `definition` recreates it, the data are the texts of pg_stats_ext."""

    name: Name
    table: Name
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    definition: str | None = None
    n_distinct: str | None = None
    dependencies: str | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A type of the application. `kind` is typtype: e enum, d domain, c composite, r range, m multirange, b base."""

    name: Name
    kind: str
    labels: tuple[str, ...] = ()  # enum
    base_type: str | None = None  # domain: format_type of the base; range: of the subtype
    not_null: bool = False
    attributes: tuple[tuple[str, str], ...] = ()  # composite: name, type
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function outside pg_catalog. `kind` is prokind: f function, a aggregate, w window, p procedure."""

    name: Name
    kind: str
    arguments: str  # pg_get_function_identity_arguments
    returns: str  # format_type; '' for a procedure
    returns_set: bool
    volatility: str  # i, s, v
    strict: bool
    parallel: str
    leakproof: bool
    cost: float
    rows: float
    language: str
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A view or materialised view; `definition` is None where it is not in question or was locked."""

    name: Name
    kind: str  # v, m
    definition: str | None


@dataclass(frozen=True, slots=True)
class Extension:
    name: str
    version: str
    schema: str
