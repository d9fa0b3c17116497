"""How an audit's time and planner calls grow: `python -m benchmarks.growth [--sizes 50 100 200 500 1000 2000 5000]`.

One row for each number of statements, on a fifth as many tables (two fifths below 1,000), each in a process of its own; then a
plot of what a statement takes, which is flat where the whole grows in proportion."""

import argparse
import json
import subprocess
import sys

from tabulate import tabulate

from benchmarks.audit import Figures

_HEADERS = ("statements", "tables", "seconds", "calls", "planner s", "own s", "own share", "overhead", "cpu s", "MB", "server MB")
_MANY = 1000
_BAR = 30  # columns


def _tables(statements: int) -> int:
    return statements // 5 if statements >= _MANY else statements * 2 // 5


def _measured(statements: int, seed: int) -> Figures:
    command = [sys.executable, "-m", "benchmarks.audit", "--json", "--seed", str(seed)]
    command += ["--statements", str(statements), "--tables", str(_tables(statements))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def _row(one: Figures) -> tuple[object, ...]:
    return (
        one.statements, one.tables, f"{one.wall_s:.1f}", one.calls, f"{one.planner_s:.1f}", f"{one.own_s:.1f}",
        f"{one.own_s / one.wall_s:.0%}", f"{one.overhead:.2f}", f"{one.own_cpu_s + one.server_cpu_s:.1f}",
        f"{one.peak_mb:.0f}", f"{one.server_mb:.0f}",
    )  # fmt: skip


def _plot(found: list[Figures]) -> str:
    """Processor time and calls for each statement, as bars."""
    cpu_ms = [(one.own_cpu_s + one.server_cpu_s) * 1000 / one.statements for one in found]
    calls = [one.calls / one.statements for one in found]
    rows = [
        (one.statements, f"{ms:.1f}", _bar(ms, max(cpu_ms)), f"{count:.1f}", _bar(count, max(calls)))
        for one, ms, count in zip(found, cpu_ms, calls, strict=True)
    ]
    return tabulate(rows, ("statements", "cpu ms each", "", "calls each", ""), disable_numparse=True)


def _bar(value: float, most: float) -> str:
    return "#" * round(value / most * _BAR) if most else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 100, 200, 500, 1000, 2000, 5000])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = [_measured(statements, given.seed) for statements in given.sizes]
    print(tabulate(map(_row, found), headers=_HEADERS, disable_numparse=True, stralign="right"))
    print(f"\n{_plot(found)}")


if __name__ == "__main__":
    main()
