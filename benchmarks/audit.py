"""How long an audit takes: `python -m benchmarks.audit [--tables 200] [--statements 500] [--profile]`.

Prints the whole time, the share inside the planner and in pgadvisor's own Python, the shadow's start, processor time (which
a busy machine stretches less than the clock's) and peak memory. `--json` prints the figures for other programs."""

import argparse
import cProfile
import json
import pstats
import resource
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from benchmarks.synthetic import make_snapshot
from pgadvisor.analyze import analyse
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, Planner, ValuedStatement
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup, Skipped
from pgadvisor.whatif.shadow import open_shadow


class Watched:
    """A Planner that measures the time spent inside another one."""

    def __init__(self, inner: Planner) -> None:
        self.inner = inner
        self.inside_s = 0.0

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def calls(self) -> int:
        return self.inner.calls

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.inner.skipped

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan:
        started = time.perf_counter()
        try:
            return self.inner.plan(statement, indexes, hidden)
        finally:
            self.inside_s += time.perf_counter() - started

    def size_bytes(self, index: Index) -> int:
        started = time.perf_counter()
        try:
            return self.inner.size_bytes(index)
        finally:
            self.inside_s += time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Figures:
    """One audit. `own_cpu_s` is the processor time of pgadvisor itself, `server_cpu_s` that of the shadow's server with initdb;
    `planner_s` the time waited for the planner, `peak_mb` pgadvisor's memory and `server_mb` that of the server's largest
    process."""

    tables: int
    statements: int
    wall_s: float
    shadow_s: float
    planner_s: float
    own_cpu_s: float
    server_cpu_s: float
    calls: int
    peak_mb: float
    server_mb: float
    findings: int
    gap_fraction: float | None

    @property
    def own_s(self) -> float:
        """The time outside the planner and the shadow's start."""
        return self.wall_s - self.planner_s - self.shadow_s

    @property
    def overhead(self) -> float:
        """All of pgadvisor's time but the planner's, over the planner's."""
        return (self.wall_s - self.planner_s) / self.planner_s


def _cpu_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def measure(
    tables: int, statements: int, seed: int, profiler: cProfile.Profile | None = None, budget_bytes: int | None = None
) -> Figures:
    """Audit a synthetic snapshot."""
    snapshot = make_snapshot(tables, statements, seed)
    shadow_s: list[float] = []
    watched: list[Watched] = []

    @contextmanager
    def open_watched(lookup: Lookup, tables: Collection[Name]) -> Iterator[Planner]:
        started = time.perf_counter()
        with open_shadow(lookup, tables) as planner:
            shadow_s.append(time.perf_counter() - started)
            watched.append(Watched(planner))
            yield watched[0]

    if profiler is not None:
        profiler.enable()
    started, own = time.perf_counter(), _cpu_s(resource.RUSAGE_SELF)
    report = analyse(snapshot, Options(budget_bytes=budget_bytes), open_watched, "snapshot")
    wall_s, own = time.perf_counter() - started, _cpu_s(resource.RUSAGE_SELF) - own
    if profiler is not None:
        profiler.disable()
    peak, server = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Figures(
        tables, statements, wall_s, shadow_s[0], watched[0].inside_s, own, _cpu_s(resource.RUSAGE_CHILDREN),
        report.summary.whatif_calls, peak, server, len(report.findings), report.summary.gap_fraction,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--statements", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=int, default=None, help="MB for all new indexes")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    profiler = cProfile.Profile() if given.profile else None
    budget_bytes = given.budget * 1_000_000 if given.budget is not None else None
    found = measure(given.tables, given.statements, given.seed, profiler, budget_bytes)
    if profiler is not None:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    if given.json:
        print(json.dumps(asdict(found)))
        return
    print(f"{found.statements} statements, {found.tables} tables: {found.wall_s:.1f} s; shadow ready {found.shadow_s:.2f} s; "
          f"planner {found.planner_s:.1f} s in {found.calls} calls; own Python {found.own_s:.1f} s "
          f"({found.own_s / found.wall_s:.0%}); processor {found.own_cpu_s:.1f} s own, {found.server_cpu_s:.1f} s server; "
          f"peak {found.peak_mb:.0f} MB, server {found.server_mb:.0f} MB; "
          f"{found.findings} findings, gap {found.gap_fraction}")  # fmt: skip
    print(f"overhead (all but the planner over the planner): {found.overhead:.2f}")


if __name__ == "__main__":
    main()
