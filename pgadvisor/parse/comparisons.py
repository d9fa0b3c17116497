"""The forms of comparison that the grammar has besides `a operator b`: lists, arrays, patterns, ranges, rows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pglast import ast, enums

from pgadvisor.parse.compare import PLAIN, Comparison, Place, compare, emit, touch_unkeyed
from pgadvisor.parse.examine import touch, value_of
from pgadvisor.parse.operands import operand_of
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope
from pgadvisor.parse.tree import operator_name, words

Kind = enums.A_Expr_Kind
_SPELLED = {"~~": "like", "!~~": "not like", "~~*": "ilike", "!~~*": "not ilike", "!=": "<>"}
_ESCAPES = ("like_escape", "similar_to_escape", "similar_escape")


def plain(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """`a operator b`, where a and b may be rows."""
    if isinstance(node.lexpr, ast.RowExpr):
        _rows(reading, node, scope, place)
    else:
        compare(reading, node.lexpr, _spelled(node), node.rexpr, scope, place)


def _spelled(node: Any) -> str:
    name = operator_name(node)
    return _SPELLED.get(name, name)


def _between(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    low, high = node.rexpr
    compare(reading, node.lexpr, ">=", low, scope, place)
    compare(reading, node.lexpr, "<=", high, scope, place)


def _between_symmetric(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    _between(reading, node, scope, replace(place, conjunct=False, negated=True))


def _in_list(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator = "in" if operator_name(node) == "=" else "not in"
    reading.note(f"list {_text_name(node.lexpr)}")
    if isinstance(node.lexpr, ast.RowExpr) and all(isinstance(item, ast.RowExpr) for item in node.rexpr):
        number = _next_row(reading)
        for position, left in enumerate(node.lexpr.args):
            values = tuple(item.args[position] for item in node.rexpr if len(item.args) > position)
            inner = place if operator == "in" else replace(place, conjunct=False, negated=True)
            compare(reading, left, operator, values, scope, inner, Comparison(row=(number, position)))
        return
    compare(reading, node.lexpr, operator, node.rexpr, scope, place)


def _any_array(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """value = ANY (array): `in` for the value; `= any` for the array, where that is a column."""
    name = operator_name(node)
    spelled = _spelled(node)
    every = node.kind == Kind.AEXPR_OP_ALL
    reading.note(f"array {every} {_text_name(node.lexpr)}")
    left, right = value_of(reading, node.lexpr, scope), value_of(reading, node.rexpr, scope)
    if left.origins:
        operand = operand_of(reading, node.rexpr, scope, right)
        operator = {("=", False): "in", ("<>", True): "not in"}.get((name, every), f"{spelled} all" if every else spelled)
        emit(reading, left, operator, operand, scope, place, Comparison(array=True))
    if right.origins:
        operand = operand_of(reading, node.lexpr, scope, left)
        emit(reading, right, f"{spelled} {'all' if every else 'any'}", operand, scope, place, PLAIN)
    touch_unkeyed(reading, (left, right))


def _distinct(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator = "is distinct from" if node.kind == Kind.AEXPR_DISTINCT else "is not distinct from"
    compare(reading, node.lexpr, operator, node.rexpr, scope, place, commutes=True)


def _pattern(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """LIKE, ILIKE and SIMILAR TO; the pattern of `LIKE p ESCAPE e` is p."""
    pattern = node.rexpr
    if isinstance(pattern, ast.FuncCall) and words(pattern.funcname)[-1] in _ESCAPES:
        pattern = pattern.args[0]
    operator = _spelled(node)
    if node.kind == Kind.AEXPR_SIMILAR:
        operator = "similar to" if operator == "~" else "not similar to"
    compare(reading, node.lexpr, operator, pattern, scope, place)


def _rows(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """(a, b) = (c, d) is two comparisons; the others compare the first columns first and the rest only for ties."""
    operator = operator_name(node)
    if not isinstance(node.rexpr, ast.RowExpr) or len(node.rexpr.args) != len(node.lexpr.args):
        touch(reading, node, scope)
        return
    pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=True))
    if operator == "=":
        for left, right in pairs:
            compare(reading, left, "=", right, scope, place)
        return
    number = _next_row(reading)
    for position, (left, right) in enumerate(pairs):
        inner = place if position == 0 and operator != "<>" else replace(place, conjunct=False)
        compare(reading, left, operator, right, scope, inner, Comparison(row=(number, position)))


def _text_name(node: Any) -> str:
    """The column that the text names, "" for anything else."""
    return words(node.fields)[-1] if isinstance(node, ast.ColumnRef) else ""


def _next_row(reading: Reading) -> int:
    reading.rows += 1
    return reading.rows - 1


FORMS: Mapping[Any, Callable[[Reading, Any, Scope, Place], None]] = {
    Kind.AEXPR_BETWEEN: _between,
    Kind.AEXPR_BETWEEN_SYM: _between_symmetric,
    Kind.AEXPR_NOT_BETWEEN_SYM: _between_symmetric,
    Kind.AEXPR_IN: _in_list,
    Kind.AEXPR_OP_ANY: _any_array,
    Kind.AEXPR_OP_ALL: _any_array,
    Kind.AEXPR_DISTINCT: _distinct,
    Kind.AEXPR_NOT_DISTINCT: _distinct,
    Kind.AEXPR_LIKE: _pattern,
    Kind.AEXPR_ILIKE: _pattern,
    Kind.AEXPR_SIMILAR: _pattern,
}
