"""What a column's values become in an expression over it, so that the other side of a comparison gets one of those."""

import re
from datetime import datetime, timedelta

from pgadvisor.advisor.facts.columns import UNKNOWN_DISTINCT, ColumnFacts
from pgadvisor.advisor.facts.types import TypeFacts
from pgadvisor.model.rewriting import USUAL_FIELD, USUAL_UNIT

_TRUNCATED = re.compile(r"date_trunc\s*\(\s*(?:'(\w+)'|\$\d+)", re.IGNORECASE)
_FIELD = re.compile(r"(?:extract|date_part)\s*\(\s*(?:'?(\w+)'?|\$\d+)\s*(?:,|from\b)", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d))?(?:\.\d+)?([+-]\d\d(?::?\d\d)?)?\Z")
_SPELT_ALIKE = ("integer", "moment", "uuid")


def wrapped_facts(expression: str, base: ColumnFacts, kind: TypeFacts) -> ColumnFacts:
    """Facts of `expression`, of type `kind`, over a column with the facts `base`: its histogram's bounds as the expression makes
    them, where that is understood. How often each value comes is not known."""
    bounds = _bounds(expression, base, kind)
    distinct = min(base.rows, UNKNOWN_DISTINCT)
    return ColumnFacts(kind, base.rows, bool(bounds), base.null_fraction if bounds else 0.0, distinct, bounds=bounds)


def _bounds(expression: str, base: ColumnFacts, kind: TypeFacts) -> tuple[str, ...]:
    if (truncated := _TRUNCATED.match(expression)) is not None:
        return _moments(base, (truncated[1] or USUAL_UNIT).lower(), kind)
    if (field := _FIELD.match(expression)) is not None:
        years = dict.fromkeys(found[1].lstrip("0") for found in map(_MOMENT.match, base.bounds) if found)
        return tuple(years) if (field[1] or USUAL_FIELD).lower() == USUAL_FIELD else ()
    if kind.name == "date":
        return tuple(dict.fromkeys(bound[:10] for bound in base.bounds if _MOMENT.match(bound)))
    alike = kind.family == base.type.family or (kind.family == "text" and base.type.family in _SPELT_ALIKE)
    return base.bounds if alike else ()


def _moments(base: ColumnFacts, unit: str, kind: TypeFacts) -> tuple[str, ...]:
    """The beginnings of the periods that the bounds are in."""
    found = [match for match in map(_MOMENT.match, base.bounds) if match] if kind.family == "moment" else []
    return tuple(dict.fromkeys(f"{begun(_read(match), unit)}{match[7] or ''}" for match in found))


def _read(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    return datetime(year, month, day, hour, minute, second)


def begun(moment: datetime, unit: str) -> datetime:
    """The beginning of the minute, hour, day, week, month, quarter or year that `moment` is in; of the day for other units.

    >>> begun(datetime(2024, 5, 17, 9, 30), "quarter"), begun(datetime(2024, 5, 17, 9, 30), "week")
    (datetime.datetime(2024, 4, 1, 0, 0), datetime.datetime(2024, 5, 13, 0, 0))
    """
    if unit in ("minute", "hour"):
        return moment.replace(second=0, minute=moment.minute if unit == "minute" else 0)
    day = moment.replace(hour=0, minute=0, second=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    return day if months is None else day.replace(day=1, month=(day.month - 1) // months * months + 1)
