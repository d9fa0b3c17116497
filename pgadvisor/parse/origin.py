"""Where a value of a statement comes from."""

from dataclasses import dataclass
from typing import Any

from pglast import ast

ColumnRead = tuple[int, str]  # a relation's number, a column


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of a relation, or an expression over that one relation's columns: `node` names them without qualification."""

    relation: int
    node: Any
    columns: tuple[str, ...]

    @property
    def is_column(self) -> bool:
        return isinstance(self.node, ast.ColumnRef)


@dataclass(frozen=True, slots=True)
class Value:
    """An expression or an output column. Several origins: one for each arm of a UNION.

    `pushable`: a condition on the value is a condition on its origins, nothing between them stops the planner from moving
    it there. `reads` are the columns that computing it reads.
    """

    origins: tuple[Origin, ...] = ()
    pushable: bool = True
    reads: tuple[ColumnRead, ...] = ()


OPAQUE = Value()
Output = tuple[tuple[str, Value], ...]  # the columns a query returns, by name


def column_value(relation: int, column: str) -> Value:
    node = ast.ColumnRef(fields=(ast.String(column),))
    return Value((Origin(relation, node, (column,)),), True, ((relation, column),))


def fixed(value: Value) -> Value:
    """The value behind something that conditions do not pass."""
    return Value(value.origins, False, value.reads)
