"""A column's statistics made ready for use: values next to their frequencies, bounds in order, sizes of tables."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from pgadvisor.advisor.facts.types import TypeFacts, type_facts
from pgadvisor.model.arrays import read_array
from pgadvisor.model.catalog import Column, ColumnStatistics, Table
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

PAGE_BYTES = 8192
UNKNOWN_DISTINCT = 200.0  # DEFAULT_NUM_DISTINCT of src/include/utils/selfuncs.h
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(\.\d{1,6})?)?([+-]\d\d(?::?\d\d)?)?\Z")
_START = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of one column of a table of `rows` rows.

    `common` are the most common values and their fractions of all rows, `bounds` the histogram's bounds in order (of ranges
    those of their lower and upper bounds, each sorted by itself),
    `elements` the same as `common` for the elements of an array or tsvector. `known` is False without statistics.
    """

    type: TypeFacts
    rows: float
    known: bool = False
    null_fraction: float = 0.0
    distinct: float = UNKNOWN_DISTINCT
    width_bytes: int = 32
    correlation: float | None = None
    common: tuple[tuple[str, float], ...] = ()
    bounds: tuple[str, ...] = ()
    elements: tuple[tuple[str, float], ...] = ()

    @property
    def rest_fraction(self) -> float:
        """The fraction of rows that are neither null nor a most common value."""
        return max(0.0, 1.0 - self.null_fraction - sum(fraction for _, fraction in self.common))

    @property
    def rest_distinct(self) -> float:
        """How many values there are outside the most common ones, at least 1."""
        return max(1.0, self.distinct - len(self.common))


def table_rows(table: Table, lookup: Lookup) -> float:
    """The rows of `table`, its partitions included, at least 1; from its size where it was never analysed."""
    children = lookup.partitions.get(table.name, [])
    inherited = sum(table_rows(lookup.tables[child], lookup) for child in children if child in lookup.tables)
    if table.kind == "p":
        return max(1.0, inherited)
    own = table.rows if table.rows >= 0 else (table.size_bytes or 0) / 100
    return max(1.0, own + inherited)


def table_pages(table: Table, lookup: Lookup) -> int:
    """The pages of `table`, its partitions included."""
    children = lookup.partitions.get(table.name, [])
    inherited = sum(table_pages(lookup.tables[child], lookup) for child in children if child in lookup.tables)
    own = table.pages if table.size_bytes is None else table.size_bytes // PAGE_BYTES
    return own + inherited


def column_of(lookup: Lookup, table: Name, column: str) -> Column | None:
    found = lookup.tables.get(table)
    return next((each for each in found.columns if each.name == column), None) if found else None


@lru_cache(maxsize=4096)
def column_facts(lookup: Lookup, table: Name, column: str) -> ColumnFacts:
    """Facts of a column; defaults where the table, the column or its statistics are not known."""
    own = column_of(lookup, table, column)
    kind = type_facts(own.type_sql if own else None, lookup)
    found = lookup.tables.get(table)
    rows = table_rows(found, lookup) if found else 1.0
    return statistics_facts(lookup.column_statistics(table, column), kind, rows)


def statistics_facts(statistics: ColumnStatistics | None, kind: TypeFacts, rows: float) -> ColumnFacts:
    """`statistics` made ready; without them two distinct values for a boolean, else the planner's default."""
    if statistics is None:
        return ColumnFacts(kind, rows, distinct=min(rows, 2.0 if kind.name == "boolean" else UNKNOWN_DISTINCT))
    distinct = statistics.distinct if statistics.distinct > 0 else -statistics.distinct * rows
    return ColumnFacts(
        type=kind,
        rows=rows,
        known=True,
        null_fraction=statistics.null_fraction,
        distinct=max(1.0, min(rows, distinct)),
        width_bytes=statistics.average_width_bytes,
        correlation=statistics.correlation,
        common=_paired(statistics.most_common_values, statistics.most_common_frequencies),
        bounds=tuple(
            bound for bound in _read(statistics.histogram_bounds or statistics.range_bounds_histogram) if bound is not None
        ),
        elements=_paired(statistics.most_common_elements, statistics.most_common_element_frequencies),
    )


def _read(text: str | None) -> tuple[str | None, ...]:
    try:
        return read_array(text) if text else ()
    except ValueError:  # an array of a type with its own delimiter, such as box
        return ()


def _paired(values: str | None, fractions: tuple[float, ...] | None) -> tuple[tuple[str, float], ...]:
    pairs = zip(_read(values), fractions or (), strict=False)  # element frequencies end with three extra numbers
    return tuple((value, fraction) for value, fraction in pairs if value is not None)


def scalar(text: str, kind: TypeFacts) -> float | None:
    """`text` on a number line, as far as its type has one: numbers, and seconds since 2000 for moments.

    Infinite, BC and special values have none.
    """
    if kind.family in ("integer", "number"):
        try:
            value = float(text.replace("$", "").replace(",", ""))
        except ValueError:
            return None
        return value if abs(value) < 1e300 else None
    if kind.family != "moment":
        return None
    match = _MOMENT.match(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        seconds = (datetime(year, month, day, hour, minute, second) - _START).total_seconds()
    except ValueError:
        return None
    return seconds + float(match[7] or 0) - _zone_seconds(match[8])


def _zone_seconds(zone: str | None) -> float:
    if not zone:
        return 0.0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (-1 if zone[0] == "-" else 1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def from_scalar(value: float, kind: TypeFacts) -> str:
    """The text of the value of `kind` at `value`; the inverse of `scalar`."""
    if kind.family == "integer":
        return str(round(value))
    if kind.family == "number":
        return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
    moment = _START + timedelta(seconds=value)
    if kind.name == "date":
        return date(moment.year, moment.month, moment.day).isoformat()
    text = moment.isoformat(sep=" ")
    return text + "+00" if kind.name == "timestamp with time zone" else text
