"""Tables: all of them in bulk with their counters; columns, bounds and sizes of those in question."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pgadvisor.collect.reading import Reading, Row, utc
from pgadvisor.errors import PrerequisiteError
from pgadvisor.model.catalog import Column, Table, TableUsage
from pgadvisor.model.names import Name, quote_identifier

_COUNTERS = (
    "seq_scans", "seq_rows_read", "rows_inserted", "rows_updated", "rows_deleted", "rows_hot_updated", "rows_live",
    "rows_dead", "rows_modified_since_analyze",
)  # fmt: skip


_COLUMN_FIELDS = ("name", "number", "type_sql", "not_null", "collation", "generated", "identity")


def read_tables(reading: Reading, index_rows: Iterable[Row]) -> dict[int, Table]:
    """Every table by oid, without what is read only of tables in question. `index_rows` are those of indexes.sql: a
    table's index scans are the sum over its indexes, as in pg_stat_user_tables."""
    index_scans: dict[int, int] = defaultdict(int)
    for index in index_rows:
        index_scans[index["table_oid"]] += index["scans"] or 0
    return {row["oid"]: _table(row, index_scans[row["oid"]], reading.version_num) for row in reading.rows("tables")}


def _table(row: Row, index_scans: int, version_num: int) -> Table:
    return Table(
        name=Name(row["schema"], row["name"]),
        oid=row["oid"],
        kind=row["kind"],
        persistence=row["persistence"],
        rows=_rows(row, version_num),
        pages=row["pages"],
        all_visible_pages=row["all_visible_pages"],
        options=tuple(row["options"] or ()),
        row_security=row["row_security"],
        usage=None if row["kind"] == "f" else _usage(row, index_scans),
    )


def _rows(row: Row, version_num: int) -> float:
    """reltuples; -1 for a table never analysed, as PostgreSQL 14 and later write it (13 writes 0 rows on 0 pages)."""
    never = version_num < 140000 and row["rows"] == 0 and row["pages"] == 0
    return -1.0 if never else float(row["rows"])


def _usage(row: Row, index_scans: int) -> TableUsage:
    return TableUsage(
        **{counter: row[counter] or 0 for counter in _COUNTERS},
        index_scans=index_scans,
        last_vacuum=utc(row["last_vacuum"]),
        last_analyze=utc(row["last_analyze"]),
    )


def read_parents(reading: Reading) -> dict[int, list[int]]:
    """The parents of each partition, inheritance child and attached index, by oid."""
    parents: dict[int, list[int]] = defaultdict(list)
    for row in reading.rows("inheritance"):
        parents[row["child"]].append(row["parent"])
    return parents


def read_columns(reading: Reading, tables: Mapping[int, Table], user: str) -> dict[int, tuple[Column, ...]]:
    """The live columns of `tables`. Tables whose statistics our role `user` may not see are listed as left out; raises
    PrerequisiteError where that is all of them."""
    rows = reading.rows("columns", oids=list(tables)) if tables else []
    columns: dict[int, list[Column]] = defaultdict(list)
    for row in rows:
        columns[row["table_oid"]].append(Column(**{field: row[field] for field in _COLUMN_FIELDS}))
    _judge_readable(reading, rows, tables, quote_identifier(user))
    return {oid: tuple(found) for oid, found in columns.items()}


def _judge_readable(reading: Reading, rows: Sequence[Row], tables: Mapping[int, Table], user: str) -> None:
    unreadable = Counter(row["table_oid"] for row in rows if not row["readable"])
    if rows and unreadable.total() == len(rows):
        every = f"GRANT pg_read_all_data TO {user};"
        schemas = sorted({table.name.schema for table in tables.values()})
        each = " ".join(f"GRANT SELECT ON ALL TABLES IN SCHEMA {quote_identifier(one)} TO {user};" for one in schemas)
        raise PrerequisiteError(
            f"the role {user} may not read any table, so pg_stats shows it no statistics", reading.since(140000, every, each)
        )
    for oid, count in unreadable.items():
        name = tables[oid].name
        reading.skip(f"statistics of {count} columns of {name}", f"no SELECT privilege: GRANT SELECT ON {name} TO {user};")
    for oid in dict.fromkeys(row["table_oid"] for row in rows if row["behind_policy"]):
        why = f"row level security hides them: ALTER ROLE {user} BYPASSRLS;"
        reading.skip(f"statistics of {tables[oid].name}", why)


def read_partitions(reading: Reading, tables: Mapping[int, Table]) -> dict[int, Row]:
    """Bound and key of the partitioned tables and partitions among `tables`."""
    needs = {oid: {oid} for oid, table in tables.items() if table.kind == "p" or table.parents}
    return {row["oid"]: row for row in reading.unlocked("partitions", needs, lambda oid: f"partitioning of {tables[oid].name}")}


def read_sizes(reading: Reading, names: Mapping[int, Name]) -> dict[int, int]:
    """Bytes of the main fork of the relations `names`, by oid; without those that are locked or gone."""
    rows = reading.unlocked("sizes", {oid: {oid} for oid in names}, lambda oid: f"size of {names[oid]}")
    return {row["oid"]: row["size_bytes"] for row in rows if row["size_bytes"] is not None}
