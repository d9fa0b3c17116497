"""Does the shadow plan like the server it was made from? The same statements on both, before and after new indexes.

    python -m benchmarks.fidelity [--majors 18,15] [--shadow 18] [-v]

For each major it builds a database, reads it with `pgadvisor.collect`, opens a shadow and compares: same plan (node
kinds and indexes, depth first) and the shadow's cost over the server's. Then the same with new indexes: built on the
server, hypothetical in the shadow.
"""

import argparse
import json
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.fidelity_case import INDEXES, QUERIES, SCHEMA
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.errors import PlanError
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import PlanNode, ValuedStatement
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.planner import ShadowPlanner
from pgadvisor.whatif.plans import plan_node
from pgadvisor.whatif.shadow import open_shadow
from pgadvisor.whatif.wire import Connection
from tests.postgres import binaries_for

_SERVER = {"shared_preload_libraries": "pg_stat_statements", "shared_buffers": "256MB", "default_statistics_target": "300"}
_INDEX_NAMES = """
SELECT c.relname, coalesce(p.relname, c.relname) FROM pg_class c LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
LEFT JOIN pg_class p ON p.oid = h.inhparent WHERE c.relkind = 'i'
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One statement planned twice."""

    query: str
    real_cost: float
    shadow_cost: float
    real_shape: tuple[str, ...]
    shadow_shape: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.real_shape == self.shadow_shape

    @property
    def ratio(self) -> float:
        return self.shadow_cost / self.real_cost if self.real_cost else 1.0


def shape(node: PlanNode, names: Mapping[str, str]) -> tuple[str, ...]:
    """Kinds of nodes and the indexes they read, depth first; `names` calls an index of a partition by its parent's name."""
    here = f"{node.kind}:{names.get(node.index, node.index)}" if node.index else node.kind
    return (here, *(part for child in node.children for part in shape(child, names)))


def real_plan(connection: Connection, sql: str) -> PlanNode:
    row = connection.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}").fetchone()
    assert row is not None
    answer = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return plan_node(answer[0]["Plan"])


def shadow_names(planner: ShadowPlanner, root: PlanNode, real: Mapping[str, str]) -> dict[str, str]:
    """The server's names of the indexes in a shadow's plan."""
    name_of = {index: name for name, index in INDEXES.items()}
    found = dict(real)
    for node in root.walk():
        index = planner.index_named(Name("public", node.index)) if node.index else None
        if index is not None and node.index is not None:
            found[node.index] = name_of[index]
    return found


def compare(connection: Connection, planner: ShadowPlanner, indexes: Mapping[str, Index]) -> list[Outcome]:
    outcomes = []
    names: dict[str, str] = dict(connection.execute(_INDEX_NAMES).fetchall())
    for query in QUERIES:
        real = real_plan(connection, query)
        try:
            root = planner.plan(ValuedStatement(query, ("public",)), tuple(indexes.values())).root
        except PlanError as error:
            outcomes.append(Outcome(f"{query} -- {error.reason}", real.total_cost, 0.0, shape(real, names), ()))
            continue
        found = shadow_names(planner, root, names)
        outcomes.append(Outcome(query, real.total_cost, root.total_cost, shape(real, names), shape(root, found)))
    return outcomes


def summary(title: str, outcomes: list[Outcome], verbose: bool) -> None:
    ratios = sorted(outcome.ratio for outcome in outcomes)
    same = sum(outcome.same for outcome in outcomes) / len(outcomes)
    near = sum(0.9 <= ratio <= 1.1 for ratio in ratios) / len(ratios)
    low, *_, high = statistics.quantiles(ratios, n=20)
    print(
        f"{title:34} {len(outcomes):4} statements  same plan {same:6.1%}  ratio 0.9..1.1 {near:6.1%}"
        f"  p5 {low:.3f}  median {statistics.median(ratios):.3f}  p95 {high:.3f}  least {ratios[0]:.3f}  most {ratios[-1]:.3f}"
    )
    for outcome in outcomes if verbose else ():
        if not outcome.same or not 0.99 <= outcome.ratio <= 1.01:
            print(f"    {outcome.ratio:.3f} {outcome.real_cost:.1f} -> {outcome.shadow_cost:.1f}  {outcome.query}")
            if not outcome.same:
                print(f"        server {' '.join(outcome.real_shape)}\n        shadow {' '.join(outcome.shadow_shape)}")


def measure(major: int, shadow_major: int, verbose: bool) -> None:
    """One server and its shadow."""
    with LocalServer(binaries_for(major), _SERVER) as server, server.connect() as connection:
        connection.execute("create extension pg_stat_statements")
        for statement in SCHEMA.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        with open_session(server.conninfo, command="benchmark") as session:
            lookup = Lookup(collect(session))
        started = time.perf_counter()
        with open_shadow(lookup, list(lookup.tables), bindir=binaries_for(shadow_major).folder) as planner:
            ready_s = time.perf_counter() - started
            print(f"{major} in {planner.name}: ready in {ready_s:.2f} s; skipped {planner.skipped or 'nothing'}")
            summary("  before", compare(connection, planner, {}), verbose)
            for name, index in INDEXES.items():
                connection.execute(index.sql(name))
            connection.execute("analyze users")  # expression indexes get their statistics from ANALYZE
            outcomes = compare(connection, planner, INDEXES)
            summary(f"  with {len(INDEXES)} new indexes", outcomes, verbose)


def asked(description: str | None) -> tuple[list[tuple[int, int]], bool]:
    """From the command line: the majors of each server and its shadow, and whether to print what differs."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--majors", default="18,15", help="majors of the server")
    parser.add_argument("--shadow", type=int, help="major of the shadow, the server's own if not given")
    parser.add_argument("-v", "--verbose", action="store_true", help="print what differs")
    options = parser.parse_args()
    return [(major, options.shadow or major) for major in map(int, options.majors.split(","))], options.verbose


def main() -> None:
    pairs, verbose = asked(__doc__)
    for major, shadow_major in pairs:
        measure(major, shadow_major, verbose)


if __name__ == "__main__":
    main()
