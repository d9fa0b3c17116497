"""The server a snapshot was taken from, and what the reading cost it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Server:
    """`version_num` as PostgreSQL counts it, 150018 for 15.18. Times are UTC."""

    version_num: int
    database: str
    user: str
    in_recovery: bool
    pooled: bool  # a connection pooler answers in the server's place
    encoding: str
    collate: str
    ctype: str
    locale_provider: str  # c libc, i ICU, b builtin
    started_at: datetime | None
    stats_reset: datetime | None  # pg_stat_database of this database
    locale: str | None = None  # of the ICU or built-in provider, PostgreSQL 15 and later
    transactions: int | None = None  # that ended in this database since `stats_reset`, by COMMIT or ROLLBACK

    @property
    def major(self) -> int:
        return self.version_num // 10000


@dataclass(frozen=True, slots=True)
class Setting:
    """pg_settings: `value` in `unit` as the view has them, so that `value || unit` can be set again."""

    name: str
    value: str
    unit: str | None
    source: str


@dataclass(frozen=True, slots=True)
class SearchPath:
    """The schemas in which a role's unqualified names are looked up in this database, "$user" expanded."""

    user_oid: int
    user: str
    schemas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """pg_stat_activity in counts; no text of any session is kept."""

    max_connections: int
    connections: int
    active: int
    idle_in_transaction: int
    oldest_transaction_s: float | None
    prepared_transactions: int


@dataclass(frozen=True, slots=True)
class Replication:
    """Standbys and slots as the primary sees them."""

    standbys: int
    slots: int
    largest_replay_lag_bytes: int | None


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the reading cost the server: connections opened, statements sent, time, and waits for locks."""

    connections: int
    statements: int
    elapsed_ms: float  # sum of the statements' times as the client saw them
    locked_objects: int  # objects left out because they were locked
