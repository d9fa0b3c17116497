"""Sets of indexes really built and really run: `python -m benchmarks.built DSN WORKLOAD.sql --budget 500 --budget 2000`.

DSN names a database with the tables of the workload, their primary keys and statistics that stay as they are (no autovacuum). In
a copy of it each set is built, VACUUMed (never ANALYZEd) and every statement run, with a time-out that counts as the statement's
time. The clock on a busy machine tells little: the figure is the processor time of the server's process, the least of the runs.
Each plan is run side by side with the plan with no index, and their ratio counts. A plan is run once: a statement that has the
same plan under two sets (EXPLAIN, indexes by what they are) has the same time.
pgadvisor's sets are chosen from the workload weighed by its time with no index, which is what a user's counters would tell.
What was run is kept in a file, so that the next call runs only what is new; `--fresh` forgets it, `--again` runs it once more.
"""

import argparse
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tabulate import tabulate

from benchmarks.tpc import chosen, read
from pgadvisor.advisor.advice import advise
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.workload import understand
from pgadvisor.whatif.shadow import open_shadow

Connection = psycopg.Connection[tuple[Any, ...]]
SUFFIX = "_risk"
SLOWER = 1.1  # a statement that takes longer than this, and than LEAST_MS more, is slower
LEAST_MS = 10.0
_MORE_RUNS = 2  # where a plan seems slower
_SEEMS_SLOWER = 1.05


@dataclass(frozen=True)
class Run:
    """One plan of one statement. Milliseconds; `timeout` where it did not end."""

    cpu_ms: float
    ms: float
    rows: int
    timeout: bool
    paired_ms: float = 0.0  # processor time of the plan with no index, run next to it
    key: str = ""
    cost: float = 0.0
    plan: Any = None

    def beside(self, base: "Run") -> "Run":
        """The time this plan would have had when `base`, the plan with no index, was timed."""
        if self.timeout or not self.paired_ms:
            return self
        factor = base.cpu_ms / self.paired_ms
        return replace(self, cpu_ms=self.cpu_ms * factor, ms=self.ms * factor)


@dataclass
class Kept:
    """What was run before, by statement and plan, in a file."""

    file: Path
    runs: dict[str, Run] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "Kept":
        if not file.exists():
            return cls(file)
        known = json.loads(file.read_text())
        return cls(file, {key: Run(**run) for key, run in known["runs"].items()}, known["bytes"])

    def write(self) -> None:
        runs = {key: asdict(run) for key, run in self.runs.items()}
        self.file.write_text(json.dumps({"runs": runs, "bytes": self.bytes}, indent=0))


@dataclass(frozen=True)
class Outcome:
    """One set: each statement's run, and the bytes of the indexes."""

    label: str
    indexes: int
    size_bytes: int
    runs: dict[str, Run]

    @property
    def cpu_s(self) -> float:
        return sum(run.cpu_ms for run in self.runs.values()) / 1000

    @property
    def wall_s(self) -> float:
        return sum(run.ms for run in self.runs.values()) / 1000


class Server:
    """The copy in which sets are built; an index stays from set to set where both have it."""

    def __init__(self, dsn: str, kept: Kept, runs: int, timeout_s: int, again: bool = False) -> None:
        self.dsn, self.kept, self.runs, self.timeout_s, self.again = dsn, kept, runs, timeout_s, again
        self.seen: set[str] = set()
        self.base: dict[str, Run] = {}
        self.built: list[str] = []
        origin = conninfo_to_dict(dsn)["dbname"]
        with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as admin:
            if admin.execute("select from pg_database where datname = %s", [f"{origin}{SUFFIX}"]).fetchone() is None:
                admin.execute(f'create database "{origin}{SUFFIX}" template "{origin}" strategy file_copy')
        copy = make_conninfo(dsn, dbname=f"{origin}{SUFFIX}")
        self.connection: Connection = psycopg.connect(copy, autocommit=True, prepare_threshold=None)

    def evaluate(self, label: str, definitions: Sequence[str], statements: Sequence[tuple[str, str]]) -> Outcome:
        """Build the set and run every statement. The first call has no definitions: the base of all others."""
        self.built = self._build(definitions)
        runs = {name: self._known_run(name, sql) for name, sql in statements}
        if not self.base:
            self.base = runs
        return Outcome(label, len(self.built), sum(self.kept.bytes[name] for name in self.built), runs)

    def _build(self, definitions: Sequence[str]) -> list[str]:
        wanted = {index_name(definition): definition for definition in definitions}
        there = {row[0] for row in self.connection.execute("select indexname from pg_indexes where indexname like 'built\\_%'")}
        for name in sorted(there - wanted.keys()):
            self.connection.execute(f"drop index {name}")
        for name in sorted(wanted.keys() - there):
            self.connection.execute(re.sub(r"(?i)^\s*create index (on )?", f"create index {name} on ", wanted[name], count=1))
            row = self.connection.execute("select pg_relation_size(%s::regclass)", [name]).fetchone()
            assert row is not None
            self.kept.bytes[name] = row[0]
        self.connection.execute("vacuum")
        return sorted(wanted)

    def _known_run(self, name: str, sql: str) -> Run:
        rows = self.connection.execute(f"explain (costs off) {sql}".encode()).fetchall()
        plan = "\n".join(str(row[0]) for row in rows)
        key = f"{name}:{hashlib.sha256(plan.encode()).hexdigest()[:16]}"
        base = self.base.get(name)
        if base is not None and key == base.key:
            return base
        known = self.kept.runs.get(key)
        if known is None or (self.again and key not in self.seen):
            run = self._plan(sql, self._paired(sql, base) if base is not None else self._alone(sql))
            known = self.kept.runs[key] = replace(run, key=key)
            self.kept.write()
            print(f"  {name} {run.cpu_ms:.0f} ms" + (f", {run.paired_ms:.0f} ms before" if base is not None else ""), flush=True)
        self.seen.add(key)
        return known.beside(base) if base is not None else known

    def _plan(self, sql: str, run: Run) -> Run:
        found = self.connection.execute(f"explain (verbose, format json) {sql}".encode()).fetchone()
        assert found is not None
        return replace(run, plan=found[0][0]["Plan"], cost=found[0][0]["Plan"]["Total Cost"])

    def _alone(self, sql: str) -> Run:
        return min((self._run(sql) for _ in range(self.runs)), key=lambda run: run.cpu_ms)

    def _paired(self, sql: str, base: Run) -> Run:
        """The plan and, right after it, the plan with no index: what else the machine does then slows both. A plan that seems
        slower is run again, for a wrong alarm is as bad as a missed one."""
        runs, before = [], []
        for _ in range(self.runs + _MORE_RUNS):
            runs.append(self._run(sql))
            before.append(base if base.timeout else self._without(sql))
            least, least_before = min(run.cpu_ms for run in runs), min(run.cpu_ms for run in before)
            if runs[-1].timeout or (len(runs) >= self.runs and least < _SEEMS_SLOWER * least_before):
                break
        return replace(min(runs, key=lambda run: run.cpu_ms), paired_ms=least_before)

    def _without(self, sql: str) -> Run:
        """The plan with none of the set's indexes, which a transaction drops and gets back."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute("drop index " + ", ".join(self.built))
            return self._run(sql)

    def _run(self, sql: str) -> Run:
        process, done = self.connection.info.backend_pid, threading.Event()
        before, started = cpu_ms(process), time.perf_counter()
        watch = threading.Thread(target=self._cancel_after, args=(process, before, done))
        watch.start()
        try:
            with self.connection.transaction():
                rows = len(self.connection.execute(sql.encode()).fetchall())
        except psycopg.errors.QueryCanceled:
            return Run(self.timeout_s * 1000.0, self.timeout_s * 1000.0, 0, True)
        finally:
            done.set()
            watch.join()
        return Run(cpu_ms(process) - before, (time.perf_counter() - started) * 1000, rows, False)

    def _cancel_after(self, process: int, before: float, done: threading.Event) -> None:
        """The time-out is of processor time: on a busy machine a clock would stop what would have ended."""
        while not done.wait(0.1):
            if cpu_ms(process) - before > self.timeout_s * 1000:
                self.connection.cancel()
                return


def cpu_ms(process: int) -> float:
    """Time that a process of this machine has had on a processor (proc(5), /proc/PID/schedstat)."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e6


def index_name(definition: str) -> str:
    """The same definition has the same name in every set, so that plans can be compared."""
    return "built_" + hashlib.sha256(" ".join(definition.lower().split()).encode()).hexdigest()[:12]


def weighed(statements: Sequence[tuple[str, str]], outcome: Outcome) -> str:
    """The workload as a file that says what each statement took with no index."""
    parts = []
    for name, sql in statements:
        run = outcome.runs[name]
        rows = "" if run.timeout else f" rows={run.rows}"
        parts.append(f"-- name: {name}\n-- calls=1 mean_ms={run.cpu_ms:.3f}{rows}\n{sql};\n")
    return "\n".join(parts)


def advised(dsn: str, workload: Path, budget_mb: int) -> tuple[list[str], list[str]]:
    """What pgadvisor advises for the workload file, as a user would ask, and the extensions that it takes."""
    snapshot, _ = read(dsn, workload)
    lookup = Lookup(snapshot)
    understood = understand(lookup)
    tables = sorted({table for query in understood.queries for table in query.tables})
    with open_shadow(lookup, tables) as planner:
        advice = advise(lookup, understood, planner, Options(budget_bytes=budget_mb * 1_000_000))
    changes = [change for finding in advice.findings for change in finding.changes]
    return chosen(advice), [change.sql for change in changes if change.action == "create_extension"]


def peer_sets(file: Path, key: str, wanted: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The sets of `name:budget:width` (what is left out is any) in a file of peers' sets."""
    found = []
    for want in wanted:
        name, budget, width = [*want.split(":"), "", ""][:3]
        for peer in json.loads(file.read_text())[key]:
            if peer["peer"] == name and budget in ("", str(peer["budget_mb"])) and width in ("", str(peer.get("width"))):
                found.append((want, peer["indexes"]))
                break
        else:
            raise SystemExit(f"{file} has no set {want}")
    return found


def row(outcome: Outcome, base: Outcome) -> tuple[Any, ...]:
    slower = slow(outcome, base)
    worst = max(outcome.runs, key=lambda name: outcome.runs[name].cpu_ms / max(LEAST_MS, base.runs[name].cpu_ms))
    ratio = outcome.runs[worst].cpu_ms / max(LEAST_MS, base.runs[worst].cpu_ms)
    timeouts = sum(run.timeout for run in outcome.runs.values())
    return (outcome.label, outcome.indexes, outcome.size_bytes / 1e6, outcome.cpu_s, 100 * outcome.cpu_s / base.cpu_s,
            outcome.wall_s, len(slower), f"{worst} {ratio:.2f}", timeouts)  # fmt: skip


def slow(outcome: Outcome, base: Outcome) -> list[str]:
    """The statements that are slower than with no index."""
    return [name for name, run in outcome.runs.items()
            if run.cpu_ms > max(SLOWER * base.runs[name].cpu_ms, base.runs[name].cpu_ms + LEAST_MS)]  # fmt: skip


def per_statement(outcomes: Sequence[Outcome]) -> str:
    base = outcomes[0]
    rows = [(name, base.runs[name].cpu_ms / 1000,
             *(one.runs[name].cpu_ms / base.runs[name].cpu_ms for one in outcomes[1:])) for name in base.runs]  # fmt: skip
    return tabulate(rows, headers=("statement", "no index, s", *(one.label for one in outcomes[1:])), floatfmt=".2f")


def measured(given: argparse.Namespace) -> list[Outcome]:
    _, statements = read(given.dsn, given.workload)
    server = Server(given.dsn, Kept(given.kept) if given.fresh else Kept.read(given.kept), given.runs, given.timeout, given.again)
    outcomes: list[Outcome] = []

    def add(label: str, definitions: Sequence[str]) -> None:
        outcomes.append(server.evaluate(label, definitions, statements))
        print(tabulate([row(outcomes[-1], outcomes[0])], tablefmt="plain", floatfmt=".2f"), flush=True)

    add("no index", [])
    for label, definitions in peer_sets(given.peers[0], given.peers[1], given.peer) if given.peers else []:
        add(label, definitions)
    add_ours(given, weighed(statements, outcomes[0]), server, add)
    return outcomes


def add_ours(given: argparse.Namespace, workload: str, server: Server, add: Callable[[str, Sequence[str]], None]) -> None:
    file = given.kept.with_suffix(".sql")
    file.write_text(workload)
    for budget_mb in given.budget:
        started = time.perf_counter()
        definitions, extensions = advised(given.dsn, file, budget_mb)
        for extension in dict.fromkeys(extensions):
            server.connection.execute(extension)
        print(f"pgadvisor {budget_mb} MB, {time.perf_counter() - started:.0f} s:", *definitions, sep="\n  ", flush=True)
        add(f"pgadvisor:{budget_mb}", definitions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dsn")
    parser.add_argument("workload", type=Path)
    parser.add_argument("--peers", nargs=2, metavar=("FILE", "KEY"))
    parser.add_argument("--peer", action="append", default=[], metavar="NAME[:BUDGET[:WIDTH]]")
    parser.add_argument("--budget", type=int, action="append", default=[], help="MB for pgadvisor's set; may be repeated")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--timeout", type=int, default=60, help="processor seconds for a statement")
    parser.add_argument("--kept", type=Path, default=Path(".cache/built.json"))
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--again", action="store_true", help="run what is known once more; the lesser time is kept")
    given = parser.parse_args()
    if given.peers:
        given.peers[0] = Path(given.peers[0])
    outcomes = measured(given)
    headers = ("set", "indexes", "MB", "CPU s", "%", "wall s", "slower by > 10 %", "worst", "time-outs")
    print(per_statement(outcomes), end="\n\n")
    print(tabulate([row(one, outcomes[0]) for one in outcomes], headers=headers, tablefmt="github", floatfmt=".2f"))


if __name__ == "__main__":
    main()
