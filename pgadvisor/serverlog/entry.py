"""`Entry`: one message of the log, whatever the format; `Tally`: what was passed over."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

DAMAGED = "damaged or cut off"


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its DETAIL. What the format does not tell is None; `session` is "" then."""

    session: str
    message: str = field(repr=False)
    detail: str | None = field(default=None, repr=False)
    at_s: float | None = None
    user: str | None = None
    database: str | None = None
    virtual_transaction: str | None = None


@dataclass(slots=True)
class Tally:
    """Counts by reason."""

    passed_over: Counter[str] = field(default_factory=Counter)

    def note(self, reason: str, times: int = 1) -> None:
        self.passed_over[reason] += times


def seconds(text: str) -> float | None:
    """Seconds of `2026-11-22 18:10:45.988 UTC`; the zone is left aside, for only differences count.

    >>> seconds("2026-11-22 18:10:45.988 UTC") - seconds("2026-11-22 18:10:45 UTC")
    0.988
    """
    try:
        moment = datetime.fromisoformat(text[:19])
    except ValueError:
        return None
    fraction = text[19:23] if text[19:20] == "." else ""
    whole = moment.toordinal() * 86400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    return round(whole + (float(fraction) if fraction[1:].isdigit() else 0.0), 3)
