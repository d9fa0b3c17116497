"""Figures, identifiers and effects as findings spell them."""

import hashlib
from datetime import timedelta

from pgadvisor.model.finding import StatementEffect
from pgadvisor.model.workload import Query
from pgadvisor.parse.printable import printable


def finding_id(rule: str, subject: object, *parts: object) -> str:
    """`rule:subject:hash8`, the same from run to run for the same advice."""
    text = "\x1f".join(str(part) for part in (rule, subject, *parts))
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return f"{rule}:{subject}:{digest[:8]}"


def effect(query: Query, saving_ms: float | None = None) -> StatementEffect:
    """A statement as a finding names it."""
    counters = query.counters
    return StatementEffect(query.queryid, query.label, query.normalised, counters.calls, counters.total_ms, saving_ms=saving_ms)


def expression_text(expression: str) -> str:
    """An expression as it may be printed: without the values in it.

    >>> expression_text("COALESCE(state, 'open')")
    'COALESCE(state, $1)'
    """
    return printable(f"SELECT {expression}").removeprefix("SELECT ")


def size_text(size_bytes: float) -> str:
    """
    >>> size_text(48234496), size_text(900)
    ('46 MB', '900 B')
    """
    units = ["B", "kB", "MB", "GB", "TB"]
    size = float(size_bytes)
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.1f} {units[0]}" if size < 10 and units[0] != "B" else f"{size:.0f} {units[0]}"


def time_text(ms: float) -> str:
    """
    >>> time_text(0.35), time_text(1250), time_text(7_200_000)
    ('0.35 ms', '1.2 s', '2.0 h')
    """
    for limit, divisor, unit in ((1000, 1, "ms"), (120_000, 1000, "s"), (7_200_000, 60_000, "min")):
        if ms < limit:
            return f"{ms / divisor:.2g} {unit}" if ms / divisor < 10 else f"{ms / divisor:.0f} {unit}"
    return f"{ms / 3_600_000:.1f} h"


def span_text(span: timedelta | None) -> str:
    """How long counters have counted, in words.

    >>> span_text(timedelta(seconds=50)), span_text(timedelta(minutes=1)), span_text(timedelta(hours=5))
    ('less than a minute', '1 minute', '5 hours')
    """
    if span is None:
        return "an unknown time"
    if span >= timedelta(days=2):
        return f"{span.days} days"
    hours = span.total_seconds() / 3600
    if hours >= 2:
        return f"{hours:.0f} hours"
    return count_text(int(60 * hours), "minute") if hours >= 1 / 60 else "less than a minute"


def count_text(number: float, one: str, many: str | None = None) -> str:
    """
    >>> count_text(1, "row"), count_text(2400, "row"), count_text(2, "query", "queries")
    ('1 row', '2,400 rows', '2 queries')
    """
    return f"{number:,.0f} {one if round(number) == 1 else many or one + 's'}"


def per_call(number: float) -> str:
    """A mean: one digit after the point where it is small."""
    return f"{number:,.1f}" if number < 100 else f"{number:,.0f}"
