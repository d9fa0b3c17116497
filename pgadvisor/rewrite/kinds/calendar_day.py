"""`ts::date = day` asks for a range of moments.

Equivalent where
- the column is a `timestamp`, whose date does not depend on anything; or a `timestamptz` under a time zone that never changes
  its clocks, because in a zone that does a day may hold the same time twice, and then `day::timestamptz` is not its start
  (date2timestamptz takes the later one, src/backend/utils/adt/datetime.c, DetermineTimeZoneOffset);
- the other side is a date, or a constant or parameter that becomes one;
- that date is finite wherever a day is added to it: 'infinity' + 1 is 'infinity', which is not less than itself.
NULL on either side is no row in both. A cast without a precision of its own.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Comparison, Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import MOMENTS, UNKNOWN, cast, type_of_cast
from pgadvisor.rewrite.values import is_clock, is_day, named, value_type
from pgadvisor.rewrite.zones import zone_condition

_RANGES = {
    "=": "c >= v AND c < v + 1",
    "<": "c < v",
    "<=": "c < v + 1",
    ">": "c >= v + 1",
    ">=": "c >= v",
}


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        known = scope.column(argument) if (argument := _dated(one.left)) is not None else None
        if known is not None and known.type_sql in MOMENTS:
            return _range(one, known, argument, scope) if argument is not None else None
    return None


def _dated(node: exp.Expr) -> exp.Expr | None:
    """What `x::date` or `date(x)` takes the date of."""
    if type_of_cast(node) == "date":
        return opened(node.this)
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "date" and len(node.expressions) == 1:
        return opened(node.expressions[0])
    return None


def _range(one: Comparison, known: Known, column: exp.Expr, scope: Scope) -> Written | None:
    kind = value_type(one.right, scope, known.source.alias)
    if kind not in ("date", UNKNOWN):
        return None
    zone = zone_condition(known, scope)
    if zone is None:
        return None
    day = cast(one.right, "date") if kind == UNKNOWN else one.right
    conditions = [*zone]
    if kind == UNKNOWN and not is_day(one.right):
        conditions.append(f"{named(one.right)} is a date, without a time of day")
    if "+ 1" in _RANGES[one.operator] and not is_day(one.right) and not is_clock(one.right):
        conditions.append(f"{named(one.right)} is not infinite")
    return on_column(known, built(_RANGES[one.operator], c=column, v=day), *conditions)


KIND = Kind("calendar-day", "non-sargable-predicate", condition=_rewrite)
