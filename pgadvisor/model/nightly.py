"""`Nightly`: what happened on a server between two snapshots, ready to be printed in any format."""

from dataclasses import dataclass, field
from datetime import datetime

from pgadvisor.model.finding import Finding
from pgadvisor.model.names import Name
from pgadvisor.model.server import Footprint
from pgadvisor.model.snapshot import Skipped
from pgadvisor.model.statement import Counters

CHANGES = ("new", "worse", "better", "gone", "steady")


@dataclass(frozen=True, slots=True)
class StatementTrend:
    """One statement over the interval, all its users and queryids together.

    `identity` is stable from run to run. `change` is one of CHANGES, `reason` a sentence that says why (empty for steady).
    `counters` are the interval's own, `before` all that the older snapshot had counted. `share` is its part of the time of
    all top-level statements. `extra_ms`: time added (or, negative, saved) against the same calls at the former mean.
    `reset`: an entry of it was reset or evicted in between, so the counters are the least it did.
    """

    identity: str
    queryid: int
    label: str | None
    query: str
    users: tuple[str, ...]
    tables: tuple[Name, ...]
    change: str
    reason: str
    counters: Counters
    share: float
    before: Counters = field(default_factory=Counters)
    share_before: float = 0.0
    calls_per_hour_before: float | None = None
    extra_ms: float = 0.0
    heavy: bool = False  # new, and already a burden
    reset: bool = False
    seen_in: int | None = None  # of the last `Nightly.reports` reports

    @property
    def ratio(self) -> float | None:
        """Mean time per call over the former one; None where there is no former one."""
        return self.counters.mean_ms / self.before.mean_ms if self.before.mean_ms and self.counters.calls else None


@dataclass(frozen=True, slots=True)
class TableTrend:
    """A table's growth and traffic over the interval; sizes of the main fork in bytes, None where not known."""

    table: Name
    size_before_bytes: int | None
    size_bytes: int | None
    rows: float
    inserted: int
    updated: int
    deleted: int
    hot_updated: int
    seq_scans: int
    seq_rows_read: int
    index_scans: int

    @property
    def growth_bytes(self) -> int:
        """How much larger it is; 0 where either size is not known."""
        if self.size_bytes is None or self.size_before_bytes is None:
            return 0
        return self.size_bytes - self.size_before_bytes


INDEX_CHANGES = ("created", "dropped", "became invalid", "became valid", "came into use", "no longer used")


@dataclass(frozen=True, slots=True)
class IndexTrend:
    """An index that something happened to; `change` is one of INDEX_CHANGES."""

    index: Name
    table: Name
    change: str
    scans: int | None  # in the interval
    scans_per_hour_before: float | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class SettingTrend:
    """A setting with another value than before, as pg_settings has it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Nightly:
    """Everything the nightly report prints.

    `since` is None where no one knows when the counters began. `first`: there was nothing (comparable) to compare with, and
    the counters are those since the last reset. `busy` is the average number of sessions that were running a statement.
    `notes` are sentences about the comparison itself: resets, restarts, evictions.
    """

    tool: str
    generated_at: datetime
    database: str
    server_version_num: int
    since: datetime | None
    until: datetime
    first: bool
    total_ms: float
    calls: int
    active: int  # statements that ran
    busy: float | None
    busy_before: float | None
    restarted_at: datetime | None
    reset: bool
    evictions: int | None
    top: int
    notes: tuple[str, ...] = ()
    statements: tuple[StatementTrend, ...] = ()
    findings: tuple[Finding, ...] = ()
    tables: tuple[TableTrend, ...] = ()
    indexes: tuple[IndexTrend, ...] = ()
    settings: tuple[SettingTrend, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    footprint: Footprint | None = None
    reports: int | None = None

    def changed(self, change: str) -> tuple[StatementTrend, ...]:
        """The statements of one kind of change, in the order given."""
        return tuple(trend for trend in self.statements if trend.change == change)

    @property
    def heaviest(self) -> tuple[StatementTrend, ...]:
        """The `top` statements by time in the interval."""
        ran = sorted((t for t in self.statements if t.counters.calls), key=lambda t: (-t.counters.total_ms, t.identity))
        return tuple(ran[: self.top])
