"""Real index fixes of public projects against the advice: `python -m benchmarks.cases FOLDER [--only TEXT] [--major 15]`.

FOLDER holds one YAML file a case: schema, data, workload, and what people did. Each case is loaded in a real server, its
workload is run (with calls scaled down alike for all of its statements), the database is audited through pg_stat_statements,
and then both the people's fix and the advice are really built, each in a copy of the database, and the workload is timed.

Solved: of the time that the people's fix saves at least 90 % is saved, with at most twice its bytes (and 2 MB of grace); on a
negative nothing is created; drops are named, and so is the rewrite.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import yaml
from tabulate import tabulate

from pgadvisor.analyze import analyse
from pgadvisor.codec import write_snapshot
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.report import Options, Report
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.shadow import open_shadow
from tests.postgres import binaries_for

Connection = psycopg.Connection[tuple[Any, ...]]
MOST_CALLS = 300  # of one statement, so that a case takes seconds
MOST_MS = 6000.0
GRACE_BYTES = 2 << 20
REWRITES = (
    "leading-wildcard",
    "non-sargable-predicate",
    "implicit-cast",
    "deep-offset",
    "n-plus-one",
)
SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "shared_buffers": "512MB",
    "max_parallel_workers_per_gather": "0",
    "synchronous_commit": "on",  # else the first VACUUM finds rows not surely committed, and no page all-visible
}


@dataclass(frozen=True)
class Outcome:
    """One row of the table."""

    case: str
    kind: str
    solved: bool
    people: str
    ours: str
    note: str


@dataclass(frozen=True)
class Advised:
    """What an advisor says: statements that create, names of indexes to drop, and whether it names a rewrite."""

    creates: list[str]
    drops: frozenset[str | None]
    rewrite_named: bool
    said: str


@dataclass(frozen=True)
class Yardstick:
    """The workload's time without a fix and with the people's, and their bytes."""

    before_ms: float
    after_ms: float
    size_bytes: int


def build(connection: Connection, case: dict[str, Any]) -> None:
    for extension in case.get("extensions") or []:
        connection.execute(f"create extension if not exists {extension}")
    for text in (case["tables"], *case["existing_indexes"], case["seed_sql"]):
        connection.execute(text)
    connection.execute("vacuum analyze")


def time_ms(connection: Connection, sql: str, most: int = 40) -> float:
    """The least of a few runs, in a transaction that is rolled back."""
    times: list[float] = []
    for _ in range(most):
        connection.execute("begin")
        started = time.perf_counter()
        connection.execute(sql)
        times.append((time.perf_counter() - started) * 1000)
        connection.execute("rollback")
        if sum(times) > (400 if len(times) >= 7 else 3000):
            break
    return min(times)


def weighted_ms(connection: Connection, statements: list[dict[str, Any]]) -> float:
    return sum(time_ms(connection, one["sql"]) * float(one.get("weight", 1)) for one in statements)


def run(connection: Connection, statements: list[dict[str, Any]]) -> float:
    """Run the workload with its calls scaled down; the factor that scales the counters up again."""
    costs = [time_ms(connection, one["sql"], 2) for one in statements]
    calls = [float(one["calls"]) for one in statements]
    budget = MOST_MS / max(1e-6, sum(cost * count for cost, count in zip(costs, calls, strict=True)))
    scale = min(budget, MOST_CALLS / max(calls), 1.0)
    connection.execute("select pg_stat_reset(), pg_stat_statements_reset()")
    for one, count in zip(statements, calls, strict=True):
        if one.get("origin") == "ri_trigger":
            continue
        for _ in range(max(1, round(count * scale))):
            connection.execute(one["sql"])
    return 1 / scale


def scaled(snapshot: Snapshot, factor: float) -> Snapshot:
    """The snapshot as if the workload had gone on for a month."""

    def counters(one: Counters) -> Counters:
        each = {field.name: getattr(one, field.name) * factor for field in fields(one)}
        return Counters(**{name: value if name.endswith("_ms") else round(value) for name, value in each.items()})

    month_ago = snapshot.collected_at - timedelta(days=30)
    return replace(
        snapshot,
        statements=tuple(one.with_counters(counters(one.counters)) for one in snapshot.statements),
        tables=tuple(_table(table, factor) for table in snapshot.tables),
        indexes=tuple(replace(one, scans=round((one.scans or 0) * factor)) for one in snapshot.indexes),
        server=replace(
            snapshot.server,
            stats_reset=month_ago,
            started_at=month_ago,
            transactions=round((snapshot.server.transactions or 0) * factor),
        ),
    )


def _table(table: Any, factor: float) -> Any:
    usage = table.usage
    if usage is None:
        return table
    names = ("rows_inserted", "rows_updated", "rows_deleted", "rows_hot_updated", "seq_scans", "seq_rows_read", "index_scans")
    return replace(table, usage=replace(usage, **{name: round(getattr(usage, name) * factor) for name in names}))


def month(server: LocalServer, dbname: str, factor: float) -> Snapshot:
    with open_session(server.conninfo_for(dbname), command="benchmark") as session:
        return scaled(collect(session), factor)


def audit(snapshot: Snapshot) -> Report:
    return analyse(snapshot, Options(), partial(open_shadow, bindir=None), "live")


@contextmanager
def copy(server: LocalServer, name: str) -> Iterator[Connection]:
    with server.connect() as admin:
        admin.execute("create database copy template base")
    try:
        with server.connect(dbname="copy") as connection:
            yield connection
    finally:
        with server.connect() as admin:
            admin.execute("drop database copy with (force)")


def built(connection: Connection, statements: list[str]) -> int:
    """Build indexes for real; their bytes."""
    before = _index_bytes(connection)
    for sql in statements:
        connection.execute(sql.replace(" CONCURRENTLY", ""))
    connection.execute("vacuum analyze")
    return _index_bytes(connection) - before


def _index_bytes(connection: Connection) -> int:
    row = connection.execute(
        "select coalesce(sum(pg_relation_size(oid)), 0)::bigint from pg_class where relkind = 'i'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def judge(server: LocalServer, case: dict[str, Any], keep: Path | None) -> Outcome:
    with server.connect() as admin:
        admin.execute("drop database if exists base with (force)")
        admin.execute("create database base")
    with server.connect(dbname="base") as connection:
        connection.execute("create extension pg_stat_statements")
        build(connection, case)
        factor = run(connection, case["workload"])
    snapshot = month(server, "base", factor)
    if keep is not None:
        write_snapshot(snapshot, keep / f"{case['id']}.snapshot")
    return verdict(server, case, audit(snapshot))


def verdict(server: LocalServer, case: dict[str, Any], report: Report) -> Outcome:
    changes = [change for finding in report.findings for change in finding.changes]
    keys = [finding for finding in report.findings if finding.rule == "unindexed-foreign-key"]
    offered = [change for finding in keys if finding.severity.value in ("info", "low") for change in finding.changes]
    wanted = ("create_index", "create_extension")
    creates = [change.sql for change in changes if change.action in wanted and change not in offered]
    drops = frozenset(change.name for change in changes if change.action == "drop_index")
    rules = sorted({finding.rule for finding in report.findings})
    rewrite_named = any(rule in REWRITES for rule in rules) or any(one.verdict == "rewrite" for one in report.verdicts)
    advised = Advised(creates, drops, rewrite_named, "; ".join(creates) or ("rules: " + ", ".join(rules)))
    return decide(server, case, advised, partial(yardstick, server, case))


def decide(server: LocalServer, case: dict[str, Any], advised: Advised, yard: Callable[[], Yardstick]) -> Outcome:
    """Whether the advice solves the case; `yard` is asked where the people's fix has to be built."""
    truth = case["ground_truth"]
    missed_drops = [name for name in truth["drop"] if name not in advised.drops]
    notes = [f"drop missed: {', '.join(missed_drops)}"] if missed_drops else []
    if case["negative"]:
        silent = not advised.creates and not missed_drops
        return Outcome(case["id"], case["kind"], silent, "create nothing", advised.said, "; ".join(notes))
    solved = not missed_drops
    people = "drop " + ", ".join(truth["drop"]) if truth["drop"] else ""
    if truth["create"] or truth.get("rewrite_workload"):
        saved, people, notable = compare(server, case, advised, yard())
        solved = solved and saved
        notes += notable
    elif truth["create"] == [] and advised.creates and case["kind"].endswith("drop"):
        notes.append("creates beside the drop")
    if truth["rewrite"] and not truth["create"] and not advised.rewrite_named:
        solved = False
        notes.append("rewrite not named")
    return Outcome(case["id"], case["kind"], solved, people, advised.said, "; ".join(notes))


def yardstick(server: LocalServer, case: dict[str, Any]) -> Yardstick:
    """The workload without any fix and with the people's."""
    truth, workload = case["ground_truth"], case["workload"]
    with copy(server, "none") as connection:
        before = weighted_ms(connection, workload)
    with copy(server, "people") as connection:
        size_bytes = built(connection, [*truth.get("pre", []), *truth["create"]])
        after = weighted_ms(connection, truth.get("rewrite_workload") or workload)
    return Yardstick(before, after, size_bytes)


def compare(server: LocalServer, case: dict[str, Any], advised: Advised, yard: Yardstick) -> tuple[bool, str, list[str]]:
    people = f"{yard.before_ms:.3f} -> {yard.after_ms:.3f} ms"
    people_saved = yard.before_ms - yard.after_ms
    if people_saved < 0.2 * yard.before_ms:
        return True, people, ["people's fix saves less than a fifth here"]
    rewritten = case["ground_truth"].get("rewrite_workload")
    ways = [case["workload"]] + ([rewritten] if rewritten and advised.rewrite_named else [])
    if not advised.creates and len(ways) == 1:
        return False, people, ["nothing advised"]
    with copy(server, "ours") as connection:
        try:
            our_bytes = built(connection, advised.creates)
        except psycopg.Error as error:
            return False, "", [f"our DDL failed: {str(error).splitlines()[0]}"]
        ours = min(weighted_ms(connection, way) for way in ways)
    share = (yard.before_ms - ours) / people_saved
    fits = our_bytes <= 2 * yard.size_bytes + GRACE_BYTES
    notes = [] if fits else [f"{our_bytes >> 10} kB against {yard.size_bytes >> 10} kB"]
    return share >= 0.9 and fits, people, [f"saves {share:.0%} ({ours:.3f} ms)", *notes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--major", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="write each case's snapshot into this folder")
    given = parser.parse_args()
    outcomes: list[Outcome] = []
    elapsed: list[float] = []
    with LocalServer(binaries_for(given.major), SETTINGS) as server:
        for path in sorted(given.folder.glob("*.yaml")):
            case = yaml.safe_load(path.read_text())
            if given.only and given.only not in path.name and given.only != case["kind"]:
                continue
            started = time.perf_counter()
            outcomes.append(judge(server, case, given.keep))
            elapsed.append(time.perf_counter() - started)
            one = outcomes[-1]
            print(f"{'ok  ' if one.solved else 'MISS'} {one.case} [{one.kind}] {one.note} | {one.ours[:300]}", flush=True)
    rows = [(one.case, one.kind, "yes" if one.solved else "no", one.people, one.note, one.ours[:200]) for one in outcomes]
    print(tabulate(rows, headers=("case", "kind", "solved", "people", "note", "ours"), tablefmt="github"))
    positives = [one for one in outcomes if one.kind != "negative"]
    negatives = [one for one in outcomes if one.kind == "negative"]
    print(
        f"\nPositives solved: {_share(positives)}; negatives silent: {_share(negatives)}; median {median(elapsed):.1f} s a case"
    )


def _share(outcomes: list[Outcome]) -> str:
    return f"{sum(one.solved for one in outcomes)} of {len(outcomes)}"


if __name__ == "__main__":
    main()
