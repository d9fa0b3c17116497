"""A statement for one key made a statement for many: `WHERE id = $1` becomes `WHERE id = ANY ($1)`."""

from typing import Any

from pglast import ast, enums, parser
from pglast.error import Error
from pglast.stream import RawStream

from pgadvisor.model.workload import Predicate, Query
from pgadvisor.parse.expressions import conjuncts
from pgadvisor.parse.functions import AGGREGATES
from pgadvisor.parse.operands import without_casts
from pgadvisor.parse.printable import printable
from pgadvisor.parse.tree import children, operator_name, replaced, substituted, words


def batched_sql(query: Query, key: Predicate) -> str | None:
    """The statement that fetches for all values of `key` at once, printable: the comparison takes an array, the key column
    is among the output (and the GROUP BY of an aggregate) to tell the rows apart. None where no such form is simple: not a
    SELECT, the key is not compared to a parameter in the outermost WHERE, or an order with a LIMIT counts per key."""
    if query.kind != "select" or key.key.column is None or key.operator != "=" or key.operand.kind != "parameter":
        return None
    try:
        statements: Any = parser.parse_sql(query.sql)
    except (Error, RecursionError):
        return None
    select = statements[0].stmt if len(statements) == 1 else None
    if not isinstance(select, ast.SelectStmt) or select.op != enums.SetOperation.SETOP_NONE or select.whereClause is None:
        return None
    if select.limitOffset is not None or (select.limitCount is not None and select.sortClause) or select.distinctClause:
        return None
    found = _comparison(select.whereClause, key.key.column, key.operand.parameters)
    return None if found is None else printable(_deparsed(_batched(select, *found)))


def _comparison(where: Any, column: str, parameters: tuple[int, ...]) -> tuple[Any, Any, Any] | None:
    """The conjunct `column = $n`, its column and its parameter."""
    for node in conjuncts(where):
        if not isinstance(node, ast.A_Expr) or node.kind != enums.A_Expr_Kind.AEXPR_OP or operator_name(node) != "=":
            continue
        for reference, value in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
            bare = without_casts(value)
            is_key = isinstance(reference, ast.ColumnRef) and words(reference.fields)[-1] == column
            if is_key and isinstance(bare, ast.ParamRef) and (bare.number,) == parameters:
                return node, reference, value
    return None


def _batched(select: Any, comparison: Any, reference: Any, value: Any) -> Any:
    many = ast.A_Expr(kind=enums.A_Expr_Kind.AEXPR_OP_ANY, name=(ast.String("="),), lexpr=reference, rexpr=_array(value))
    grouped = bool(select.groupClause) or any(_aggregates(target.val) for target in select.targetList or ())
    return replaced(
        select,
        whereClause=substituted(select.whereClause, {id(comparison): many}),
        targetList=_with_key(select.targetList or (), reference),
        groupClause=(*(select.groupClause or ()), reference) if grouped else select.groupClause,
        limitCount=None,
    )


def _array(value: Any) -> Any:
    """`$1::int` becomes `$1::int[]`."""
    if not isinstance(value, ast.TypeCast) or value.typeName.arrayBounds:
        return value
    return replaced(value, typeName=replaced(value.typeName, arrayBounds=(ast.Integer(-1),)))


def _with_key(targets: tuple[Any, ...], reference: Any) -> tuple[Any, ...]:
    """The target list, with the key where it is not there already."""
    names = words(reference.fields)
    for target in targets:
        if isinstance(target.val, ast.ColumnRef):
            shown = words(target.val.fields)
            if shown[-1] == names[-1] or shown in (("*",), (*names[:-1], "*")):
                return targets
    return (*targets, ast.ResTarget(val=reference))


def _aggregates(node: Any) -> bool:
    if isinstance(node, ast.SubLink):
        return False
    if isinstance(node, ast.FuncCall) and node.over is None and (node.agg_star or words(node.funcname)[-1] in AGGREGATES):
        return True
    return any(_aggregates(below) for below in children(node))


def _deparsed(select: Any) -> str:
    text = str(RawStream()(select))
    try:
        return str(parser.deparse_protobuf(parser.parse_sql_protobuf(text)))
    except Error:
        return text
