"""Conditions of WHERE, ON and HAVING, taken apart into predicates."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pglast import ast, enums

from pgadvisor.parse.compare import Place, boolean_value
from pgadvisor.parse.comparisons import FORMS, plain
from pgadvisor.parse.normal import negated
from pgadvisor.parse.operands import FALSE, NULL, TRUE
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope
from pgadvisor.parse.subqueries import read_sublink

Kind = enums.A_Expr_Kind
_TESTS = {
    enums.BoolTestType.IS_TRUE: ("is true", TRUE),
    enums.BoolTestType.IS_NOT_TRUE: ("is not true", TRUE),
    enums.BoolTestType.IS_FALSE: ("is false", FALSE),
    enums.BoolTestType.IS_NOT_FALSE: ("is not false", FALSE),
    enums.BoolTestType.IS_UNKNOWN: ("is null", NULL),
    enums.BoolTestType.IS_NOT_UNKNOWN: ("is not null", NULL),
}


def read_condition(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """Adds the predicates of a boolean expression."""
    method = _READERS.get(type(node))
    if method is not None:
        method(reading, node, scope, place)
    elif not isinstance(node, (ast.A_Const, ast.ParamRef)):
        boolean_value(reading, node, scope, place, "is true", TRUE)


def _logic(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    if node.boolop == enums.BoolExprType.NOT_EXPR:
        _negation(reading, node.args[0], scope, place)
    elif node.boolop == enums.BoolExprType.AND_EXPR:
        for arm in node.args:
            read_condition(reading, arm, scope, place)
    else:
        _disjunction(reading, node.args, scope, place)


def _disjunction(reading: Reading, arms: tuple[Any, ...], scope: Scope, place: Place) -> None:
    number = None
    if place.conjunct or (place.nullable is not None and place.branch is None and not place.negated):
        number = reading.disjunctions
        reading.disjunctions += 1
    for arm in _flat_or(arms):
        branch = reading.branches
        reading.branches += 1
        read_condition(reading, arm, scope, replace(place, conjunct=False, branch=branch, disjunction=number))


def _flat_or(arms: tuple[Any, ...]) -> list[Any]:
    flat = []
    for arm in arms:
        nested = isinstance(arm, ast.BoolExpr) and arm.boolop == enums.BoolExprType.OR_EXPR
        flat.extend(_flat_or(arm.args) if nested else [arm])
    return flat


def _negation(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """NOT: De Morgan for AND and OR, the opposite operator where there is one."""
    if isinstance(node, ast.BoolExpr) and node.boolop != enums.BoolExprType.NOT_EXPR:
        denied = tuple(ast.BoolExpr(boolop=enums.BoolExprType.NOT_EXPR, args=(arm,)) for arm in node.args)
        if node.boolop == enums.BoolExprType.AND_EXPR:
            _disjunction(reading, denied, scope, place)
        else:
            for arm in denied:
                _negation(reading, arm.args[0], scope, place)
    elif isinstance(node, ast.SubLink):
        read_sublink(reading, node, scope, replace(place, conjunct=False, negated=True))
    elif isinstance(node, ast.A_Expr) and node.kind in _OPPOSITE_KINDS:
        read_condition(reading, _opposite(node), scope, place)
    elif (opposite := negated(node)) is not None:
        read_condition(reading, opposite, scope, place)
    elif isinstance(node, (ast.ColumnRef, ast.FuncCall)):
        boolean_value(reading, node, scope, place, "is false", FALSE)
    else:
        read_condition(reading, node, scope, replace(place, conjunct=False, negated=True))


_OPPOSITE_KINDS = {
    Kind.AEXPR_BETWEEN: Kind.AEXPR_NOT_BETWEEN,
    Kind.AEXPR_NOT_BETWEEN: Kind.AEXPR_BETWEEN,
    Kind.AEXPR_DISTINCT: Kind.AEXPR_NOT_DISTINCT,
    Kind.AEXPR_NOT_DISTINCT: Kind.AEXPR_DISTINCT,
}


def _opposite(node: Any) -> Any:
    return ast.A_Expr(kind=_OPPOSITE_KINDS[node.kind], name=node.name, lexpr=node.lexpr, rexpr=node.rexpr)


def _expression(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    if node.kind == Kind.AEXPR_NOT_BETWEEN:
        _not_between(reading, node, scope, place)
    elif node.kind in FORMS:
        FORMS[node.kind](reading, node, scope, place)
    elif node.lexpr is None:
        boolean_value(reading, node, scope, place, "is true", TRUE)
    else:
        plain(reading, node, scope, place)


def _not_between(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    low, high = node.rexpr
    arms = tuple(
        ast.A_Expr(kind=Kind.AEXPR_OP, name=(ast.String(name),), lexpr=node.lexpr, rexpr=bound)
        for name, bound in (("<", low), (">", high))
    )
    _disjunction(reading, arms, scope, place)


def _null_test(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator = "is null" if node.nulltesttype == enums.NullTestType.IS_NULL else "is not null"
    boolean_value(reading, node.arg, scope, place, operator, NULL)


def _boolean_test(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator, operand = _TESTS[node.booltesttype]
    boolean_value(reading, node.arg, scope, place, operator, operand)


_READERS: Mapping[type, Callable[[Reading, Any, Scope, Place], None]] = {
    ast.BoolExpr: _logic,
    ast.A_Expr: _expression,
    ast.NullTest: _null_test,
    ast.BooleanTest: _boolean_test,
    ast.SubLink: read_sublink,
}
