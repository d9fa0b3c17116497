"""`Report`: what a run found, ready to be printed in any format; `Options`: what it was asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pgadvisor.model.finding import Finding, Verdict
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Estimate
from pgadvisor.model.server import Footprint
from pgadvisor.model.snapshot import Skipped


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for, beyond the target. `ends_at`: when the run should be over, by time.monotonic()."""

    budget_bytes: int | None = None
    schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    top: int | None = None
    show_literals: bool = False  # print statements with the constants that they have in a workload file
    min_gain: float = 0.05  # least fraction of a statement's time that is worth an index
    max_indexes: int | None = None
    max_indexes_per_table: int | None = None
    ends_at: float | None = None

    def wants(self, finding: Finding) -> bool:
        """Whether its rule and one of its tables were asked for."""
        if (self.only and finding.rule not in self.only) or finding.rule in self.ignore:
            return False
        return self.concerns(finding.tables)

    def concerns(self, tables: Collection[Name]) -> bool:
        """Whether `schemas` and `tables` name one of these, or are empty."""

        def named(table: Name) -> bool:
            in_schema = not self.schemas or table.schema in self.schemas
            return in_schema and (not self.tables or table.name in self.tables or str(table) in self.tables)

        return not (self.schemas or self.tables) or any(map(named, tables))


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts came from. `kind`: live, snapshot or workload."""

    kind: str
    database: str
    server_version_num: int
    stats_since: datetime | None
    planner: str


@dataclass(frozen=True, slots=True)
class BudgetPoint:
    """What another budget would buy at least: times in milliseconds over the counters' period."""

    budget_bytes: int
    saving_ms: float
    write_cost_ms: float
    index_bytes: int
    indexes: int


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
    late: int = 0  # statements that were not planned before the time limit
    budget_bytes: int | None = None
    budget_curve: tuple[BudgetPoint, ...] = ()
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
    late: int = 0  # statements that were not planned in time
    budget_curve: tuple[BudgetPoint, ...] = ()
    estimates: tuple[Estimate, ...] = ()  # of the statements that were planned


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
