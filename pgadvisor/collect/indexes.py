"""Indexes: every one of them, its definition spelled from the raw catalogs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgadvisor.collect.definitions import Dictionary, KeyColumn, definition, numbers, opclass_of
from pgadvisor.collect.extensions import Members
from pgadvisor.collect.reading import Reading, Row, utc
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name

KeyColumns = dict[tuple[int, int], KeyColumn]


@dataclass(frozen=True, slots=True)
class Deparsed:
    """Expressions (None at the place of a plain column) and predicate of an index; `readable`: we may see statistics."""

    expressions: Sequence[str | None]
    predicate: str | None
    readable: bool


_NOTHING = Deparsed((), None, True)


def read_index_rows(reading: Reading) -> list[Row]:
    """The raw rows, with the counters of use."""
    parts = {
        "nulls_not_distinct": reading.since(150000, "i.indnullsnotdistinct", "false"),
        "last_idx_scan": reading.since(
            160000, "pg_catalog.date_part('epoch', pg_catalog.pg_stat_get_lastscan(c.oid))", "NULL::float8"
        ),
    }
    return reading.rows("indexes", parts)


def read_key_columns(reading: Reading) -> KeyColumns:
    """The columns that indexes and constraints name, by table and number."""
    return {
        (row["table_oid"], row["number"]): KeyColumn(row["name"], row["type_oid"], row["collation_oid"])
        for row in reading.rows("key_columns")
    }


def read_dictionary(reading: Reading, rows: Iterable[Row], columns: KeyColumns) -> Dictionary:
    """Names for all that `rows` refer to by number."""
    types = {column.type_oid for column in columns.values()}
    collations = {number for row in rows for number in numbers(row["collations"])} - {0}
    return Dictionary(
        columns=columns,
        opclasses={row["oid"]: opclass_of(row) for row in reading.rows("opclasses")},
        collations={row["oid"]: row["name"] for row in reading.rows("collations", oids=list(collations))},
        base_types={row["type_oid"]: (row["base_oid"], row["category"]) for row in reading.rows("base_types", oids=list(types))},
    )


def read_deparsed(reading: Reading, rows: Sequence[Row]) -> dict[int, Deparsed]:
    """Expressions and predicate of the indexes that have any; without those behind a lock."""
    asked = {row["oid"]: row for row in rows if row["has_expressions"] or row["has_predicate"]}
    needs = {oid: {oid, row["table_oid"]} for oid, row in asked.items()}
    found = reading.unlocked("index_expressions", needs, lambda oid: f"definition of the index {_name(asked[oid])}")
    return {row["oid"]: Deparsed(row["expressions"], row["predicate"], row["readable"]) for row in found}


def build_indexes(
    rows: Iterable[Row],
    tables: Mapping[int, Name],
    parents: Mapping[int, Sequence[int]],
    constraint_names: Mapping[int, str],
    deparsed: Mapping[int, Deparsed],
    words: Dictionary,
    members: Members,
) -> dict[int, ExistingIndex]:
    """Every index by oid, without sizes. `tables` has the names of all tables, `constraint_names` those of the
    constraints that an index implements, `parents` the partitioned index that one is attached to."""
    kept = {row["oid"]: row for row in rows if row["table_oid"] in tables}
    return {
        oid: ExistingIndex(
            name=_name(row),
            oid=oid,
            table=tables[row["table_oid"]],
            definition=_definition(row, tables[row["table_oid"]], deparsed, words),
            constraint=constraint_names.get(oid),
            options=tuple(row["options"] or ()),
            parent=next((_name(kept[parent]) for parent in parents.get(oid, ()) if parent in kept), None),
            extension=members.get(("relation", oid)) or members.get(("relation", row["table_oid"])),
            last_scan=utc(row["last_scan"]),
            **{field: row[field] for field in _AS_READ},
        )
        for oid, row in kept.items()
    }


_AS_READ = (
    "kind", "valid", "ready", "primary", "unique", "exclusion", "replica_identity", "clustered", "nulls_not_distinct",
    "immediate", "pages", "rows", "scans", "rows_read", "rows_fetched",
)  # fmt: skip


def _definition(row: Row, table: Name, deparsed: Mapping[int, Deparsed], words: Dictionary) -> Index | None:
    read = deparsed.get(row["oid"], _NOTHING)
    if (row["has_expressions"] and not read.expressions) or (row["has_predicate"] and read.predicate is None):
        return None
    try:
        return definition(row, table, read.expressions, read.predicate, words)
    except KeyError:  # changed under our hands
        return None


def _name(row: Row) -> Name:
    return Name(row["schema"], row["name"])
