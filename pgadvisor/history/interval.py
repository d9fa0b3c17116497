"""Whether two snapshots can be compared, and what happened to the counters between them."""

from dataclasses import dataclass
from datetime import datetime

from pgadvisor.errors import UsageError
from pgadvisor.model.snapshot import Snapshot

_HOUR_S = 3600.0
_NO_RESET_BEFORE = 2001  # pg_stat_statements_info says 2000-01-01 where nobody ever reset it


@dataclass(frozen=True, slots=True)
class Interval:
    """From the older snapshot (None: there is none to compare with) to the newer one.

    `reset`: all of pg_stat_statements began anew in between, at `reset_at` where that is known.
    """

    older: Snapshot | None
    newer: Snapshot
    reset: bool = False
    reset_at: datetime | None = None
    restarted_at: datetime | None = None
    evictions: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def since(self) -> datetime | None:
        """Since when the interval's counters count, as far as anyone knows."""
        if self.older is None:
            return counting_since(self.newer)
        return self.reset_at if self.reset and self.reset_at else self.older.collected_at

    @property
    def hours(self) -> float | None:
        """How long the counters counted; None where that is not known."""
        if self.reset and self.reset_at is None:
            return None
        return hours_between(self.since, self.newer.collected_at)


def interval(older: Snapshot | None, newer: Snapshot) -> Interval:
    """What lies between the two snapshots; one that cannot be compared is left out, and a note says why."""
    if older is None:
        return Interval(None, newer, notes=("This is the first report: there is nothing to compare with.",))
    if newer.collected_at <= older.collected_at:
        raise UsageError("the snapshot to compare with is not older", "give the older one first")
    reason = _incomparable(older, newer)
    if reason is not None:
        return Interval(None, newer, notes=(f"Not compared with the last snapshot: {reason}.",))
    return _compared(older, newer)


def _incomparable(older: Snapshot, newer: Snapshot) -> str | None:
    """A server that was already running when another one gave the older snapshot is not that other one."""
    before, now = older.server.started_at, newer.server.started_at
    if newer.server.major < older.server.major:
        return "it was taken from a newer PostgreSQL"
    if before is not None and now is not None and before != now and now <= older.collected_at:
        return "another server answered this time, as after a failover"
    return None


def _compared(older: Snapshot, newer: Snapshot) -> Interval:
    reset = _reset(older, newer)
    reset_at = _reset_time(newer) if reset else None
    if reset_at is not None and reset_at <= older.collected_at:
        reset_at = None
    restarted_at = _restart(older, newer)
    evictions = None if reset else _evictions(older, newer)
    notes = []
    if older.server.version_num != newer.server.version_num:
        notes.append(f"The server was updated from {_version(older)} to {_version(newer)}.")
    if restarted_at is not None:
        notes.append("The server was restarted in between: its buffers were cold.")
    if reset:
        notes.append("pg_stat_statements was emptied in between (reset, crash or upgrade): what ran before that is missing.")
    if evictions:
        notes.append(f"pg_stat_statements was full and dropped entries {evictions:,} times: rare statements are missing.")
    return Interval(older, newer, reset, reset_at, restarted_at, evictions, tuple(notes))


def _version(snapshot: Snapshot) -> str:
    return f"{snapshot.server.major}.{snapshot.server.version_num % 10000}"


def _reset(older: Snapshot, newer: Snapshot) -> bool:
    """A reset moves its time; a crash empties the module and sets both its facts back (pg_stat_statements.c)."""
    before, now = older.statements_info, newer.statements_info
    if older.server.major != newer.server.major:
        return True  # pg_upgrade does not carry it over
    if before is None or now is None:
        return False
    moved = before.stats_reset is not None and now.stats_reset is not None and before.stats_reset != now.stats_reset
    fewer = before.evictions is not None and now.evictions is not None and now.evictions < before.evictions
    return moved or fewer


def _reset_time(snapshot: Snapshot) -> datetime | None:
    info = snapshot.statements_info
    when = info.stats_reset if info is not None else None
    return when if when is not None and when.year >= _NO_RESET_BEFORE else None


def _restart(older: Snapshot, newer: Snapshot) -> datetime | None:
    now = newer.server.started_at
    return now if now is not None and older.server.started_at is not None and now > older.collected_at else None


def _evictions(older: Snapshot, newer: Snapshot) -> int | None:
    before, now = older.statements_info, newer.statements_info
    if before is None or now is None or before.evictions is None or now.evictions is None:
        return None
    return now.evictions - before.evictions


def counting_since(snapshot: Snapshot) -> datetime | None:
    """Since when pg_stat_statements counts; its oldest entry where nobody ever reset it and entries know their time."""
    known = [statement.stats_since for statement in snapshot.statements if statement.stats_since is not None]
    return _reset_time(snapshot) or min(known, default=None)


def hours_between(since: datetime | None, until: datetime) -> float | None:
    """Hours, None where the beginning is not known or not before the end."""
    if since is None or since >= until:
        return None
    return (until - since).total_seconds() / _HOUR_S
