"""Patterns that a statement puts together: `'%' || $1 || '%'`, `concat($1, $2)`; and whether they begin with a wildcard."""

from typing import Literal

from pglast import ast

from pgadvisor.parse.expressions import expression
from pgadvisor.parse.operands import constant_text, without_casts
from pgadvisor.parse.tree import Node, operator_name, words

Part = str | int | None  # the text of a constant, the number of a parameter, or anything else
Beginning = Literal["open", "assumed", "closed"]
_WILDCARDS = ("%", "_")


def pattern_parts(sql: str) -> tuple[Part, ...]:
    """What `||` or concat() joins in the expression `sql`; one part where it joins nothing.

    >>> pattern_parts("'%' || $1::text || '%'"), pattern_parts("concat($2, $1)"), pattern_parts("lower($1) || '%'")
    (('%', 1, '%'), (2, 1), (None, '%'))
    """
    return tuple(_part(node) for node in _joined(expression(sql)))


def _joined(node: Node) -> list[Node]:
    node = without_casts(node)
    if isinstance(node, ast.A_Expr) and node.lexpr is not None and operator_name(node) == "||":
        return [*_joined(node.lexpr), *_joined(node.rexpr)]
    if isinstance(node, ast.FuncCall) and words(node.funcname)[-1] == "concat" and node.args and not node.func_variadic:
        return [each for argument in node.args for each in _joined(argument)]
    return [node]


def _part(node: Node) -> Part:
    if isinstance(node, ast.ParamRef):
        return node.number or 0
    return constant_text(node) if isinstance(node, ast.A_Const) and not node.isnull else None


def beginning(sql: str) -> Beginning:
    """How the pattern that the expression `sql` puts together begins: "open" with a wildcard, "closed" with anything else or
    with what is not known. "assumed": with a constant that pg_stat_statements hides, most likely a wildcard.

    It numbers constants after the parameters, so in `$2 || $1` the first is a constant; in `$1 || $2 || $3` the ends are taken
    for wildcards, in `$1 || $2` the end. Where a constant is seen nothing is hidden.

    >>> [beginning(sql) for sql in ("'%' || $1", "$2 || $1", "$1 || $2 || $3", "$1 || $2", "$1 || '/' || '%'", "$1")]
    ['open', 'assumed', 'assumed', 'closed', 'closed', 'closed']
    """
    parts = pattern_parts(sql)
    first, hidden = parts[0], not any(isinstance(part, str) for part in parts)
    if isinstance(first, str):
        return "open" if first.startswith(_WILDCARDS) else "closed"
    if first is None or len(parts) == 1 or not hidden:
        return "closed"
    if isinstance(parts[1], int) and first > parts[1]:
        return "assumed"
    return "assumed" if len(parts) > 2 and isinstance(parts[-1], int) else "closed"
