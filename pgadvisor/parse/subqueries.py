"""Subqueries in conditions: EXISTS, IN, ANY, ALL."""

from dataclasses import replace
from typing import Any

from pglast import ast, enums

from pgadvisor.model.workload import Operand
from pgadvisor.parse.compare import PLAIN, Place, boolean_value, emit, predicate_of
from pgadvisor.parse.examine import value_of
from pgadvisor.parse.operands import SUBQUERY, TRUE
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope
from pgadvisor.parse.tree import operator_name

Links = enums.SubLinkType


def read_sublink(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """Adds the predicates of a subquery that stands as a condition, and those in it."""
    kind = node.subLinkType
    if kind == Links.EXISTS_SUBLINK:
        reading.read_query(reading, node.subselect, scope, scope.ctes, existence=True, joined=place.conjunct)
    elif kind == Links.ANY_SUBLINK and operator_name(node) == "=":
        _in_query(reading, node, scope, place)
    elif kind in (Links.ANY_SUBLINK, Links.ALL_SUBLINK):
        output, _ = reading.read_query(reading, node.subselect, scope, scope.ctes, joined=False)
        _touch_output(reading, output)
        word = "all" if kind == Links.ALL_SUBLINK else "any"
        operator = "not in" if word == "all" and operator_name(node) == "<>" else f"{operator_name(node)} {word}"
        _tested(reading, node.testexpr, operator, scope, replace(place, conjunct=False, negated=True))
    else:
        boolean_value(reading, node, scope, place, "is true", TRUE)


def _in_query(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """x IN (SELECT y ...) is a semi-join: x looked up by y's values, or y by x's."""
    output, own = reading.read_query(reading, node.subselect, scope, scope.ctes, joined=place.conjunct)
    tests = node.testexpr.args if isinstance(node.testexpr, ast.RowExpr) else (node.testexpr,)
    operator = "not in" if place.negated else "in"
    for test, (_, found) in zip(tests, output, strict=False):
        keys = reading.keys(found)
        operand = replace(SUBQUERY, key=keys[0] if keys else None)
        tested = value_of(reading, test, scope)
        emit(reading, tested, operator, operand, scope, place, PLAIN)
        if keys and tested.origins and not place.negated:
            other = Operand("key", key=reading.key(tested.origins[0]))
            reading.predicates.extend(
                replace(predicate_of(key, "=", other, scope, place, PLAIN), conjunct=place.conjunct, searchable=place.conjunct)
                for key in keys
                if key.relation in own
            )
        else:
            reading.touch(found.reads)


def _tested(reading: Reading, node: Any, operator: str, scope: Scope, place: Place) -> None:
    for test in node.args if isinstance(node, ast.RowExpr) else (node,):
        emit(reading, value_of(reading, test, scope), operator, SUBQUERY, scope, place, PLAIN)


def _touch_output(reading: Reading, output: Any) -> None:
    for _, value in output:
        reading.touch(value.reads)
