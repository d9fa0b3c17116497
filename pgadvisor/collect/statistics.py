"""pg_stats of tables in question and of their expression indexes, and extended statistics."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pgadvisor.collect.reading import Reading, Row
from pgadvisor.model.catalog import ColumnStatistics, ExtendedStatistics
from pgadvisor.model.names import Name

_BATCH = 200
_TIMEOUT_S = 60.0
_NOT_BEFORE_17 = "NULL::text"


def read_statistics(reading: Reading, names: Collection[Name]) -> tuple[ColumnStatistics, ...]:
    """The statistics of the relations `names`, as far as our role may see them."""
    wanted = sorted(names)
    found: list[ColumnStatistics] = []
    for start in range(0, len(wanted), _BATCH):
        found += _batch(reading, wanted[start : start + _BATCH])
    return tuple(sorted(found, key=lambda one: (one.table, one.column, one.inherited)))


def _batch(reading: Reading, names: Sequence[Name]) -> Iterable[ColumnStatistics]:
    parts = {
        "range_length_histogram": reading.since(170000, "s.range_length_histogram::text", _NOT_BEFORE_17),
        "range_empty_fraction": reading.since(170000, "s.range_empty_frac", "NULL::float4"),
        "range_bounds_histogram": reading.since(170000, "s.range_bounds_histogram::text", _NOT_BEFORE_17),
    }
    values = {"names": list({name.name for name in names}), "schemas": list({name.schema for name in names})}
    wanted = set(names)
    rows = reading.rows("statistics", parts, timeout_s=_TIMEOUT_S, **values)
    return [_statistics(row) for row in rows if Name(row["schema"], row["name"]) in wanted]


def _statistics(row: Row) -> ColumnStatistics:
    return ColumnStatistics(
        table=Name(row["schema"], row["name"]),
        column=row["column"],
        inherited=row["inherited"],
        null_fraction=row["null_frac"],
        average_width_bytes=row["avg_width"],
        distinct=row["n_distinct"],
        most_common_values=row["most_common_values"],
        most_common_frequencies=_numbers(row["most_common_freqs"]),
        histogram_bounds=row["histogram_bounds"],
        correlation=row["correlation"],
        most_common_elements=row["most_common_elements"],
        most_common_element_frequencies=_numbers(row["most_common_elem_freqs"]),
        element_count_histogram=_numbers(row["elem_count_histogram"]),
        range_length_histogram=row["range_length_histogram"],
        range_empty_fraction=row["range_empty_fraction"],
        range_bounds_histogram=row["range_bounds_histogram"],
    )


def _numbers(values: Sequence[float] | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(values)


def read_extended_statistics(reading: Reading, tables: Mapping[int, Name]) -> tuple[ExtendedStatistics, ...]:
    """The CREATE STATISTICS objects of `tables`."""
    same_kind = "AND e.inherited = (c.relkind = 'p')"
    parts = {
        "expressions": reading.since(140000, "pg_catalog.pg_get_statisticsobjdef_expressions(s.oid)", "NULL::text[]"),
        "not_inherited": reading.since(150000, same_kind, ""),
    }
    needs = {oid: {oid} for oid in tables}
    rows = reading.unlocked("extended_statistics", needs, lambda oid: f"extended statistics of {tables[oid]}", parts)
    hidden = sum(row["hidden"] for row in rows)
    if hidden:
        reading.skip(f"values of {hidden} extended statistics", "pg_stats_ext shows them to the owner of the table only")
    return tuple(
        ExtendedStatistics(
            name=Name(row["schema"], row["name"]),
            table=tables[row["oid"]],
            kinds=tuple(row["kinds"]),
            columns=tuple(row["columns"]),
            expressions=tuple(row["expressions"] or ()),
            definition=row["definition"],
            n_distinct=row["n_distinct"],
            dependencies=row["dependencies"],
        )
        for row in rows
    )
