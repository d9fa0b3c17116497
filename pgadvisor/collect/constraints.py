"""Constraints: all of them; the text of a check only where its table is in question."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pgadvisor.collect.indexes import KeyColumns
from pgadvisor.collect.reading import Reading, Row
from pgadvisor.model.catalog import Constraint
from pgadvisor.model.names import Name


def read_constraint_rows(reading: Reading) -> list[Row]:
    """The raw rows; NOT NULL is not among them."""
    return reading.rows("constraints")


def index_constraints(rows: Sequence[Row]) -> dict[int, str]:
    """The constraint that each index implements, by the index's oid."""
    return {row["index_oid"]: row["name"] for row in rows if row["kind"] in "pux" and row["index_oid"]}


def build_constraints(rows: Sequence[Row], relations: Mapping[int, Name], columns: KeyColumns) -> dict[int, Constraint]:
    """Constraints by oid. `relations` has the names of all tables and indexes."""
    found = {}
    for row in rows:
        if row["table_oid"] not in relations:
            continue
        found[row["oid"]] = Constraint(
            name=row["name"],
            table=relations[row["table_oid"]],
            kind=row["kind"],
            columns=_columns(row["table_oid"], row["columns"], columns),
            validated=row["validated"],
            references=relations.get(row["referenced_oid"]),
            referenced_columns=_columns(row["referenced_oid"], row["referenced_columns"], columns),
            index=relations.get(row["index_oid"]),
            on_delete=row["on_delete"],
            on_update=row["on_update"],
        )
    return found


def _columns(table_oid: int, numbers: Sequence[int] | None, columns: KeyColumns) -> tuple[str, ...]:
    """Names for conkey; an exclusion constraint's expressions have the number 0 and no name."""
    return tuple(columns[table_oid, number].name for number in numbers or () if (table_oid, number) in columns)


def read_not_null(reading: Reading, tables: Mapping[int, Name]) -> tuple[Constraint, ...]:
    """NOT NULL constraints of `tables`, which PostgreSQL has in its catalog since 18."""
    if reading.version_num < 180000:
        return ()
    return tuple(
        Constraint(
            name=row["name"],
            table=tables[row["table_oid"]],
            kind=row["kind"],
            columns=(row["column"],),
            validated=row["validated"],
        )
        for row in reading.rows("not_null_constraints", oids=list(tables))
    )


def with_definitions(
    reading: Reading, constraints: Mapping[int, Constraint], tables: Mapping[int, Name]
) -> tuple[Constraint, ...]:
    """`constraints` with the text of the checks of `tables`."""
    wanted: Collection[Name] = {constraint.table for constraint in constraints.values() if constraint.kind == "c"} & set(
        tables.values()
    )
    needs = {oid: {oid} for oid, name in tables.items() if name in wanted}
    rows = reading.unlocked("check_definitions", needs, lambda oid: f"check constraints of {tables[oid]}")
    texts = {row["oid"]: row["definition"] for row in rows}
    return tuple(replace(one, definition=texts[oid]) if oid in texts else one for oid, one in constraints.items())
