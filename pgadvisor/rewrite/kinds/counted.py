"""`(SELECT count(*) …) > 0` counts all rows to learn that there is one; `EXISTS (…)` stops at the first.

Equivalent where the subquery counts rows (`*` or a constant) of tables and conditions, without groups, so that it gives one row
whatever it finds, and the number it is compared with is in the text and tells none from some: > 0, >= 1, <> 0, = 0, < 1, <= 0.
Of a number that is a parameter it is assumed, and said so, that it does; not of <=, which mostly sets a limit.
"""

from typing import Any

from sqlglot import exp

from pgadvisor.rewrite.blocks import is_plain
from pgadvisor.rewrite.dialect import opened
from pgadvisor.rewrite.kind import FLIPPED, OPERATORS, Kind, Written
from pgadvisor.rewrite.scope import Scope, scope_of
from pgadvisor.rewrite.values import named, whole_number

_SOME = {(">", 0), (">=", 1), ("<>", 0)}
_NONE = {("=", 0), ("<", 1), ("<=", 0)}
_USUAL = {">": 0, ">=": 1, "<>": 0, "=": 0, "<": 1}


def _rewrite(node: Any, scope: Scope) -> Written | None:
    operator = "<>" if isinstance(node, exp.NEQ) else OPERATORS.get(type(node))
    if operator is None:
        return None
    for left, right, sign in ((node.left, node.right, operator), (node.right, node.left, FLIPPED[operator])):
        select = _counting(left)
        number, assumed = _number(right, sign)
        if select is None or number is None:
            continue
        if (sign, number) not in _SOME | _NONE:
            return None
        exists = _exists(select)
        inner = scope_of(select, scope.lookup, scope.path, scope)
        table = next((source.table for source in inner.sources if source.table is not None), None)
        made = exists if (sign, number) in _SOME else exp.Not(this=exists)
        return None if table is None else Written(made, table, "*", assumed=assumed)
    return None


def _number(node: exp.Expr, sign: str) -> tuple[int | None, tuple[str, ...]]:
    """The number compared with, and what was assumed of it."""
    if not isinstance(opened(node), exp.Parameter):
        return whole_number(node), ()
    usual = _USUAL.get(sign)
    return usual, () if usual is None else (f"{named(node)} is {usual}",)


def _counting(node: exp.Expr) -> exp.Select | None:
    """The SELECT count(*) that a subquery is."""
    select = node.this if isinstance(node, exp.Subquery) and not node.args.get("alias") else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return None
    call = opened(select.expressions[0].unalias())
    rest = select.copy()
    rest.set("expressions", [exp.Literal.number(1)])
    named = isinstance(call, exp.Anonymous) and str(call.this).lower() == "count" and len(call.expressions) == 1
    counts = named and isinstance(call.expressions[0], (exp.Star, exp.Literal))
    return select if counts and is_plain(rest) and select.args.get("from_") is not None else None


def _exists(select: exp.Select) -> exp.Exists:
    made = select.copy()
    made.set("expressions", [exp.Literal.number(1)])
    made.set("order", None)
    return exp.Exists(this=made)


KIND = Kind("counted", "non-sargable-predicate", condition=_rewrite)
