"""`now() - ts < interval` and `ts + interval > now()` ask for a range of moments.

Equivalent where
- the column is a `timestamp` compared with a `timestamp`, or a `timestamptz` with a `timestamptz`: no conversion in between;
- the interval counts no months or years, whose length depends on where they begin; in days only for a `timestamp`, or under a
  time zone that never changes its clocks. Hours, minutes and seconds are always as long. Intervals compare by their length,
  a day being 24 hours (interval_cmp_value, src/backend/utils/adt/timestamp.c), and so do the moments then.
An interval that the text does not show is a condition. Before PostgreSQL 17 the original fails for an infinite moment.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built
from pgadvisor.rewrite.kind import FLIPPED, Comparison, Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import MOMENTS, UNKNOWN, cast
from pgadvisor.rewrite.values import interval_text, length_of, named, value_type
from pgadvisor.rewrite.zones import UTC_SESSIONS


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        written = _age(one, scope) or _shifted(one, scope)
        if written is not None:
            return written
    return None


def _age(one: Comparison, scope: Scope) -> Written | None:
    """`moment - c op interval`, and `c - moment op interval`."""
    if not isinstance(one.left, exp.Sub):
        return None
    for column, moment, template in (
        (one.left.right, one.left.left, f"c {FLIPPED[one.operator]} m - i"),
        (one.left.left, one.left.right, f"c {one.operator} m + i"),
    ):
        known = scope.column(column)
        if known is not None and known.type_sql in MOMENTS:
            same = value_type(moment, scope, known.source.alias) == known.type_sql
            return _written(known, template, column, moment, one.right, scope) if same else None
    return None


def _shifted(one: Comparison, scope: Scope) -> Written | None:
    """`c + interval op moment`, and `c - interval op moment`."""
    if not isinstance(one.left, (exp.Add, exp.Sub)):
        return None
    known = scope.column(one.left.left)
    back = "-" if isinstance(one.left, exp.Add) else "+"
    if known is None or known.type_sql not in MOMENTS or value_type(one.right, scope, known.source.alias) != known.type_sql:
        return None
    return _written(known, f"c {one.operator} m {back} i", one.left.left, one.right, one.left.right, scope)


def _written(known: Known, template: str, column: exp.Expr, moment: exp.Expr, interval: exp.Expr, scope: Scope) -> Written | None:
    kind = value_type(interval, scope, known.source.alias)
    text = interval_text(interval)
    zoned = known.type_sql == "timestamp with time zone"
    if kind not in ("interval", UNKNOWN):
        return None
    length = length_of(text) if text is not None else None
    if text is not None and (length is None or (length == "days" and zoned and not scope.fixed_zone)):
        return None
    conditions = [] if text is not None else [f"{named(interval)} counts no months or years"]
    if zoned and length != "hours":
        conditions.append(UTC_SESSIONS if scope.fixed_zone else f"{named(interval)} counts no days but hours, minutes or seconds")
    value = cast(interval, "interval") if kind == UNKNOWN else interval
    return on_column(known, built(template, c=column, m=moment, i=value), *conditions)


KIND = Kind("elapsed", "non-sargable-predicate", condition=_rewrite)
