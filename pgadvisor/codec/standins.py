"""Values for a redacted snapshot: as many, as different and in the order of those that were taken out.

Frequencies, numbers of distinct values and correlations are production's. A statement's value is then "the third most
common one", which is all that a plan needs of it.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from pgadvisor.model.arrays import write_array
from pgadvisor.model.catalog import ColumnStatistics, Type
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Snapshot

Spell = Callable[[int], str]  # the nth value of a type, in the type's order

_ONLY_NULLS = re.compile(r"\{NULL(,NULL)*\}\Z")
_MODIFIER = re.compile(r"\([^)]*\)")
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "oid", "money")
_TEXTS = ("text", "character varying", "character", "citext", "name", "tsvector")
_DEPTH = 8  # of domains over domains
_RANGES = {
    "int4range": "integer", "int8range": "bigint", "numrange": "numeric", "daterange": "date",
    "tsrange": "timestamp without time zone", "tstzrange": "timestamp with time zone",
}  # fmt: skip


def _spelling(type_name: str, types: dict[str, Type], now: datetime, depth: int = _DEPTH) -> Spell | None:
    """How the nth value of a type is written; None for a type of which nothing is known."""
    name = _MODIFIER.sub("", type_name).removeprefix("pg_catalog.").strip()
    own = types.get(name) or types.get(name.rpartition(".")[2])
    if own is not None and own.kind == "d" and own.base_type and depth:
        return _spelling(own.base_type, types, now, depth - 1)
    if own is not None and own.kind == "e":
        return lambda n: own.labels[n]
    known: dict[str, Spell] = {
        "boolean": lambda n: ("f", "t")[n],
        "uuid": lambda n: f"00000000-0000-4000-8000-{n:012x}",
        "bytea": lambda n: f"\\x{n:08x}",
        "json": lambda n: f'{{"value": {n}}}',
        "jsonb": lambda n: f'{{"value": {n}}}',
        "date": lambda n: (now + timedelta(days=n - 10000)).date().isoformat(),
        "timestamp without time zone": lambda n: (now + timedelta(hours=n - 20000)).replace(tzinfo=None).isoformat(),
        "timestamp with time zone": lambda n: (now + timedelta(hours=n - 20000)).isoformat(),
        "time without time zone": lambda n: f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}",
        "interval": lambda n: f"{n} seconds",
        "inet": lambda n: f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}",
    }
    known |= dict.fromkeys(_NUMBERS, str) | dict.fromkeys(_TEXTS, lambda n: f"v{n:07}")
    return known.get(name)


def _spelled(array: str | None, spell: Spell | None, first: int) -> str | None:
    """An array of stand-ins in the place of an array of NULLs, from the `first` on; None where there are not so many."""
    if array is None or not _ONLY_NULLS.match(array):
        return array
    count = array.count("NULL")
    try:
        return write_array([spell(first + number) for number in range(count)]) if spell is not None else None
    except (IndexError, OverflowError):
        return None


def _element(type_name: str) -> str:
    return type_name.removesuffix("[]") if type_name.endswith("[]") else "text"


def _ranges(type_name: str, types: dict[str, Type], now: datetime) -> Spell | None:
    own = types.get(type_name.rpartition(".")[2])
    subtype = own.base_type if own is not None and own.kind == "r" else _RANGES.get(type_name)
    bound = _spelling(subtype, types, now) if subtype else None
    return (lambda n: f"[{bound(n)},{bound(n + 1)})") if bound is not None else None


def _filled(row: ColumnStatistics, type_name: str, types: dict[str, Type], now: datetime) -> ColumnStatistics:
    spell, elements = _spelling(type_name, types, now), _spelling(_element(type_name), types, now)
    common = (row.most_common_values or "").count("NULL")
    return replace(
        row,
        most_common_values=_spelled(row.most_common_values, spell, 0),
        histogram_bounds=_spelled(row.histogram_bounds, spell, common),
        most_common_elements=_spelled(row.most_common_elements, elements, 0),
        range_bounds_histogram=_spelled(row.range_bounds_histogram, _ranges(type_name, types, now), 0),
    )


def with_stand_ins(snapshot: Snapshot) -> Snapshot:
    """A redacted snapshot with stand-ins for the values of its statistics; any other as it is.

    Values of types that are not known here stay out, as if ANALYZE had kept none.
    """
    if not snapshot.redacted:
        return snapshot
    types = {str(one.name): one for one in snapshot.types} | {one.name.name: one for one in snapshot.types}
    columns: dict[tuple[Name, str], str] = {
        (table.name, column.name): column.type_sql for table in snapshot.tables for column in table.columns
    }
    rows = (_filled(row, columns.get((row.table, row.column), ""), types, snapshot.collected_at) for row in snapshot.statistics)
    return replace(snapshot, statistics=tuple(rows))
