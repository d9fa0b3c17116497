"""`extract(year from ts) = 2024` asks for a range of days.

Equivalent where
- the field is in the text and is the year (of one that is a parameter this is assumed, and said so), and the column is a
  `date`, a `timestamp`, or a `timestamptz` under a time zone that never changes its clocks;
- the other side is a whole number from 1 to 9998: there is no year 0, and make_date() refuses it. Years before Christ count
  backwards from -1 and so are less than any of these; infinity is in no year and beyond all.
"""

from sqlglot import exp

from pgadvisor.model.rewriting import USUAL_FIELD
from pgadvisor.rewrite.dialect import built
from pgadvisor.rewrite.kind import Comparison, Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import MOMENTS
from pgadvisor.rewrite.values import Word, named, whole_number, word_of
from pgadvisor.rewrite.zones import zone_condition

_RANGES = {"=": "c >= a AND c < b", "<": "c < a", "<=": "c < b", ">": "c >= b", ">=": "c >= a"}


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        field, argument = _field(one.left)
        known = scope.column(argument) if argument is not None else None
        if field is None or argument is None or known is None or known.type_sql not in (*MOMENTS, "date"):
            continue
        return _range(one, known, argument, field.assumed, scope) if field.text == "year" else None
    return None


def _field(node: exp.Expr) -> tuple[Word | None, exp.Expr | None]:
    """The field and the x of `extract(field from x)` and `date_part('field', x)`."""
    if isinstance(node, exp.Extract):
        return word_of(node.this, USUAL_FIELD), node.expression
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "date_part" and len(node.expressions) == 2:
        return word_of(node.expressions[0], USUAL_FIELD), node.expressions[1]
    return None, None


def _range(one: Comparison, known: Known, column: exp.Expr, assumed: tuple[str, ...], scope: Scope) -> Written | None:
    zone = () if known.type_sql == "date" else zone_condition(known, scope)
    year = whole_number(one.right)
    if zone is None or (year is None and not isinstance(one.right, exp.Parameter)) or (year is not None and not 0 < year < 9999):
        return None
    value = one.right if year is not None else built("v::int", v=one.right)
    ends = {"a": built("make_date(v, 1, 1)", v=value), "b": built("make_date(v + 1, 1, 1)", v=value)}
    conditions = () if year is not None else (f"{named(one.right)} is a whole number from 1 to 9998",)
    return on_column(known, built(_RANGES[one.operator], c=column, **ends), *zone, *conditions, assumed=assumed)


KIND = Kind("calendar-year", "non-sargable-predicate", condition=_rewrite, assumes_once=True)
