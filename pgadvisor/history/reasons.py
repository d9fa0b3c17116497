"""Why a statement changed, as far as its counters tell: plain sentences."""

from collections.abc import Callable, Collection

from pgadvisor.history.activity import Activity
from pgadvisor.history.judge import Load, expected_calls
from pgadvisor.model.names import Name
from pgadvisor.model.nightly import IndexTrend, TableTrend
from pgadvisor.model.statement import Counters

_MUCH = 1.5
_GROWTH = 0.2
_LEAST = 0.5  # rows or blocks of a call


def reason(change: str, activity: Activity, load: Load, evicted: bool) -> str:
    """One or two sentences for a statement that is new, worse, better or gone; nothing for a steady one.

    `evicted`: pg_stat_statements dropped entries in between, so what is not in it may have run all the same.
    """
    if change == "new":
        seen = "Not in the last snapshot; entries were dropped since, so it may have run earlier."
        return seen if evicted else "Not seen before."
    if change == "gone":
        return _gone(activity, load) + (" Entries were dropped in between: it may have run a few times." if evicted else "")
    if change in ("worse", "better"):
        return f"{_means(activity)} {_cause(activity)}"
    return ""


def _means(activity: Activity) -> str:
    before, now = activity.before.counters.mean_ms, activity.now.counters.mean_ms
    return f"{_milliseconds(before)} -> {_milliseconds(now)} a call."


def _milliseconds(value: float) -> str:
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.3g} ms"


def _gone(activity: Activity, load: Load) -> str:
    expected = expected_calls(activity, load)
    if expected is None:
        return f"Not called once; it had {activity.before.counters.calls:,} calls before."
    return f"Not called once, where its former rate makes {expected:,.0f} calls."


def _cause(activity: Activity) -> str:
    """What changed with the time: the rows, the blocks, where the blocks came from, temporary files, or nothing."""
    before, now = activity.before.counters, activity.now.counters
    more = activity.ratio > 1
    rows, blocks, misses = (_per_call(before, now, what) for what in (_rows, _blocks, _misses))
    if _changed(rows, more):
        return f"It returns {_times(rows)} the rows a call."
    if _changed(blocks, more):
        bloat = ", or a bloated table" if more else ""
        return f"It reads {_times(blocks)} the blocks for as many rows: most likely another plan{bloat}."
    if _changed(misses, more):
        return f"It reads as many blocks, but more of them from {'outside' if more else 'within'} shared buffers."
    if more and now.temp_blocks_written and not before.temp_blocks_written:
        return "It writes temporary files now: its sort or hash no longer fits into work_mem."
    return "Rows and blocks a call are as before: " + ("look for locks, waits and a busy machine." if more else "it waits less.")


def _rows(counters: Counters) -> float:
    return counters.rows / counters.calls if counters.calls else 0.0


def _blocks(counters: Counters) -> float:
    return (counters.shared_blocks_hit + counters.shared_blocks_read) / counters.calls if counters.calls else 0.0


def _misses(counters: Counters) -> float:
    return counters.shared_blocks_read / counters.calls if counters.calls else 0.0


def _per_call(before: Counters, now: Counters, what: Callable[[Counters], float]) -> float:
    """How many times as much; 1 where the difference is less than half a row or block of a call."""
    if abs(what(now) - what(before)) < _LEAST:
        return 1.0
    return what(now) / max(what(before), _LEAST)


def _changed(ratio: float, more: bool) -> bool:
    return ratio >= _MUCH if more else ratio <= 1 / _MUCH


def _times(ratio: float) -> str:
    return f"{ratio:,.1f} times" if ratio >= 1 else f"{ratio:.0%} of"


def related(tables: Collection[Name], indexes: Collection[IndexTrend], grown: Collection[TableTrend]) -> str:
    """What else happened to the statement's tables: indexes that came and went, growth."""
    events = [f"Index {trend.index} on {trend.table} {_happened(trend.change)}." for trend in indexes if trend.table in tables]
    larger = [trend for trend in grown if trend.table in tables and _growth(trend) >= _GROWTH]
    events += [f"{trend.table} grew by {_growth(trend):.0%}." for trend in larger]
    return " ".join(events)


def _growth(trend: TableTrend) -> float:
    return trend.growth_bytes / trend.size_before_bytes if trend.size_before_bytes else 0.0


def _happened(change: str) -> str:
    return f"was {change}" if change in ("created", "dropped") else f"is {change}" if change == "no longer used" else change
