"""Comparisons become predicates: one for each key on either side."""

from dataclasses import dataclass, replace
from typing import Any

from pglast import ast

from pgadvisor.model.workload import Key, Operand, Predicate
from pgadvisor.parse.examine import examine, value_of
from pgadvisor.parse.normal import COMMUTED
from pgadvisor.parse.operands import operand_of
from pgadvisor.parse.origin import Value
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope
from pgadvisor.parse.tree import words


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands. `nullable`: in the ON of an outer join, the relations on the side that may be missing."""

    conjunct: bool = True
    nullable: frozenset[int] | None = None
    branch: int | None = None
    disjunction: int | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What else is known of a comparison; see `Predicate`."""

    array: bool = False
    row: tuple[int, int] | None = None
    collation: str | None = None


PLAIN = Comparison()


def compare(
    reading: Reading, left: Any, operator: str, right: Any, scope: Scope, place: Place, more: Comparison = PLAIN,
    commutes: bool = False,
) -> None:  # fmt: skip
    """Adds `left operator right`, from both sides where both are keys."""
    left, collation = _without_collation(left)
    right, other = _without_collation(right)
    if collation or other:
        more = replace(more, collation=collation or other)
    left_value = value_of(reading, left, scope)
    right_value = Value() if isinstance(right, tuple) else value_of(reading, right, scope)
    right_operand: Operand | None = None
    if left_value.origins:
        right_operand = operand_of(reading, right, scope, right_value)
        emit(reading, left_value, operator, right_operand, scope, place, more)
    back = operator if commutes else COMMUTED.get(operator)
    if right_value.origins and back is not None:
        emit(reading, right_value, back, operand_of(reading, left, scope, left_value), scope, place, more)
    elif right_value.origins:
        reading.touch(right_value.reads)
    if isinstance(right, tuple) and right_operand is None:
        _touch(reading, right, scope)
    touch_unkeyed(reading, (left_value, right_value))


def _without_collation(node: Any) -> tuple[Any, str | None]:
    if isinstance(node, ast.CollateClause):
        return node.arg, ".".join(words(node.collname))
    return node, None


def emit(reading: Reading, value: Value, operator: str, operand: Operand, scope: Scope, place: Place, more: Comparison) -> None:
    """Adds one predicate for each key behind `value`."""
    keys = reading.keys(value)
    if not keys:
        reading.touch(value.reads)
    for key in keys:
        reading.predicates.append(predicate_of(key, operator, operand, scope, place, more))


def predicate_of(key: Key, operator: str, operand: Operand, scope: Scope, place: Place, more: Comparison) -> Predicate:
    here = scope.joined or not scope.sources or scope.owns(key.relation)
    return Predicate(
        key,
        operator,
        operand,
        conjunct=place.conjunct and here,
        branch=place.branch,
        array=more.array,
        negated=place.negated,
        searchable=here and not place.negated and (place.nullable is None or key.relation in place.nullable),
        disjunction=place.disjunction,
        row=more.row,
        collation=more.collation,
    )


def touch_unkeyed(reading: Reading, values: tuple[Value, ...]) -> None:
    for value in values:
        if not value.origins:
            reading.touch(value.reads)


def _touch(reading: Reading, node: Any, scope: Scope) -> None:
    reading.touch(examine(reading, node, scope).reads)


def boolean_value(reading: Reading, node: Any, scope: Scope, place: Place, operator: str, operand: Operand) -> None:
    """A value that is itself the condition, or a test of one."""
    value = value_of(reading, node, scope)
    if value.origins:
        emit(reading, value, operator, operand, scope, place, PLAIN)
    touch_unkeyed(reading, (value,))
