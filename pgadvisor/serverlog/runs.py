"""Runs: a statement that comes again and again in one session, each time with other constants.

What tells a loop from traffic: a run is not interrupted by a pause, stays within one transaction block or outside of all, and
the statement it follows does not itself come again meanwhile, as the first statement of a worker's round would.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pgadvisor.model.log import Execution, LoggedRun

FEWEST = 10  # executions
WINDOW = 6  # a loop may run so many different statements for each row
PAUSE_S = 1.0  # an application that works through rows does not wait so long
MOST_SESSIONS = 10_000
_MOST_DISTINCT = 64  # constants that are told apart
_LEAST_DISTINCT = 0.5  # of the executions: rows may share a key


@dataclass(slots=True)
class _Streak:
    """A statement that came at most WINDOW statements after the last time. `before` are the forms that came just before its
    first time and not since, the nearest first."""

    last: int
    before: tuple[int, ...]
    block: str | None
    calls: int = 0
    one_block: bool = True
    distinct: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Track:
    """A session: how many statements it ran, the latest of them, and the streaks that go on."""

    count: int = 0
    recent: list[int] = field(default_factory=list)
    at_s: float | None = None
    streaks: dict[int, _Streak] = field(default_factory=dict)


class Runs:
    """Takes the executions of all sessions, each session's in its order."""

    def __init__(self) -> None:
        self.tracks: OrderedDict[str, _Track] = OrderedDict()
        self.found: dict[tuple[int, int | None], list[int]] = defaultdict(lambda: [0, 0, 0])  # runs, calls, blocks

    def add(self, execution: Execution, form: int, constants: tuple[str, ...]) -> None:
        if not execution.session:
            return
        track = self._track(execution.session)
        if _paused(track, execution):
            self._end(track, track.streaks)
            track.recent.clear()
        track.at_s = execution.at_s
        self._end(track, [each for each, streak in track.streaks.items() if track.count - streak.last > WINDOW])
        self._come_again(track, form)
        streak = track.streaks.get(form)
        if streak is not None and _other_block(streak.block, execution.transaction):
            self._end(track, [form])
            streak = None
        if streak is None:
            before = tuple(dict.fromkeys(each for each in reversed(track.recent) if each != form))
            streak = track.streaks[form] = _Streak(track.count, before, execution.transaction)
        streak.calls += 1
        streak.last = track.count
        streak.one_block = streak.one_block and execution.transaction is not None and execution.transaction == streak.block
        if len(streak.distinct) < _MOST_DISTINCT:
            streak.distinct.add(hash(constants))
        track.recent = [*track.recent[-WINDOW + 1 :], form]
        track.count += 1

    def _come_again(self, track: _Track, form: int) -> None:
        """What a streak follows comes again: that ends a run, as the next page does; before there is a run, it is a part of the
        round, as a queue's poll is."""
        again = [(child, streak) for child, streak in track.streaks.items() if form in streak.before]
        self._end(track, [child for child, streak in again if streak.calls >= FEWEST])
        for _, streak in again:
            streak.before = tuple(each for each in streak.before if each != form)

    def runs(self) -> tuple[LoggedRun, ...]:
        """All runs found, those of sessions that are still open too."""
        for track in self.tracks.values():
            self._end(track, track.streaks)
        return tuple(LoggedRun(child, parent, *counts) for (child, parent), counts in self.found.items())

    def _track(self, session: str) -> _Track:
        track = self.tracks.setdefault(session, _Track())
        self.tracks.move_to_end(session)
        if len(self.tracks) > MOST_SESSIONS:
            _, oldest = self.tracks.popitem(last=False)
            self._end(oldest, oldest.streaks)
        return track

    def _end(self, track: _Track, forms: Iterable[int]) -> None:
        for form in tuple(forms):
            streak = track.streaks.pop(form)
            if streak.calls < FEWEST or len(streak.distinct) < _LEAST_DISTINCT * min(streak.calls, _MOST_DISTINCT):
                continue
            for parent in (*streak.before, *((None,) if streak.one_block else ())):
                counts = self.found[form, parent]
                counts[0] += 1
                counts[1] += streak.calls
                counts[2] += streak.one_block


def _paused(track: _Track, execution: Execution) -> bool:
    if track.at_s is None or execution.at_s is None:
        return False
    return execution.at_s - track.at_s > PAUSE_S + (execution.ms or 0.0) / 1000


def _other_block(one: str | None, other: str | None) -> bool:
    """Whether one of the two stands in a transaction block in which the other does not. Outside of blocks each statement has
    a virtual transaction of its own."""
    blocks = [each if each is not None and each.startswith("t") else None for each in (one, other)]
    return blocks[0] != blocks[1]
