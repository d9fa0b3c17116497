"""Production's column statistics, written into the shadow's pg_statistic.

Written as the superuser, because only PostgreSQL 18 has a function for it; the layout of pg_statistic and the meaning of
its slots are the same from 13 to 18 (src/include/catalog/pg_statistic.h).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import psycopg

from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.whatif.columntypes import ColumnFacts, TypeFacts, read_columns, read_types
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.wire import Connection, condition_name

_MCV, _HISTOGRAM, _CORRELATION, _MCELEM, _DECHIST, _RANGE_LENGTH, _BOUNDS = range(1, 8)  # STATISTIC_KIND_*
_FLOAT8_LESS, _FLOAT8, _TEXT, _TEXT_EQUAL, _DEFAULT_COLLATION = 672, 701, 25, 98, 100
_BATCH = 500

_FIELDS = ", ".join(f"k{i} int2, o{i} int8, c{i} int8, n{i} text, v{i} text, t{i} int8" for i in range(1, 6))
_INSERT = f"""
INSERT INTO pg_statistic
SELECT rel::oid, att, inh, nul, wid, dis, k1, k2, k3, k4, k5, o1::oid, o2::oid, o3::oid, o4::oid, o5::oid,
  c1::oid, c2::oid, c3::oid, c4::oid, c5::oid, n1::float4[], n2::float4[], n3::float4[], n4::float4[], n5::float4[],
  {", ".join(f"CASE WHEN v{i} IS NOT NULL THEN array_in(textout(v{i}), t{i}::oid, -1) END" for i in range(1, 6))}
FROM jsonb_to_recordset(%s::jsonb) AS r(rel int8, att int2, inh bool, nul float4, wid int4, dis float4, {_FIELDS})
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the five slots of a pg_statistic row; `values` is an array literal of elements of type `element`."""

    kind: int
    operator: int = 0
    collation: int = 0
    numbers: Sequence[float] | None = None
    values: str | None = None
    element: int = 0


def _scalar_slots(row: ColumnStatistics, type_: TypeFacts, collation: int) -> Iterator[Slot]:
    if row.most_common_values is not None and row.most_common_frequencies:
        yield Slot(_MCV, type_.equal, collation, row.most_common_frequencies, row.most_common_values, type_.base)
    if row.histogram_bounds is not None and type_.less:
        yield Slot(_HISTOGRAM, type_.less, collation, None, row.histogram_bounds, type_.base)
    if row.correlation is not None and type_.less:
        yield Slot(_CORRELATION, type_.less, collation, (row.correlation,))


def _element_slots(row: ColumnStatistics, element: TypeFacts | None, collation: int) -> Iterator[Slot]:
    """Arrays and tsvectors; the elements of a tsvector are texts."""
    equal, base = (element.equal, element.base) if element is not None else (_TEXT_EQUAL, _TEXT)
    where = collation or (_DEFAULT_COLLATION if element is None else 0)
    if row.most_common_elements is not None and row.most_common_element_frequencies:
        yield Slot(_MCELEM, equal, where, row.most_common_element_frequencies, row.most_common_elements, base)
    if row.element_count_histogram:
        yield Slot(_DECHIST, equal, where, row.element_count_histogram)


def _range_slots(row: ColumnStatistics, type_: TypeFacts) -> Iterator[Slot]:
    if row.range_length_histogram is not None:
        empty = (row.range_empty_fraction or 0.0,)
        yield Slot(_RANGE_LENGTH, _FLOAT8_LESS, 0, empty, row.range_length_histogram, _FLOAT8)
    if row.range_bounds_histogram is not None:
        yield Slot(_BOUNDS, 0, 0, None, row.range_bounds_histogram, type_.base)


def slots(row: ColumnStatistics, column: ColumnFacts, types: dict[int, TypeFacts]) -> list[Slot]:
    """The slots of one column, as ANALYZE's own type-specific functions fill them."""
    type_ = types.get(column.type)
    if type_ is None:
        return []
    element = types.get(type_.element) if type_.element else None
    found = [*_scalar_slots(row, type_, column.collation), *_element_slots(row, element, column.collation)]
    return [*found, *_range_slots(row, type_)][:5]


def _record(row: ColumnStatistics, column: ColumnFacts, filled: Sequence[Slot]) -> dict[str, object]:
    record: dict[str, object] = {
        "rel": column.relation, "att": column.number, "inh": row.inherited, "nul": row.null_fraction,
        "wid": row.average_width_bytes, "dis": row.distinct,
    }  # fmt: skip
    for number in range(1, 6):
        slot = filled[number - 1] if number <= len(filled) else Slot(0)
        record |= {f"k{number}": slot.kind, f"o{number}": slot.operator, f"c{number}": slot.collation}
        record |= {f"v{number}": slot.values, f"t{number}": slot.element}
        record[f"n{number}"] = "{" + ",".join(map(repr, slot.numbers)) + "}" if slot.numbers is not None else None
    return record


def _insert(root: Connection, records: Sequence[dict[str, object]]) -> str | None:
    """Insert records; why they could not be, without any value."""
    try:
        root.execute(_INSERT, (json.dumps(records),))
    except psycopg.Error as error:
        return condition_name(error.sqlstate or "XX000")
    return None


def _bare(row: ColumnStatistics) -> ColumnStatistics:
    return replace(
        row, most_common_values=None, histogram_bounds=None, most_common_elements=None, range_length_histogram=None,
        range_bounds_histogram=None,
    )  # fmt: skip


def write_statistics(site: Site, rows: Iterable[ColumnStatistics]) -> None:
    """Write statistics of columns the shadow has. Values that it cannot read are left out, the rest is kept."""
    columns = read_columns(site.root)
    known = [(row, columns[row.table, row.column]) for row in rows if (row.table, row.column) in columns]
    write_rows(site, known)


def write_rows(site: Site, known: Sequence[tuple[ColumnStatistics, ColumnFacts]]) -> None:
    """Write statistics of the given columns of the shadow, which have none yet."""
    types = read_types(site.root, {column.type for _, column in known})
    types |= read_types(site.root, {type_.element for type_ in types.values() if type_.element})
    for start in range(0, len(known), _BATCH):
        batch = known[start : start + _BATCH]
        if _insert(site.root, [_record(row, column, slots(row, column, types)) for row, column in batch]) is None:
            continue
        for row, column in batch:
            why = _insert(site.root, [_record(row, column, slots(row, column, types))])
            if why is not None:
                _insert(site.root, [_record(row, column, slots(_bare(row), column, types))])
                site.skip(f"values of the statistics of {row.table}.{row.column}", why)
