"""`Finding` and `Change`: the two nouns that everything after the analysis knows."""

from dataclasses import dataclass
from enum import Enum

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name


class Level(str, Enum):
    """Severity or confidence; `info` is a severity only."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for high; larger is less."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Change:
    """Something to run on the server. `sql` and `undo_sql` are single statements without a final semicolon.

    `action`: create_index, drop_index, reindex, analyze, create_statistics, set_n_distinct, create_extension.
    `index` is the definition that is created or dropped.
    """

    action: str
    table: Name
    sql: str
    undo_sql: str | None = None
    name: str | None = None  # of the index or object, unquoted, in the table's schema
    index: Index | None = None
    size_bytes: int | None = None
    write_cost_ms: float | None = None  # over the time the counters cover
    wal_bytes_per_day: int | None = None  # that writes make more with the index

    @property
    def blocks_writes(self) -> bool:
        """Whether `sql` by itself keeps writers waiting until an index is built: partitioned tables know no CONCURRENTLY."""
        return self.action == "create_index" and " INDEX CONCURRENTLY " not in self.sql


@dataclass(frozen=True, slots=True)
class StatementEffect:
    """A statement a finding is about; costs are the planner's, before and after the finding's changes."""

    queryid: int
    label: str | None
    query: str
    calls: int
    total_ms: float
    cost_before: float | None = None
    cost_after: float | None = None
    saving_ms: float | None = None


EvidenceValue = str | int | float | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of advice. `message` says what is wrong and what it costs, `help` what to do, `refute` how to check that
    the advice is wrong. Texts are plain, may hold names of the database, never a value of its data."""

    id: str
    rule: str
    severity: Level
    confidence: Level
    title: str
    message: str
    help: str
    refute: str
    tables: tuple[Name, ...] = ()
    statements: tuple[StatementEffect, ...] = ()
    evidence: tuple[tuple[str, EvidenceValue], ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def saving_ms(self) -> float:
        return sum(effect.saving_ms or 0.0 for effect in self.statements)


VERDICTS = ("improved", "already-served", "no-index-helps", "over-budget", "too-small", "rewrite", "not-analysed")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one statement; `verdict` is one of VERDICTS, `reason` one sentence."""

    queryid: int
    label: str | None
    query: str
    calls: int
    total_ms: float
    verdict: str
    reason: str
