"""The normal form of an expression's tree: what PostgreSQL adds when it prints an expression is taken away again."""

import re
from collections.abc import Mapping
from typing import Any

from pglast import ast, enums

from pgadvisor.parse.tree import Node, operator_name, rebuild, replaced, words
from pgadvisor.parse.types import SPELLED, base_name, is_array, is_textual, of_system

Kind = enums.A_Expr_Kind
COMMUTED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "&&": "&&", "@>": "<@", "<@": "@>", "@@": "@@",
            "<->": "<->"}  # fmt: skip
NEGATED = {"=": "<>", "<>": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<", "~~": "!~~", "!~~": "~~", "~~*": "!~~*",
           "!~~*": "~~*", "~": "!~", "!~": "~", "~*": "!~*", "!~*": "~*"}  # fmt: skip
COMPARISONS = frozenset(NEGATED)
_PATTERN_KINDS = {"~~": Kind.AEXPR_LIKE, "!~~": Kind.AEXPR_LIKE, "~~*": Kind.AEXPR_ILIKE, "!~~*": Kind.AEXPR_ILIKE}
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_IMPLIED = frozenset({"text", "varchar", "regconfig"})  # a quoted constant becomes these by itself
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)


class Normaliser:
    """Rewrites trees; `types` as in `expressions.canonical`. `strip_top`: also a cast that is the whole expression goes,
    as in the planner's own texts, where `(status)::text = 'x'::text` is a condition on a varchar column."""

    def __init__(self, types: Mapping[str, str] | None, strip_top: bool = False) -> None:
        self.types = None if strip_top else types
        self.strip_top = strip_top

    def top(self, node: Node) -> Node:
        """The normal form of a whole expression: a cast that is all of it stays, it is what an index would be on."""
        whole_cast = isinstance(node, ast.TypeCast) and isinstance(node.arg, ast.ColumnRef) and not self.strip_top
        if whole_cast and not self._is_text_column(node.arg, False):
            return self._system_type(node)
        return rebuild(node, self.change)

    def change(self, node: Node) -> Node:
        """The normal form of a node whose children are normal."""
        method = _CHANGES.get(type(node))
        return node if method is None else method(self, node)

    def _cast(self, node: Node) -> Node:
        node = self._system_type(node)
        kind, arg = node.typeName, node.arg
        if is_string(arg):
            if base_name(kind) in _IMPLIED and not kind.typmods:
                return arg
            if not is_array(kind) and base_name(kind) in _NUMBERS and not kind.typmods and _NUMBER.match(arg.val.sval):
                return _number(arg.val.sval)
        if is_textual(kind) and not is_array(kind) and isinstance(arg, ast.ColumnRef) and self._is_text_column(arg, True):
            return arg
        if is_textual(kind) and is_array(kind) and isinstance(arg, ast.A_ArrayExpr):
            return arg
        return node

    def _is_text_column(self, node: Node, otherwise: bool) -> bool:
        if self.types is None:
            return otherwise
        kind = self.types.get(words(node.fields)[-1], "")
        return kind == "text" or (kind.startswith("character varying") and not kind.endswith("[]"))

    @staticmethod
    def _system_type(node: Node) -> Node:
        kind = node.typeName
        if not of_system(kind):
            return node
        name = ast.String(base_name(kind))
        names = (ast.String("pg_catalog"), name) if base_name(kind) in SPELLED else (name,)
        return replaced(node, typeName=replaced(kind, names=names))

    def _expression(self, node: Node) -> Node:
        node = replaced(node, name=(ast.String(operator_name(node)),))
        if node.kind in (Kind.AEXPR_BETWEEN, Kind.AEXPR_NOT_BETWEEN):
            return _between(node)
        if node.kind == Kind.AEXPR_IN:
            return _member(node, node.rexpr)
        if node.kind in (Kind.AEXPR_OP_ANY, Kind.AEXPR_OP_ALL):
            return _any_of(node)
        name = operator_name(node)
        if node.kind == Kind.AEXPR_OP and name in _PATTERN_KINDS:
            node = replaced(node, kind=_PATTERN_KINDS[name])
        return _comparison(node, name) if name in COMMUTED or name in NEGATED else node

    def _call(self, node: Node) -> Node:
        names = words(node.funcname)
        if names[0] != "pg_catalog" or len(names) == 1:
            return node
        if node.funcformat == enums.CoercionForm.COERCE_SQL_SYNTAX and names[-1] != "timezone":
            return node
        return replaced(node, funcname=node.funcname[1:], funcformat=enums.CoercionForm.COERCE_EXPLICIT_CALL)

    def _boolean(self, node: Node) -> Node:
        if node.boolop == enums.BoolExprType.NOT_EXPR:
            return negated(node.args[0]) or node
        arms: list[Node] = []
        for arm in node.args:
            same = isinstance(arm, ast.BoolExpr) and arm.boolop == node.boolop
            arms.extend(arm.args if same else (arm,))
        return replaced(node, args=tuple(arms))

    def _coalesce(self, node: Node) -> Node:
        return replaced(node, args=tuple(bare(arg) for arg in node.args))


_CHANGES: dict[type, Any] = {
    ast.TypeCast: Normaliser._cast,
    ast.A_Expr: Normaliser._expression,
    ast.FuncCall: Normaliser._call,
    ast.BoolExpr: Normaliser._boolean,
    ast.CoalesceExpr: Normaliser._coalesce,
}


def is_string(node: Node) -> bool:
    return isinstance(node, ast.A_Const) and isinstance(node.val, ast.String)


def _number(text: str) -> Node:
    """A number as the grammar reads it."""
    if "." not in text and -(2**31) < int(text) < 2**31:
        return ast.A_Const(isnull=False, val=ast.Integer(int(text)))
    return ast.A_Const(isnull=False, val=ast.Float(text))


def is_constant(node: Node) -> bool:
    """A constant, with or without casts."""
    while isinstance(node, ast.TypeCast):
        node = node.arg
    return isinstance(node, ast.A_Const)


def bare(node: Node) -> Node:
    """A constant without the cast that its neighbour implies."""
    while isinstance(node, ast.TypeCast) and isinstance(node.arg, ast.A_Const):
        if not is_string(node.arg) and base_name(node.typeName) not in _NUMBERS:
            break
        node = node.arg
    return node


def negated(node: Node) -> Node | None:
    """NOT `node` without the NOT, where there is such a form."""
    if isinstance(node, ast.NullTest):
        other = {
            enums.NullTestType.IS_NULL: enums.NullTestType.IS_NOT_NULL,
            enums.NullTestType.IS_NOT_NULL: enums.NullTestType.IS_NULL,
        }
        return replaced(node, nulltesttype=other[node.nulltesttype])
    if isinstance(node, ast.BoolExpr) and node.boolop == enums.BoolExprType.NOT_EXPR:
        return node.args[0]
    plain = (Kind.AEXPR_OP, Kind.AEXPR_LIKE, Kind.AEXPR_ILIKE, Kind.AEXPR_IN)
    if isinstance(node, ast.A_Expr) and node.kind in plain and operator_name(node) in NEGATED and node.lexpr is not None:
        return replaced(node, name=(ast.String(NEGATED[operator_name(node)]),))
    return None


def _comparison(node: Node, name: str) -> Node:
    left, right = bare(node.lexpr), bare(node.rexpr)
    if is_constant(left) and not is_constant(right) and name in COMMUTED:
        left, right, name = right, left, COMMUTED[name]
    if name in ("=", "<>") and isinstance(right, ast.A_Const) and isinstance(right.val, ast.Boolean):
        if bool(right.val.boolval) == (name == "="):
            return left
        return ast.BoolExpr(boolop=enums.BoolExprType.NOT_EXPR, args=(left,))
    return replaced(node, name=(ast.String(name),), lexpr=left, rexpr=right)


def _between(node: Node) -> Node:
    low, high = node.rexpr
    between = node.kind == Kind.AEXPR_BETWEEN
    halves = tuple(
        _comparison(ast.A_Expr(kind=Kind.AEXPR_OP, lexpr=node.lexpr, rexpr=bound), name)
        for name, bound in zip((">=", "<=") if between else ("<", ">"), (low, high), strict=True)
    )
    return ast.BoolExpr(boolop=enums.BoolExprType.AND_EXPR if between else enums.BoolExprType.OR_EXPR, args=halves)


def _any_of(node: Node) -> Node:
    name, array = operator_name(node), node.rexpr
    if isinstance(array, ast.TypeCast) and isinstance(array.arg, ast.A_ArrayExpr):
        array = array.arg
    wanted = "=" if node.kind == Kind.AEXPR_OP_ANY else "<>"
    if name == wanted and isinstance(array, ast.A_ArrayExpr) and array.elements:
        return _member(replaced(node, kind=Kind.AEXPR_IN), array.elements)
    return node


def _member(node: Node, items: Any) -> Node:
    if not isinstance(items, tuple):
        return node
    items = tuple(bare(item) for item in items)
    if len(items) == 1:
        return _comparison(replaced(node, kind=Kind.AEXPR_OP, rexpr=items[0]), operator_name(node))
    if all(isinstance(item, ast.A_Const) for item in items):
        items = tuple(sorted(items, key=repr))
    return replaced(node, rexpr=items)
