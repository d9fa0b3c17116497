"""Sets of indexes at equal bytes: `python -m benchmarks.tpc DSN WORKLOAD.sql PEERS.json KEY [--peer NAME] [--budget MB]`.

DSN names a database with the tables of the workload, HypoPG and statistics that stay as they are (no autovacuum). PEERS.json
holds, under KEY, sets that other advisors chose. Every index is built once in a copy of the database to learn its real size;
the real size of a peer's set is pgadvisor's budget, and both sets are costed by the same server's planner with HypoPG, every
statement counting once, in percent of the cost with no index. HypoPG leaves the descent of a B-tree out of the cost (its
indexes have no height), which favours sets of another copy of an index that is there; with `--referee built` the sets are
built in the copy and planned there, and with `--planner hypopg` pgadvisor plans with the referee's own planner, too.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from tabulate import tabulate

from pgadvisor.advisor.advice import advise
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Planner
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.parse.workload import understand
from pgadvisor.parse.workload_file import read_workload_file
from pgadvisor.whatif.hypopg import open_hypopg
from pgadvisor.whatif.shadow import open_shadow

Connection = psycopg.Connection[tuple[Any, ...]]
SUFFIX = "_pgadvisor_sizes"
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")  # that an index may need
NOT_HYPOTHETICAL = re.compile(r"using (gin|gist|spgist) ", re.IGNORECASE)  # HypoPG has none of these: they count for nothing


class Sizes:
    """Really built sizes of index definitions, kept in a file from run to run."""

    def __init__(self, dsn: str, file: Path) -> None:
        self.file = file
        self.known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
        self.dsn = dsn
        self.copy: Connection | None = None

    def of(self, definition: str) -> int:
        if definition not in self.known:
            self.known[definition] = self._build(definition)
            self.file.write_text(json.dumps(self.known, indent=0))
        return self.known[definition]

    def _build(self, definition: str) -> int:
        copy = self.open_copy()
        copy.execute("drop index if exists sized")
        copy.execute(re.sub(r"(?i)^create index ", "create index sized ", definition))
        row = copy.execute("select pg_relation_size('sized')").fetchone()
        copy.execute("drop index sized")
        assert row is not None
        return int(row[0])

    def open_copy(self) -> Connection:
        """CREATE INDEX changes the table's own statistics, so that it is done in a copy of the database."""
        if self.copy is not None:
            return self.copy
        origin = psycopg.conninfo.conninfo_to_dict(self.dsn)["dbname"]
        copy = f"{origin}{SUFFIX}"
        with psycopg.connect(make_conninfo(self.dsn, dbname="postgres"), autocommit=True) as admin:
            if admin.execute("select from pg_database where datname = %s", [copy]).fetchone() is None:
                admin.execute(f'create database "{copy}" template "{origin}" strategy file_copy')
        self.copy = psycopg.connect(make_conninfo(self.dsn, dbname=copy), autocommit=True, prepare_threshold=None)
        for extension in EXTENSIONS:
            self.copy.execute(f"create extension if not exists {extension}")
        return self.copy


@dataclass(frozen=True)
class Costed:
    total: float
    per_statement: dict[str, float]


def cost(connection: Connection, statements: list[tuple[str, str]], definitions: list[str]) -> Costed:
    """The sum of the planner's costs with hypothetical indexes."""
    connection.execute("select hypopg_reset()")
    for definition in definitions:
        if NOT_HYPOTHETICAL.search(definition):
            continue
        connection.execute("select hypopg_create_index(%s)", [definition])
    costs: dict[str, float] = {}
    for name, sql in statements:
        row = connection.execute("explain (format json) " + sql.replace("%", "%%"), []).fetchone()
        assert row is not None
        costs[name] = row[0][0]["Plan"]["Total Cost"]
    connection.execute("select hypopg_reset()")
    return Costed(sum(costs.values()), costs)


class Built:
    """Costs with really built indexes: each is built once in the copy, and those that are not in the set are marked as not
    valid, so that the planner passes them over."""

    def __init__(self, copy: Connection, statements: list[tuple[str, str]]) -> None:
        self.copy, self.statements = copy, statements
        self.names = dict[str, str]()
        for (name,) in copy.execute("select indexname from pg_indexes where indexname like 'built\\_%'").fetchall():
            copy.execute(f"drop index {name}")

    def cost(self, definitions: list[str]) -> Costed:
        for definition in definitions:
            if definition not in self.names:
                name = self.names[definition] = f"built_{len(self.names)}"
                self.copy.execute(re.sub(r"(?i)^create index ", f"create index {name} ", definition))
        wanted = [self.names[definition] for definition in definitions]
        self.copy.execute(
            "update pg_index i set indisvalid = c.relname = any(%s) from pg_class c where c.oid = i.indexrelid"
            " and c.relname like 'built\\_%%' and indisvalid <> (c.relname = any(%s))",
            [wanted, wanted],
        )
        return cost(self.copy, self.statements, [])


def chosen(advice: Advice) -> list[str]:
    created = [c.index for f in advice.findings for c in f.changes if c.action == "create_index" and c.index is not None]
    return [index.sql("x").replace("CREATE INDEX x ", "create index ") for index in created]


@contextmanager
def open_planner(lookup: Lookup, tables: list[Name], hypopg_dsn: str | None) -> Iterator[Planner]:
    if hypopg_dsn is None:
        with open_shadow(lookup, tables) as shadow:
            yield shadow
    else:
        with open_hypopg(lookup, tables, conninfo=hypopg_dsn, force=True) as hypopg:
            yield hypopg


def advice_for(snapshot: Snapshot, budget_bytes: int | None, hypopg_dsn: str | None = None) -> tuple[Advice, float]:
    started = time.perf_counter()
    lookup = Lookup(snapshot)
    workload = understand(lookup)
    tables = sorted({table for query in workload.queries for table in query.tables})
    with open_planner(lookup, tables, hypopg_dsn) as planner:
        advice = advise(lookup, workload, planner, Options(budget_bytes=budget_bytes, min_gain=0.0))
    return advice, time.perf_counter() - started


def read(dsn: str, workload: Path) -> tuple[Snapshot, list[tuple[str, str]]]:
    statements = read_workload_file(workload.read_text(), str(workload))
    with open_session(dsn, command="benchmark") as session:
        snapshot = collect(session, texts=[one.text or "" for one in statements], statements_needed=False)
    return replace(snapshot, statements=statements), [(one.label or str(one.queryid), one.text or "") for one in statements]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dsn")
    parser.add_argument("workload", type=Path)
    parser.add_argument("peers", type=Path)
    parser.add_argument("key")
    parser.add_argument("--sizes", type=Path, default=Path(".cache/sizes.json"))
    parser.add_argument("--peer", default="")
    parser.add_argument("--referee", choices=("hypopg", "built", "both"), default="hypopg")
    parser.add_argument("--planner", choices=("shadow", "hypopg"), default="shadow", help="pgadvisor's own")
    parser.add_argument("--budget", type=int, default=None, help="only the peers' sets of this budget in MB")
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    snapshot, statements = read(given.dsn, given.workload)
    sizes = Sizes(given.dsn, given.sizes.with_name(f"{given.key}-{given.sizes.name}"))
    peers = [peer for peer in json.loads(given.peers.read_text())[given.key] if given.peer in peer["peer"]]
    peers = [peer for peer in peers if given.budget in (None, peer["budget_mb"])]
    known: dict[int, tuple[Advice, float]] = {}
    rows: list[tuple[Any, ...]] = []
    with psycopg.connect(given.dsn, autocommit=True, prepare_threshold=None) as connection:
        referees: dict[str, Callable[[list[str]], Costed]] = {"hypopg": partial(cost, connection, statements)}
        if given.referee in ("built", "both"):
            referees["built"] = Built(sizes.open_copy(), statements).cost
        referees = {name: referee for name, referee in referees.items() if given.referee in (name, "both")}
        for peer in peers:
            budget = sum(sizes.of(definition) for definition in peer["indexes"])
            if budget not in known:
                known[budget] = advice_for(snapshot, budget, given.dsn if given.planner == "hypopg" else None)
            advice, seconds = known[budget]
            ours = chosen(advice)
            ours_bytes = sum(sizes.of(definition) for definition in ours)
            asked = peer["budget_mb"] or peer.get("max_indexes") or ""
            label = f"{peer['peer']} {'w' + str(peer['width']) if peer.get('width') else ''} {asked}"
            for referee, evaluate in referees.items():
                theirs, mine, base = (evaluate(each).total for each in (peer["indexes"], ours, []))
                rows.append((label, referee, budget / 1e6, ours_bytes / 1e6, 100 * theirs / base, 100 * mine / base, len(ours),
                             advice.whatif_calls, peer["explains"], seconds, peer["seconds"], advice.gap_fraction))  # fmt: skip
                print(f"{label}, {referee}: {budget / 1e6:.0f} MB, theirs {rows[-1][4]:.2f} %, ours {rows[-1][5]:.2f} % "
                      f"({ours_bytes / 1e6:.0f} MB), calls {advice.whatif_calls}, {seconds:.1f} s", flush=True)  # fmt: skip
            if given.verbose:
                print("  " + "\n  ".join(ours))
    headers = (
        "peer",
        "referee",
        "MB",
        "our MB",
        "their %",
        "our %",
        "our indexes",
        "our calls",
        "their calls",
        "our s",
        "their s",
        "gap",
    )
    print(tabulate(rows, headers=headers, tablefmt="github", floatfmt=".2f"))
    for referee in referees:
        summary(referee, [row[:1] + row[2:] for row in rows if row[1] == referee])


def summary(referee: str, rows: list[tuple[Any, ...]]) -> None:
    no_worse = sum(row[4] <= row[3] + 0.005 for row in rows)
    over = [row[2] / row[1] - 1 for row in rows if row[2] > row[1] * 1.001]
    print(f"\n{referee}: at most as costly: {no_worse} of {len(rows)}; cheaper: {sum(row[4] < row[3] - 0.005 for row in rows)}; "
          f"over budget: {len(over)}, at most by {100 * max(over, default=0.0):.1f} %; "
          f"calls at most a tenth of theirs: {sum(10 * row[6] <= row[7] for row in rows if row[7] is not None)}; "
          f"sooner: {sum(row[8] < row[9] for row in rows if row[9] is not None)}")  # fmt: skip


if __name__ == "__main__":
    main()
