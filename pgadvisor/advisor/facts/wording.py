"""How figures are said in sentences."""

from collections.abc import Sequence

from pgadvisor.advisor.facts.existing import key_text
from pgadvisor.model.index import Index
from pgadvisor.model.names import quote_identifier

_STEPS = ((86_400_000.0, "days"), (3_600_000.0, "h"), (60_000.0, "min"), (1000.0, "s"))


def amount(milliseconds: float, measured: bool) -> str:
    """A time, or planner cost where that stands for the time."""
    if not measured:
        return f"{milliseconds:,.0f} units of planner cost"
    for size, unit in _STEPS:
        if milliseconds >= size:
            return f"{milliseconds / size:,.1f} {unit}"
    return f"{milliseconds:,.1f} ms"


def percent(fraction: float) -> str:
    """A fraction as per cent, with a decimal where it is small or nearly all."""
    shown = 100.0 * fraction
    return f"{shown:.1f}%" if abs(shown) < 10.0 or abs(shown) > 99.0 else f"{shown:.0f}%"


def size(count: int) -> str:
    """Bytes as PostgreSQL's pg_size_pretty rounds them."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(value) < 10_240:
            return f"{value:,.0f} {unit}"
        value /= 1024
    return f"{value:,.0f} TB"


def keys(index: Index) -> str:
    """`(a, b DESC)`, with the method where it is not a B-tree and the included columns; never the predicate's text."""
    shown = [key_text(key) + (" DESC" if key.descending else "") for key in index.keys]
    text = "(" + ", ".join(shown) + ")"
    if index.include:
        text += " INCLUDE (" + ", ".join(quote_identifier(column) for column in index.include) + ")"
    return text if index.method == "btree" else f"{index.method} {text}"


def columns_text(columns: Sequence[str]) -> str:
    """`(a, b)`."""
    return "(" + ", ".join(quote_identifier(column) for column in columns) + ")"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"
