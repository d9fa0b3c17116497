"""An integer column compared with `99.5` is made numeric for it, row by row; a whole number does the same.

Equivalent for any number v and any integer c: c > v is c > floor(v), c <= v is c <= floor(v), c >= v is c >= ceil(v), c < v is
c < ceil(v). For = the number has to be whole, which only a constant shows. The whole number has to be a bigint: seen of a
constant, a condition of a parameter that the text makes numeric. NULL is no row in both.
"""

import math
from fractions import Fraction

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Scope
from pgadvisor.rewrite.types import INTEGERS, fits
from pgadvisor.rewrite.values import named, value_type

_ROUNDED = {">": "floor", "<=": "floor", ">=": "ceil", "<": "ceil"}


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        known = scope.column(one.left)
        if known is None or known.type_sql not in INTEGERS:
            continue
        if value_type(one.right, scope, known.source.alias) != "numeric" or one.right.find(exp.Column):
            return None
        number = _number(one.right)
        if number is None and not isinstance(opened(one.right), exp.Cast):
            return None
        whole = number is not None and number.denominator == 1
        if (one.operator == "=" and not whole) or (number is not None and not fits(math.ceil(abs(number)), "bigint")):
            return None
        template = f"c {one.operator} v::bigint" if whole else f"c {one.operator} {_ROUNDED[one.operator]}(v)::bigint"
        conditions = () if number is not None else (f"{named(one.right)} is in bigint's range",)
        return on_column(known, built(template, c=one.left, v=one.right), *conditions)
    return None


def _number(node: exp.Expr) -> Fraction | None:
    """The value of a constant number."""
    node = opened(node)
    if isinstance(node, exp.Neg):
        inner = _number(node.this)
        return None if inner is None else -inner
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    try:
        return Fraction(str(node.this))
    except ValueError:
        return None


KIND = Kind("fractional-constant", "implicit-cast", condition=_rewrite)
