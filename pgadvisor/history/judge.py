"""New, worse, better or gone: what a change must amount to before anybody is told of it."""

from dataclasses import dataclass

from pgadvisor.history.activity import Activity

_LEAST_RATIO = 1.5  # of the mean times
_LEAST_CALLS = 10  # on both sides
_LEAST_SIGMAS = 3.0  # so that one slow call among few is not a trend
_LEAST_MS = 1000.0
_LEAST_SHARE = 0.005  # of the interval's time

_NEW_SHARE, _NEW_MS = 0.02, 60_000.0  # a new statement is heavy with both of these …
_NEW_MEAN_MS, _NEW_CALLS = 500.0, 10  # … or with both of these

_GONE_SHARE = 0.01  # of the former time
_GONE_EXPECTED_CALLS = 5.0  # a Poisson process with this mean is silent once in 150 nights
_GONE_LEAST_CALLS = 20  # fewer make no rate: a script that ran once is not missed
_GONE_CALLS = 100  # where no rate is known


@dataclass(frozen=True, slots=True)
class Load:
    """What the whole server did; `hours` is how long the newer counters counted."""

    total_ms: float
    total_before_ms: float
    hours: float | None
    compared: bool


def change_of(activity: Activity, load: Load) -> str:
    """One of model.nightly.CHANGES."""
    if not load.compared:
        return "steady"
    if not activity.known_before:
        return "new"
    if not activity.now.counters.calls:
        return "gone" if _gone(activity, load) else "steady"
    if not _significant(activity, load):
        return "steady"
    return "worse" if activity.ratio > 1 else "better"


def heavy(activity: Activity, load: Load) -> bool:
    """Whether a new statement is a burden already: much of the time, or slow more than by chance."""
    counters = activity.now.counters
    much = counters.total_ms >= _NEW_MS and counters.total_ms >= _NEW_SHARE * load.total_ms
    return much or (counters.mean_ms >= _NEW_MEAN_MS and counters.calls >= _NEW_CALLS)


def expected_calls(activity: Activity, load: Load) -> float | None:
    """Calls in the interval at the former rate."""
    if activity.calls_per_hour_before is None or load.hours is None:
        return None
    return activity.calls_per_hour_before * load.hours


def _significant(activity: Activity, load: Load) -> bool:
    """A ratio that matters, of enough calls, beyond chance, and worth somebody's time."""
    fewest = min(activity.now.counters.calls, activity.before.counters.calls)
    ratio = max(activity.ratio, 1 / activity.ratio) if activity.ratio else 0.0
    worth_ms = max(_LEAST_MS, _LEAST_SHARE * load.total_ms)
    return (
        ratio >= _LEAST_RATIO
        and fewest >= _LEAST_CALLS
        and abs(activity.extra_ms) >= worth_ms
        and activity.sigmas >= _LEAST_SIGMAS
    )


def _gone(activity: Activity, load: Load) -> bool:
    if activity.before.counters.total_ms < _GONE_SHARE * load.total_before_ms or load.hours is None:
        return False
    expected = expected_calls(activity, load)
    if expected is None:
        return activity.before.counters.calls >= _GONE_CALLS
    return expected >= _GONE_EXPECTED_CALLS and activity.before.counters.calls >= _GONE_LEAST_CALLS
