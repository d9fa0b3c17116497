"""Expressions over nothing but parameters, such as `md5($1)::uuid`: to the planner each is one value, whatever made it."""

from collections.abc import Mapping

from pglast import ast, parser
from pglast.error import Error
from pglast.stream import RawStream

from pgadvisor.parse.expressions import expression, spelled
from pgadvisor.parse.tree import Node, children, substituted, walk

_MORE_THAN_VALUES = (ast.ColumnRef, ast.SubLink, ast.SelectStmt, ast.SQLValueFunction, ast.A_ArrayExpr, ast.RowExpr)


def is_one_value(sql: str) -> bool:
    """Whether the expression `sql` reads parameters and constants only: no column, no subquery, no clock, no list.

    >>> is_one_value("md5($1)::uuid"), is_one_value("now() - $1::interval"), is_one_value("lower(a) || $1")
    (True, False, False)
    """
    node = expression(sql)
    return node is not None and not any(isinstance(part, _MORE_THAN_VALUES) or _is_clock(part) for part in walk(node))


def _is_clock(node: Node) -> bool:
    """A call without arguments: now(), current_user and the like tell of the moment, not of the parameters."""
    return isinstance(node, ast.FuncCall) and not node.args


def calls_in(sql: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The outermost function calls of an expression that are one value each, and the numbers of the `$n` in them.

    >>> calls_in("$1 || f($2, $3) || $4")
    (('f($2, $3)', (2, 3)),)
    """
    found: list[tuple[str, tuple[int, ...]]] = []
    waiting: list[Node] = [expression(sql)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FuncCall):
            numbers = tuple(part.number or 0 for part in walk(node) if isinstance(part, ast.ParamRef))
            if numbers and is_one_value(spelled(node)):
                found.append((spelled(node), numbers))
        elif node is not None:
            waiting.extend(children(node))
    return tuple(found)


def with_parameters(sql: str, standing: Mapping[str, int]) -> str | None:
    """`sql` with `$n` in the place of each expression of `standing` (spelt as `spelled` does, by the parameter's number).

    None where one of them is not found, or the text cannot be taken apart and put together.

    >>> with_parameters("select a from t where b = md5($1)::uuid and c = $2", {"md5($1)::uuid": 1})
    'SELECT a FROM t WHERE b = $1 AND c = $2'
    """
    try:
        statements = parser.parse_sql(sql)
        found = {text: node for raw in statements for node in walk(raw.stmt) if (text := _spelt(node)) in standing}
        if len(statements) != 1 or found.keys() != standing.keys():
            return None
        parameters = {id(node): ast.ParamRef(number=standing[text]) for text, node in found.items() if text is not None}
        return str(RawStream()(substituted(statements[0].stmt, parameters)))
    except (Error, RecursionError, NotImplementedError):
        return None


def _spelt(node: Node) -> str | None:
    return spelled(node) if isinstance(node, (ast.FuncCall, ast.TypeCast, ast.A_Expr, ast.CoalesceExpr)) else None
