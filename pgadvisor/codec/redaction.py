"""Snapshots that may leave the house: without the values of the user's data."""

from collections.abc import Callable
from dataclasses import replace

from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Statement

_PLANNED = ("select", "insert", "update", "delete", "merge", "with", "values", "table")


def redact(snapshot: Snapshot, printable: Callable[[str], str] | None = None) -> Snapshot:
    """`snapshot` without values of the user's data.

    Most common values and elements and histogram bounds become arrays of as many NULLs: frequencies keep their meaning
    and a shadow can put stand-ins in their place. Statements are what `printable` makes of them; without it those are
    kept that pg_stat_statements normalises and the rest, which may hold a password, lose their text. Names and what is
    part of the schema (checks, predicates, bounds of partitions, enum labels) stay.
    """
    return replace(
        snapshot,
        statistics=tuple(map(_without_values, snapshot.statistics)),
        statements=tuple(_without_constants(statement, printable) for statement in snapshot.statements),
        redacted=True,
    )


def _without_values(row: ColumnStatistics) -> ColumnStatistics:
    return replace(
        row,
        most_common_values=_nulls(row.most_common_values),
        histogram_bounds=_nulls(row.histogram_bounds),
        most_common_elements=_nulls(row.most_common_elements),
        range_bounds_histogram=_nulls(row.range_bounds_histogram),
    )


def _nulls(array: str | None) -> str | None:
    """An array literal with every element NULL."""
    return None if array is None else "{" + ",".join(["NULL"] * _length(array)) + "}"


def _length(array: str) -> int:
    """The number of elements of a one-dimensional array literal, whatever its elements' type writes between its commas."""
    depth = 0
    quoted = escaped = False
    commas = 0
    for sign in array[array.index("{") + 1 : -1]:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign == "{") - (sign == "}")
            commas += sign == "," and depth == 0
    return commas + 1 if array[array.index("{") + 1 : -1] else 0


def _without_constants(statement: Statement, printable: Callable[[str], str] | None) -> Statement:
    if statement.text is None:
        return statement
    if printable is not None:
        return replace(statement, text=printable(statement.text))
    words = statement.text.split(None, 1)
    planned = bool(words) and words[0].lower().startswith(_PLANNED)
    return statement if planned else replace(statement, text=None)
