"""The catalog in two steps: everything in bulk from raw rows, then the tables in question in detail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from pgadvisor.collect.constraints import (
    build_constraints,
    index_constraints,
    read_constraint_rows,
    read_not_null,
    with_definitions,
)
from pgadvisor.collect.extensions import read_members, read_schemas
from pgadvisor.collect.functions import read_functions
from pgadvisor.collect.indexes import build_indexes, read_deparsed, read_dictionary, read_index_rows, read_key_columns
from pgadvisor.collect.question import Relations
from pgadvisor.collect.reading import Reading
from pgadvisor.collect.statistics import read_extended_statistics, read_statistics
from pgadvisor.collect.tables import read_columns, read_parents, read_partitions, read_sizes, read_tables
from pgadvisor.collect.types import read_types
from pgadvisor.collect.views import read_definitions, read_view_sources, read_views
from pgadvisor.model.catalog import (
    ColumnStatistics,
    Constraint,
    ExistingIndex,
    ExtendedStatistics,
    Function,
    Table,
    Type,
    View,
)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All objects of a database, by oid where others refer to them so."""

    schemas: tuple[str, ...]
    types: tuple[Type, ...]
    functions: tuple[Function, ...]
    tables: Mapping[int, Table]
    views: Mapping[int, View]
    indexes: Mapping[int, ExistingIndex]
    constraints: Mapping[int, Constraint]
    relations: Relations
    unreadable: frozenset[int]  # expression indexes whose statistics we may not see


def read_catalog(reading: Reading) -> Catalog:
    """Everything that can be read without a lock on any table, and the expressions of indexes."""
    index_rows = read_index_rows(reading)
    tables = read_tables(reading, index_rows)
    parents = read_parents(reading)
    for oid, table in tables.items():
        above = tuple(tables[parent].name for parent in parents.get(oid, ()) if parent in tables)
        tables[oid] = replace(table, parents=above) if above else table
    names = {oid: table.name for oid, table in tables.items()}
    columns = read_key_columns(reading)
    constraint_rows = read_constraint_rows(reading)
    members = read_members(reading)
    deparsed = read_deparsed(reading, index_rows)
    indexes = build_indexes(
        index_rows,
        names,
        parents,
        index_constraints(constraint_rows),
        deparsed,
        read_dictionary(reading, index_rows, columns),
        members,
    )
    views = read_views(reading)
    sources = read_view_sources(reading)
    return Catalog(
        schemas=read_schemas(reading),
        types=read_types(reading, members),
        functions=read_functions(reading, members),
        tables=tables,
        views=views,
        indexes=indexes,
        constraints=build_constraints(constraint_rows, {**names, **{oid: index.name for oid, index in indexes.items()}}, columns),
        relations=Relations(
            tables=names,
            views={oid: view.name for oid, view in views.items() if ("relation", oid) not in members},
            view_sources={oid: sources[oid] for oid, view in views.items() if view.kind == "v" and oid in sources},
            parents={child: above for child, above in parents.items() if child in tables},
            references={
                (row["table_oid"], row["referenced_oid"])
                for row in constraint_rows
                if row["kind"] == "f" and row["table_oid"] in tables and row["referenced_oid"] in tables
            },
        ),
        unreadable=frozenset(oid for oid, one in deparsed.items() if not one.readable),
    )


@dataclass(frozen=True, slots=True)
class Details:
    """The catalog's objects with what is read only of tables in question."""

    tables: tuple[Table, ...]
    views: tuple[View, ...]
    indexes: tuple[ExistingIndex, ...]
    constraints: tuple[Constraint, ...]
    statistics: tuple[ColumnStatistics, ...]
    extended_statistics: tuple[ExtendedStatistics, ...]


def read_details(reading: Reading, catalog: Catalog, wanted: Collection[int], user: str) -> Details:
    """Columns, sizes, bounds, checks, statistics and view definitions of the relations `wanted`; `user` is our role."""
    tables = {oid: table for oid, table in catalog.tables.items() if oid in wanted}
    names = {oid: table.name for oid, table in tables.items()}
    their_names = set(names.values())
    their_indexes = {oid: index.name for oid, index in catalog.indexes.items() if index.table in their_names}
    with_expressions = {oid: name for oid, name in their_indexes.items() if _has_expressions(catalog.indexes[oid])}
    hidden = catalog.unreadable.intersection(with_expressions)
    if hidden:
        why = "no privilege of SELECT on a table covers its indexes: pg_read_all_data (PostgreSQL 14) or its owner may see them"
        reading.skip(f"statistics of {len(hidden)} expression indexes", why)
    sizes = read_sizes(reading, {**names, **their_indexes})
    return Details(
        tables=_tables(reading, catalog, tables, sizes, user),
        views=_views(reading, catalog, wanted),
        indexes=tuple(replace(one, size_bytes=sizes[oid]) if oid in sizes else one for oid, one in catalog.indexes.items()),
        constraints=(
            *with_definitions(reading, catalog.constraints, names),
            *read_not_null(reading, names),
        ),
        statistics=read_statistics(reading, their_names.union(with_expressions.values())),
        extended_statistics=read_extended_statistics(reading, names),
    )


def _has_expressions(index: ExistingIndex) -> bool:
    return index.definition is not None and any(key.column is None for key in index.definition.keys)


def _tables(
    reading: Reading, catalog: Catalog, tables: Mapping[int, Table], sizes: Mapping[int, int], user: str
) -> tuple[Table, ...]:
    columns = read_columns(reading, tables, user)
    partitions = read_partitions(reading, tables)
    return tuple(
        replace(
            table,
            columns=columns.get(oid, ()),
            size_bytes=sizes.get(oid),
            partition_bound=partitions[oid]["bound"] if oid in partitions else None,
            partition_key=partitions[oid]["key"] if oid in partitions else None,
        )
        if oid in tables
        else table
        for oid, table in catalog.tables.items()
    )


def _views(reading: Reading, catalog: Catalog, wanted: Collection[int]) -> tuple[View, ...]:
    texts = read_definitions(
        reading, catalog.views, catalog.relations.view_sources, [oid for oid in catalog.views if oid in wanted]
    )
    return tuple(replace(view, definition=texts[oid]) if oid in texts else view for oid, view in catalog.views.items())
