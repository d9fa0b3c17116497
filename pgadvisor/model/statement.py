"""A row of pg_stat_statements, or a statement of a workload file."""

from dataclasses import dataclass, fields, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Counters:
    """Cumulative counters; times in milliseconds, blocks of 8 kB, WAL in bytes."""

    calls: int = 0
    total_ms: float = 0.0
    rows: int = 0
    shared_blocks_hit: int = 0
    shared_blocks_read: int = 0
    shared_blocks_dirtied: int = 0
    shared_blocks_written: int = 0
    temp_blocks_read: int = 0
    temp_blocks_written: int = 0
    read_ms: float = 0.0
    wal_bytes: int = 0
    plans: int = 0
    plan_ms: float = 0.0

    def plus(self, other: "Counters") -> "Counters":
        return Counters(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def minus(self, other: "Counters") -> "Counters":
        return Counters(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(self)))

    @property
    def mean_ms(self) -> float:
        return self.total_ms / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; the key is pg_stat_statements' own: (user_oid, queryid, toplevel) in this database.

    `text` is None where the server did not give it (no privilege, text file lost). `label` is a workload file's name.
    """

    queryid: int
    user_oid: int
    user: str
    toplevel: bool
    text: str | None
    counters: Counters
    min_ms: float = 0.0
    max_ms: float = 0.0
    stddev_ms: float = 0.0
    stats_since: datetime | None = None
    label: str | None = None
    measured: bool = True  # False: a workload file gave no time, the planner's cost stands for it
    logged: bool = False  # counted from the server's log, which does not tell rows

    @property
    def key(self) -> tuple[int, int, bool]:
        return (self.user_oid, self.queryid, self.toplevel)

    def with_counters(self, counters: Counters) -> "Statement":
        return replace(self, counters=counters)


@dataclass(frozen=True, slots=True)
class StatementsInfo:
    """pg_stat_statements_info and the module's settings; None where the version has no such fact."""

    extension_version: str
    stats_reset: datetime | None
    evictions: int | None  # dealloc
    max_statements: int | None
    track: str | None
