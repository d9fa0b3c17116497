"""`c + 1 > $1` asks for `c > $1 - 1`.

Equivalent where
- the column is an integer, a numeric or a date, of which + and - are exact (floats are not), and what is added is a whole number;
- integers of 2 and 4 bytes are computed with in bigint, so that the other side cannot overflow; of 8 bytes, and of dates, the
  result has to be in range. Where the original fails for a row (its sum overflows) the rewritten statement finds it out instead;
- both are of the column's kind: the text of a statement of pg_stat_statements does not tell 1 from 1.5, so that is a condition.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built
from pgadvisor.rewrite.kind import Comparison, Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import INTEGERS, UNKNOWN, cast
from pgadvisor.rewrite.values import named, value_type, whole_number


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        found = _moved(one.left, scope)
        if found is not None:
            return _shifted(one, *found, scope)
    return None


def _moved(node: exp.Expr, scope: Scope) -> tuple[Known, exp.Expr, exp.Expr, str] | None:
    """The column, what is added to it or taken from it, and the operation that takes it back."""
    if not isinstance(node, (exp.Add, exp.Sub)):
        return None
    known = scope.column(node.left)
    if known is not None:
        return known, node.left, node.right, "-" if isinstance(node, exp.Add) else "+"
    known = scope.column(node.right) if isinstance(node, exp.Add) else None
    return None if known is None else (known, node.right, node.left, "-")


def _shifted(one: Comparison, known: Known, column: exp.Expr, by: exp.Expr, back: str, scope: Scope) -> Written | None:
    kinds = value_type(one.right, scope, known.source.alias), value_type(by, scope, known.source.alias)
    if known.type_sql in INTEGERS:
        wanted = ("bigint", "bigint")
    elif known.type_sql == "numeric":
        wanted = ("numeric", "numeric")
    elif known.type_sql == "date" and (whole_number(by) is not None or kinds[1] == UNKNOWN):
        wanted = ("date", "integer")
    else:
        return None
    if not all(_becomes(kind, target) for kind, target in zip(kinds, wanted, strict=True)):
        return None
    value, step = _as(one.right, kinds[0], wanted[0]), by if kinds[1] in INTEGERS else _as(by, kinds[1], wanted[1])
    conditions = [f"{named(node)} is a {_WORDS[to]}" for node, kind, to in zip((one.right, by), kinds, wanted, strict=True)
                  if kind == UNKNOWN]  # fmt: skip
    if known.type_sql in ("bigint", "date") and whole_number(one.right) is None:
        conditions.append("the result is in the type's range")
    return on_column(known, built(f"c {one.operator} v {back} k", c=column, v=value, k=step), *conditions)


_WORDS = {"bigint": "whole number", "integer": "whole number", "numeric": "number", "date": "finite date"}


def _becomes(kind: str | None, target: str) -> bool:
    if target == "numeric":
        return kind in (*INTEGERS, "numeric", UNKNOWN)
    return kind in (*INTEGERS, UNKNOWN) if target in INTEGERS else kind in (target, UNKNOWN)


def _as(node: exp.Expr, kind: str | None, target: str) -> exp.Expr:
    """`node` as a value of the type that is computed in; PostgreSQL itself makes numerics of integers."""
    return node if kind == target or (kind in INTEGERS and target != "bigint") else cast(node, target)


KIND = Kind("arithmetic", "non-sargable-predicate", condition=_rewrite)
