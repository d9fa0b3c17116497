"""The other side of a comparison: what type it has, and whether it is one value for the whole statement."""

import re
from dataclasses import dataclass

from sqlglot import exp

from pgadvisor.rewrite.dialect import opened
from pgadvisor.rewrite.scope import CLOCKS, Scope, spelled
from pgadvisor.rewrite.types import INTEGERS, MOMENTS, NUMBERS, UNKNOWN, fits, type_of_cast

_NOW = ("now", "transaction_timestamp", "statement_timestamp")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(:00(\.0+)?)?\Z", re.ASCII)
_CLOCK_UNITS = r"milliseconds?|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?"
_DAY_UNITS = r"d|days?|w|weeks?"
_LENGTH = r"\s*[-+]?\d+(?:\.\d+)?\s*(?:{})\b"
_CLOCK = r"\s*-?\d+:\d\d(:\d\d(\.\d+)?)?\s*"
_HOURS = re.compile(rf"(?:{_LENGTH.format(_CLOCK_UNITS)})+\s*|{_CLOCK}", re.IGNORECASE | re.ASCII)
_DAYS = re.compile(rf"(?:{_LENGTH.format(f'{_CLOCK_UNITS}|{_DAY_UNITS}')})+\s*", re.IGNORECASE | re.ASCII)


def value_type(node: exp.Expr, scope: Scope, apart: str) -> str | None:
    """The type of an expression that does not read the relation `apart`, built of parameters, constants, the transaction's
    clock, columns of other relations, casts, + and -. None for anything else: it might give another result each time."""
    node = opened(node)
    if isinstance(node, exp.Parameter):
        return UNKNOWN
    if isinstance(node, exp.Literal):
        return UNKNOWN if node.is_string else _number_type(str(node.this))
    if isinstance(node, exp.Neg):
        inner = value_type(node.this, scope, apart)
        return inner if inner in NUMBERS else None
    if isinstance(node, exp.Cast):
        return type_of_cast(node) if value_type(node.this, scope, apart) is not None else None
    if isinstance(node, exp.Interval):
        return "interval"
    if isinstance(node, exp.Column):
        return _column_type(node, scope, apart)
    if isinstance(node, exp.Anonymous):
        return _call_type(node, scope, apart)
    if isinstance(node, (exp.Add, exp.Sub)):
        kinds = value_type(node.left, scope, apart), value_type(node.right, scope, apart)
        return _sum_type(kinds[0], kinds[1], isinstance(node, exp.Sub))
    return None


def _number_type(text: str) -> str:
    if not text.isdigit():
        return "numeric"
    return next((kind for kind in INTEGERS[1:] if fits(int(text), kind)), "numeric")


def _column_type(node: exp.Column, scope: Scope, apart: str) -> str | None:
    if not node.table and spelled(node.this) in CLOCKS:
        return CLOCKS[spelled(node.this)]
    known = scope.column(node)
    if known is not None:
        return None if known.source.alias == apart else known.type_sql
    return scope.value_type(node)


def _call_type(node: exp.Anonymous, scope: Scope, apart: str) -> str | None:
    name = str(node.this).lower()
    if name in _NOW and not node.expressions:
        return "timestamp with time zone"
    if name == "date_trunc" and len(node.expressions) == 2:
        inner = value_type(node.expressions[1], scope, apart)
        return inner if inner in MOMENTS else None
    return None


def _sum_type(left: str | None, right: str | None, minus: bool) -> str | None:
    if left in INTEGERS and right in INTEGERS:
        return max(left, right, key=INTEGERS.index)
    if left in NUMBERS and right in NUMBERS:
        return "numeric"
    if left == "date" and right in INTEGERS:
        return "date"
    if left == "date" and right == "date":
        return "integer" if minus else None
    if left in MOMENTS and right == "interval":
        return left
    return "timestamp without time zone" if left == "date" and right == "interval" else None


def text_of(node: exp.Expr) -> str | None:
    """The characters of a string constant, with or without a cast; None for anything else."""
    node = opened(node)
    while isinstance(node, exp.Cast):
        node = opened(node.this)
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


@dataclass(frozen=True, slots=True)
class Word:
    """A constant word, such as the unit of date_trunc(); `assumed` says which `$n` was taken for the usual one."""

    text: str
    assumed: tuple[str, ...] = ()


def word_of(node: exp.Expr, usual: str) -> Word | None:
    """The word that a constant is, in lower case; the `usual` one for a parameter, None for anything else."""
    node = opened(node)
    if isinstance(node, exp.Parameter):
        return Word(usual, (f"{named(node)} is '{usual}'",))
    literal = isinstance(node, exp.Var) or (isinstance(node, exp.Literal) and node.is_string)
    return Word(str(node.this).lower()) if literal else None


def whole_number(node: exp.Expr) -> int | None:
    """The number that a constant without fraction is, written as a number."""
    node = opened(node)
    if isinstance(node, exp.Neg):
        inner = whole_number(node.this)
        return None if inner is None else -inner
    text = str(node.this) if isinstance(node, exp.Literal) and not node.is_string else ""
    return int(text) if text.isdigit() else None


def is_day(node: exp.Expr) -> bool:
    """A constant that is surely a finite day, written as ISO 8601 does."""
    return _DAY.match(text_of(node) or "") is not None


def day_of(node: exp.Expr) -> str | None:
    """The day that a constant names, as a day or as its midnight."""
    text = text_of(node) or ""
    match = _MOMENT.match(text)
    return match.group(1) if match else text if _DAY.match(text) else None


def is_clock(node: exp.Expr) -> bool:
    """Built of the clock and numbers of days only: finite."""
    node = opened(node)
    if isinstance(node, (exp.Add, exp.Sub)):
        return is_clock(node.left) and (whole_number(node.right) is not None or isinstance(node.right, exp.Interval))
    if isinstance(node, exp.Cast):
        return is_clock(node.this)
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower() in _NOW
    return isinstance(node, exp.Column) and not node.table and spelled(node.this) in CLOCKS


def interval_text(node: exp.Expr) -> str | None:
    """What a constant interval says; None for one that is not in the text."""
    node = opened(node)
    if isinstance(node, exp.Interval):
        unit = node.args.get("unit")
        number = node.this
        return f"{number.this if isinstance(number, exp.Literal) else ''} {unit.this if unit is not None else ''}"
    return text_of(node)


def length_of(text: str) -> str | None:
    """What an interval's text counts in: "hours" (always as long), "days" (as long where no clock is changed), None for
    months and years, and for what is not understood.

    >>> length_of("30 days"), length_of("1 month"), length_of("90 min"), length_of("1 day 12:00"), length_of("1 h 5 s")
    ('days', None, 'hours', None, 'hours')
    """
    if _HOURS.fullmatch(text):
        return "hours"
    return "days" if _DAYS.fullmatch(text) else None


def named(node: exp.Expr) -> str:
    """How a condition speaks of a value: `$1` where it is one, with or without a cast."""
    node = opened(node)
    while isinstance(node, exp.Cast):
        node = opened(node.this)
    return f"${node.this.this}" if isinstance(node, exp.Parameter) else "the value"
