"""Does the shadow keep its word? `python -m benchmarks.fidelity_advice [--majors 18,15,16,13] [--shadow N] [-v]`

The demo's shop and the tracker of fixtures/forum.sql are built on a real server of each major, audited with their workload
files, and every statement is planned on both, before and after the recommended indexes are really built.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.fidelity import Outcome, asked, real_plan, shape, summary
from pgadvisor.advisor import advise
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.demo import build
from pgadvisor.errors import PlanError
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import PlanNode, ValuedStatement
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Statement
from pgadvisor.parse.workload import understand
from pgadvisor.parse.workload_file import read_workload_file
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.planner import ShadowPlanner
from pgadvisor.whatif.shadow import open_shadow
from pgadvisor.whatif.wire import Connection
from tests.postgres import binaries_for

_FIXTURES = Path(__file__).parent.parent / "fixtures"
_SERVER = {"shared_preload_libraries": "pg_stat_statements", "shared_buffers": "512MB", "default_statistics_target": "300"}
_PARENTS = """
SELECT n.nspname, c.relname, coalesce(p.relname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = h.inhparent WHERE c.relkind IN ('i', 'I')
"""


@dataclass(frozen=True)
class Database:
    name: str
    workload: str
    search_path: tuple[str, ...]


_DATABASES = (Database("shop", "demo_workload.sql", ("public",)), Database("forum", "forum_workload.sql", ("tracker", "public")))


def fill(connection: Connection, database: Database) -> None:
    if database.name == "shop":
        build(connection)
        return
    for part in (_FIXTURES / "forum.sql").read_text().split(";\n"):
        if part.strip():
            connection.execute(part.encode())
    connection.execute("vacuum analyze")


def compare(connection: Connection, planner: ShadowPlanner, database: Database, statements: tuple[Statement, ...],
            indexes: Mapping[str, Index]) -> list[Outcome]:  # fmt: skip
    connection.execute(f"set search_path = {', '.join(database.search_path)}".encode())
    names = {name: parent for _, name, parent in connection.execute(_PARENTS).fetchall()}
    outcomes = []
    for statement in statements:
        sql = str(statement.text)
        real = real_plan(connection, sql)
        try:
            root = planner.plan(ValuedStatement(sql, database.search_path), tuple(indexes.values())).root
        except PlanError as error:
            outcomes.append(Outcome(f"{statement.label} -- {error.reason}", real.total_cost, 0.0, shape(real, names), ()))
            continue
        found = {**names, **_shadow_names(planner, root, indexes)}
        outcomes.append(Outcome(str(statement.label), real.total_cost, root.total_cost, shape(real, names), shape(root, found)))
    return outcomes


def _shadow_names(planner: ShadowPlanner, root: PlanNode, indexes: Mapping[str, Index]) -> dict[str, str]:
    """The server's names of the hypothetical indexes in a shadow's plan."""
    name_of = {index: name for name, index in indexes.items()}
    schemas = {node.relation.schema for node in root.walk() if node.relation is not None}
    found: dict[str, str] = {}
    for node in root.walk():
        for schema in schemas if node.index else ():
            index = planner.index_named(Name(schema, str(node.index)))
            if index is not None:
                found[str(node.index)] = name_of[index]
    return found


def measure(major: int, shadow_major: int, database: Database, verbose: bool) -> None:
    statements = read_workload_file((_FIXTURES / database.workload).read_text(), database.workload)
    with LocalServer(binaries_for(major), _SERVER) as server:
        with server.connect() as admin:
            admin.execute(f"create database {database.name}".encode())
        with server.connect(dbname=database.name) as connection:
            connection.execute("create extension pg_stat_statements")
            fill(connection, database)
            connection.execute(f"alter database {database.name} set search_path = {', '.join(database.search_path)}".encode())
            with open_session(server.conninfo_for(database.name), command="benchmark") as session:
                snapshot = collect(session, texts=[str(one.text) for one in statements], statements_needed=False)
            lookup = Lookup(replace(snapshot, statements=statements))
            with open_shadow(lookup, list(lookup.tables), bindir=binaries_for(shadow_major).folder) as planner:
                print(f"{database.name} on {major}, {planner.name}")
                summary("  before", compare(connection, planner, database, statements, {}), verbose)
                advice = advise(lookup, understand(lookup), planner, Options())
                changes = [c for f in advice.findings for c in f.changes if c.action == "create_index"]
                indexes = {str(change.name): change.index for change in changes if change.index is not None}
                for name, index in indexes.items():
                    connection.execute(index.sql(name).encode())
                for index in indexes.values():
                    if any(key.expression for key in index.keys):
                        connection.execute(f"analyze {index.table}".encode())
                after = compare(connection, planner, database, statements, indexes)
                summary(f"  with {len(indexes)} recommended indexes", after, verbose)


def main() -> None:
    pairs, verbose = asked(__doc__)
    for major, shadow_major in pairs:
        for database in _DATABASES:
            measure(major, shadow_major, database, verbose)


if __name__ == "__main__":
    main()
