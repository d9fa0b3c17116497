"""The other side of a comparison."""

from typing import Any

from pglast import ast

from pgadvisor.model.workload import Operand
from pgadvisor.parse.examine import examine, value_of
from pgadvisor.parse.expressions import spelled
from pgadvisor.parse.origin import Value
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope

NULL = Operand("null")
TRUE = Operand("constant", values=("true",))
FALSE = Operand("constant", values=("false",))
SUBQUERY = Operand("subquery")


def operand_of(reading: Reading, node: Any, scope: Scope, value: Value | None = None) -> Operand:
    """`node` as an operand; `value` where it is known already."""
    if isinstance(node, tuple):
        return list_operand(reading, node, scope)
    bare = without_casts(node)
    if isinstance(bare, ast.ParamRef):
        number = bare.number or 0
        sql = spelled(node) if bare is not node else None
        return Operand("parameter", (number,), sql=sql, squashed=number in reading.squashed)
    if isinstance(bare, ast.A_Const):
        return NULL if bare.isnull else Operand("constant", values=(constant_text(bare),))
    if isinstance(bare, ast.A_ArrayExpr):
        return list_operand(reading, bare.elements or (), scope)
    if isinstance(bare, ast.SubLink):
        examine(reading, node, scope)
        return SUBQUERY
    return _other(reading, node, scope, value_of(reading, node, scope) if value is None else value)


def _other(reading: Reading, node: Any, scope: Scope, value: Value) -> Operand:
    numbers = () if isinstance(node, ast.ColumnRef) else tuple(examine(reading, node, scope).parameters)
    if value.origins:
        return Operand("key", numbers, key=reading.key(value.origins[0]))
    return Operand("expression", numbers, sql=spelled(node))


def list_operand(reading: Reading, items: tuple[Any, ...], scope: Scope) -> Operand:
    """A list of values: IN (...) or ARRAY[...]."""
    bare = [without_casts(item) for item in items]
    if bare and all(isinstance(item, ast.ParamRef) for item in bare):
        numbers = tuple(item.number or 0 for item in bare)
        return Operand("parameters", numbers, squashed=any(number in reading.squashed for number in numbers))
    if all(isinstance(item, ast.A_Const) for item in bare):
        return Operand("constants", values=tuple(constant_text(item) for item in bare if not item.isnull))
    numbers = tuple(number for item in items for number in examine(reading, item, scope).parameters)
    for item in items:
        reading.touch(examine(reading, item, scope).reads)
    return Operand("expression", numbers, sql=f"ARRAY[{', '.join(spelled(item) for item in items)}]")


def without_casts(node: Any) -> Any:
    while isinstance(node, ast.TypeCast):
        node = node.arg
    return node


def constant_text(node: Any) -> str:
    """A constant's text without quotes."""
    value = node.val
    if isinstance(value, ast.Integer):
        return str(value.ival or 0)
    if isinstance(value, ast.Float):
        return str(value.fval)
    if isinstance(value, ast.Boolean):
        return "true" if value.boolval else "false"
    if isinstance(value, ast.BitString):
        return str(value.bsval)
    return str(value.sval or "")
