"""`date_trunc('month', ts) = start` asks for a range of moments.

Equivalent where
- the unit is in the text, one of those that divide time without gaps (minute to year), and the column is a `timestamp`, or a
  `timestamptz` under a time zone that never changes its clocks (date_trunc works in local time); of a unit that is a parameter
  the usual one is assumed, and said so;
- the other side is of the column's type, or becomes so;
- it is finite. For = it also has to be the start of a period: the rewritten condition says so itself unless the text shows it.
For any moment v: trunc(c) <= v is c < trunc(v) + 1 period, trunc(c) > v is c >= trunc(v) + 1 period; trunc(c) < v and
trunc(c) >= v are the same with the period before v, which begins at v where v is a start. NULL is no row in both.
"""

from collections.abc import Callable

from sqlglot import exp

from pgadvisor.model.rewriting import USUAL_UNIT
from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Comparison, Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import MOMENTS, UNKNOWN, cast
from pgadvisor.rewrite.values import Word, day_of, is_clock, named, value_type, word_of
from pgadvisor.rewrite.zones import zone_condition

_UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")
_LENGTHS = {"quarter": "3 months", "week": "7 days"}
_STARTS: dict[str, Callable[[str], bool]] = {  # the day of a constant is the start of a period
    "minute": lambda day: True,
    "hour": lambda day: True,
    "day": lambda day: True,
    "month": lambda day: day.endswith("-01"),
    "quarter": lambda day: day[5:] in ("01-01", "04-01", "07-01", "10-01"),
    "year": lambda day: day.endswith("-01-01"),
}


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        unit = _unit(one.left)
        known = scope.column(one.left.expressions[1]) if unit is not None else None
        if unit is not None and known is not None and known.type_sql in MOMENTS:
            return _range(one, unit, known, scope)
    return None


def _unit(node: exp.Expr) -> Word | None:
    """The unit of `date_trunc('unit', x)`."""
    if not isinstance(node, exp.Anonymous) or str(node.this).lower() != "date_trunc" or len(node.expressions) != 2:
        return None
    unit = word_of(node.expressions[0], USUAL_UNIT)
    return unit if unit is not None and unit.text in _UNITS else None


def _range(one: Comparison, unit: Word, known: Known, scope: Scope) -> Written | None:
    kind = value_type(one.right, scope, known.source.alias)
    zone = zone_condition(known, scope)
    if zone is None or kind not in (UNKNOWN, "date", known.type_sql):
        return None
    value = one.right if kind == known.type_sql else cast(one.right, known.type_sql)
    other = _unit(one.right)
    finite = day_of(one.right) is not None or is_clock(one.right) or (other is not None and is_clock(one.right.expressions[1]))
    conditions = list(zone) if finite else [*zone, f"{named(one.right)} is not infinite"]
    template = _template(one.operator, unit.text, _is_start(one.right, kind, unit.text))
    assumed = (*unit.assumed, *(other.assumed if other is not None else ()))
    return on_column(known, built(template, c=one.left.expressions[1], v=value), *conditions, assumed=assumed)


def _template(operator: str, unit: str, start: bool) -> str:
    period = f"'{_LENGTHS.get(unit, '1 ' + unit)}'::interval"
    begun = "v" if start else f"date_trunc('{unit}', v)"
    before = "v" if start else f"date_trunc('{unit}', v - '1 microsecond'::interval) + {period}"
    return {
        "=": f"c >= v AND c < v + {period}" + ("" if start else f" AND date_trunc('{unit}', v) = v"),
        "<": f"c < {before}",
        "<=": f"c < {begun} + {period}",
        ">": f"c >= {begun} + {period}",
        ">=": f"c >= {before}",
    }[operator]


def _is_start(node: exp.Expr, kind: str, unit: str) -> bool:
    """Whether the text shows that the value is the start of a period."""
    own = _unit(node)
    if own is not None and own.text == unit:
        return True
    if kind == "date" and unit in ("minute", "hour", "day"):
        return True
    day = day_of(opened(node))
    return day is not None and unit in _STARTS and _STARTS[unit](day)


KIND = Kind("calendar-period", "non-sargable-predicate", condition=_rewrite)
