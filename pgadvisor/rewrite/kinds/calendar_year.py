"""`extract(year from ts) = 2024` asks for a range of days.

Equivalent where
- the field is in the text and is the year, and the column is a `date`, a `timestamp`, or a `timestamptz` under a time zone that
  never changes its clocks;
- the other side is a whole number from 1 to 9998: there is no year 0, and make_date() refuses it. Years before Christ count
  backwards from -1 and so are less than any of these; infinity is in no year and beyond all.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built
from pgadvisor.rewrite.kind import Comparison, Kind, Written, comparisons, on_column
from pgadvisor.rewrite.kinds.calendar_day import zone_condition
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import MOMENTS
from pgadvisor.rewrite.values import named, whole_number

_RANGES = {"=": "c >= a AND c < b", "<": "c < a", "<=": "c < b", ">": "c >= b", ">=": "c >= a"}


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        argument = field_argument(one.left, "year")
        known = scope.column(argument) if argument is not None else None
        if argument is not None and known is not None and known.type_sql in (*MOMENTS, "date"):
            return _range(one, known, argument, scope)
    return None


def field_argument(node: exp.Expr, field: str) -> exp.Expr | None:
    """The x of `extract(field from x)` and `date_part('field', x)`."""
    if isinstance(node, exp.Extract) and str(node.this.this).lower() == field:
        return node.expression if isinstance(node.this, (exp.Var, exp.Literal)) else None
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "date_part" and len(node.expressions) == 2:
        first = node.expressions[0]
        return node.expressions[1] if isinstance(first, exp.Literal) and str(first.this).lower() == field else None
    return None


def _range(one: Comparison, known: Known, column: exp.Expr, scope: Scope) -> Written | None:
    zone = () if known.type_sql == "date" else zone_condition(known, scope)
    year = whole_number(one.right)
    if zone is None or (year is None and not isinstance(one.right, exp.Parameter)) or (year is not None and not 0 < year < 9999):
        return None
    value = one.right if year is not None else built("v::int", v=one.right)
    ends = {"a": built("make_date(v, 1, 1)", v=value), "b": built("make_date(v + 1, 1, 1)", v=value)}
    conditions = () if year is not None else (f"{named(one.right)} is a whole number from 1 to 9998",)
    return on_column(known, built(_RANGES[one.operator], c=column, **ends), *zone, *conditions)


KIND = Kind("calendar-year", "non-sargable-predicate", condition=_rewrite)
