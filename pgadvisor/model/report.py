"""`Report`: what a run found, ready to be printed in any format; `Options`: what it was asked."""

from dataclasses import dataclass
from datetime import datetime

from pgadvisor.model.finding import Finding, Verdict
from pgadvisor.model.names import Name
from pgadvisor.model.server import Footprint
from pgadvisor.model.snapshot import Skipped


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for, beyond the target."""

    budget_bytes: int | None = None
    schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    top: int | None = None
    show_literals: bool = False  # print statements with the constants that they have in a workload file
    min_gain: float = 0.05  # least fraction of a statement's time that is worth an index


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts came from. `kind`: live, snapshot or workload."""

    kind: str
    database: str
    server_version_num: int
    stats_since: datetime | None
    planner: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The run in figures; the meaning of each is in the contract's JSON."""

    statements: int
    analysed: int
    skipped: int
    total_ms: float
    covered_fraction: float
    saving_ms: float
    write_cost_ms: float
    new_index_bytes: int
    whatif_calls: int
    elapsed_ms: float
    gap_fraction: float | None
    measured: bool = True  # False: some statements have no times, the planner's cost stands for them


@dataclass(frozen=True, slots=True)
class Advice:
    """What the advisor hands over: findings, a verdict for every query, and which existing indexes the plans read."""

    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    skipped: tuple[Skipped, ...] = ()
    used_existing: tuple[tuple[Name, tuple[int, ...]], ...] = ()  # index, queryids whose final plan reads it
    saving_ms: float = 0.0
    write_cost_ms: float = 0.0
    new_index_bytes: int = 0
    whatif_calls: int = 0
    gap_fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed."""

    tool: str
    generated_at: datetime
    source: Source
    summary: Summary
    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    skipped: tuple[Skipped, ...]
    footprint: Footprint | None = None
