"""Figures as people read them."""

from datetime import datetime, timezone

_TIMES = ((86_400_000 * 2, 86_400_000, "d"), (3_600_000, 3_600_000, "h"), (60_000, 60_000, "min"), (1000, 1000, "s"))


def duration(milliseconds: float) -> str:
    """Three figures and a unit.

    >>> duration(0.0421), duration(42.3), duration(812.4), duration(91_000), duration(5_120_000), duration(-1500)
    ('0.042 ms', '42.3 ms', '812 ms', '1.52 min', '1.42 h', '-1.5 s')
    """
    if milliseconds < 0:
        return "-" + duration(-milliseconds)
    for least, unit, name in _TIMES:
        if milliseconds >= least:
            return f"{figure(milliseconds / unit)} {name}"
    return f"{figure(milliseconds)} ms"


def figure(value: float) -> str:
    """A number with about three figures and thousands separators.

    >>> figure(30159.9), figure(59.64), figure(8.4), figure(0.0421), figure(0)
    ('30,160', '59.6', '8.4', '0.042', '0')
    """
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    places = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.995 else 3
    return f"{value:.{places}f}".rstrip("0").rstrip(".") if round(value, places) else "0"


_SIZES = ("bytes", "kB", "MB", "GB", "TB", "PB")


def size(size_bytes: float) -> str:
    """Bytes as pg_size_pretty() writes them: the largest unit of which there are at least ten, rounded.

    >>> size(734003200), size(8192), size(48234496), size(5 * 1024**3), size(-20480)
    ('700 MB', '8,192 bytes', '46 MB', '5,120 MB', '-20 kB')
    """
    amount, unit = float(size_bytes), 0
    while abs(round(amount)) >= 10240 and unit < len(_SIZES) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{round(amount):,} {_SIZES[unit]}"


def percent(fraction: float) -> str:
    """A fraction as a percentage.

    >>> percent(0.6132), percent(0.0004), percent(0), percent(1)
    ('61.3%', '<0.1%', '0%', '100%')
    """
    if not fraction:
        return "0%"
    if 0 < fraction < 0.001:
        return "<0.1%"
    return f"{fraction * 100:.1f}".removesuffix(".0") + "%"


def times(ratio: float) -> str:
    """How many times as much.

    >>> times(506.03), times(3.42)
    ('506x', '3.4x')
    """
    return f"{ratio:,.0f}x" if ratio >= 9.95 else f"{ratio:.1f}x"


def moment(when: datetime | None) -> str:
    """A time in UTC, to the minute."""
    if when is None:
        return "an unknown time"
    utc = when.astimezone(timezone.utc) if when.tzinfo else when
    return f"{utc:%Y-%m-%d %H:%M} UTC"


def version(server_version_num: int) -> str:
    """150018 is PostgreSQL 15.18."""
    return f"PostgreSQL {server_version_num // 10000}.{server_version_num % 10000}"


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun.

    >>> count(1, "index", "indexes"), count(1200, "call")
    ('1 index', '1,200 calls')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
