"""How long an audit takes: `python -m benchmarks.audit [--tables 200] [--statements 500] [--profile]`.

Prints the whole time, the share inside the planner and in pgadvisor's own Python, the shadow's start, and peak memory."""

import argparse
import cProfile
import pstats
import resource
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--statements", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    snapshot = make_snapshot(given.tables, given.statements, given.seed)
    seen: dict[str, float] = {}
    watched: list[Watched] = []

    @contextmanager
    def open_watched(lookup: Lookup, tables: Collection[Name]) -> Iterator[Planner]:
        started = time.perf_counter()
        with open_shadow(lookup, tables) as planner:
            seen["shadow"] = time.perf_counter() - started
            watched.append(Watched(planner))
            yield watched[0]

    profiler = cProfile.Profile()
    if given.profile:
        profiler.enable()
    started = time.perf_counter()
    report = analyse(snapshot, Options(), open_watched, "snapshot")
    whole = time.perf_counter() - started
    if given.profile:
        profiler.disable()
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    inside = watched[0].inside_s
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    own = whole - inside - seen["shadow"]
    print(f"{given.statements} statements, {given.tables} tables: {whole:.1f} s; shadow ready {seen['shadow']:.2f} s; "
          f"planner {inside:.1f} s in {report.summary.whatif_calls} calls; own Python {own:.1f} s ({own / whole:.0%}); "
          f"peak {peak:.0f} MB; {len(report.findings)} findings, gap {report.summary.gap_fraction}")  # fmt: skip
    print(f"overhead (all but the planner over the planner): {(whole - inside) / inside:.2f}")


if __name__ == "__main__":
    main()
