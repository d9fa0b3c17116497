"""The constants that applications nearly always write into an expression over columns, where the text shows only `$n`.

An index on `to_tsvector('english', coalesce(title, '') || ' ' || body)` or on `date_trunc('day', created_at)` has to name them.
'' for NULL, a blank between two columns and the weights A to D in their order are those of the manual's own examples
(textsearch-controls); the usual unit is the day, the usual zone UTC. The configuration of text search is not among them: it is
assumed where a plan is read.
"""

from collections.abc import Iterator
from typing import Any

import pglast
from pglast import ast

from pgadvisor.parse.tree import walk

_FIRST = {"date_trunc": "'day'", "timezone": "'UTC'"}  # of the function's arguments
_WEIGHTS = "ABCD"
_HINTS = ("to_tsvector", *_FIRST, "at time zone")


def usual_constants(sql: str) -> dict[int, str]:
    """SQL of the usual literal of each parameter that has one, by its number; {} for text that cannot be read.

    >>> usual_constants("select setweight(to_tsvector($1, coalesce(a, $2) || $3 || coalesce(b, $4)), $5)")
    {2: "''", 3: "' '", 4: "''", 5: "'A'"}
    >>> usual_constants("select date_trunc($1, a) where b = $2")
    {1: "'day'"}
    """
    if not any(hint in sql.lower() for hint in _HINTS):
        return {}
    try:
        statements = pglast.parse_sql(sql)
    except (pglast.parser.ParseError, RecursionError):
        return {}
    calls = [node for raw in statements for node in walk(raw.stmt) if isinstance(node, ast.FuncCall) and node.args]
    found: dict[int, str] = {}
    weighted: dict[tuple[str, ...], None] = {}
    for call in calls:
        name, first, last = call.funcname[-1].sval, call.args[0], call.args[-1]
        if name == "to_tsvector":
            found.update(_in_text(last))
        elif name == "setweight" and isinstance(last, ast.ParamRef):
            found[last.number] = f"'{_weight(first, weighted)}'"
        elif name in _FIRST and isinstance(first, ast.ParamRef) and len(call.args) > 1:
            found[first.number] = _FIRST[name]
    return dict(sorted(found.items()))


def _in_text(node: Any) -> Iterator[tuple[int, str]]:
    """The parameters of a text that is put together of columns: what stands for NULL, and what stands between."""
    if isinstance(node, ast.TypeCast):
        yield from _in_text(node.arg)
    elif isinstance(node, ast.CoalesceExpr):
        yield from ((each.number, "''") for each in node.args[1:] if isinstance(each, ast.ParamRef))
    elif isinstance(node, ast.A_Expr) and node.name and node.name[-1].sval == "||":
        for side in (node.lexpr, node.rexpr):
            if isinstance(side, ast.ParamRef):
                yield side.number, "' '"
            else:
                yield from _in_text(side)


def _weight(vector: Any, weighted: dict[tuple[str, ...], None]) -> str:
    """The letter of a vector: A for the first, and so on; the same columns have the same letter wherever they stand."""
    columns = tuple(each.fields[-1].sval for each in walk(vector) if isinstance(each, ast.ColumnRef) and _named(each))
    weighted.setdefault(columns)
    return _WEIGHTS[min(list(weighted).index(columns), len(_WEIGHTS) - 1)]


def _named(column: Any) -> bool:
    return isinstance(column.fields[-1], ast.String)
