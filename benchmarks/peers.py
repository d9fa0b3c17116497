"""Other advisors on the same cases: `python -m benchmarks.peers FOLDER --bindir BIN --index-advisor FILE --tool NAME=COMMAND`.

The cases, the workload and the measure are those of benchmarks.cases. BIN holds the programs of a PostgreSQL with HypoPG. Every
advisor reads the workload from pg_stat_statements, as pgadvisor does:

  --index-advisor FILE   the SQL of Supabase's function index_advisor, which is asked about one statement after the other
  --tool NAME=COMMAND    a program that finds the database by libpq's environment variables and prints CREATE INDEX statements, or
                         "Index found: table (columns)" as dexter does:
                             dexter="ruby -I LIB .../exe/dexter --pg-stat-statements"
                             dta="PYTHON benchmarks/peers_dta.py SOURCE" (postgres-mcp)
                             pghero="ruby -I LIB benchmarks/peers_pghero.rb"

A tool that is not given is left out. These tools only create: drops beside an index, or on a negative, are not asked of them;
cases that are solved by a drop or a rewrite alone are not solved by any of them.
"""

import argparse
import functools
import os
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import yaml
from psycopg.conninfo import conninfo_to_dict
from tabulate import tabulate

from benchmarks.cases import SETTINGS, Advised, Connection, Outcome, build, decide, run, yardstick
from pgadvisor.whatif.binaries import read_binaries
from pgadvisor.whatif.localserver import LocalServer

# What an advisor proposes for a database: statements that create indexes.
Tool = Callable[[LocalServer], list[str]]
_STATEMENT = re.compile(r"CREATE (?:UNIQUE )?INDEX [^;\n]+", re.IGNORECASE)
_FOUND = re.compile(r"Index found: (\S+) \((.+)\)")
_WORKLOAD = """select query from pg_stat_statements s join pg_database d on d.oid = s.dbid and d.datname = current_database()
    where query ~* '^\\s*(select|with|insert|update|delete)' order by total_exec_time desc"""
_SECONDS = 120  # for one case


def ask_index_advisor(server: LocalServer) -> list[str]:
    """The function about each statement that pg_stat_statements shows."""
    proposed: list[str] = []
    with server.connect(dbname="base") as connection:
        for (query,) in connection.execute(_WORKLOAD).fetchall():
            try:
                row = connection.execute("select index_statements from index_advisor(%s)", (query,)).fetchone()
            except psycopg.Error as error:
                print(f"  index_advisor: {str(error).splitlines()[0]}", flush=True)
                continue
            proposed += (row[0] or []) if row is not None else []
    return list(dict.fromkeys(proposed))


def ask_command(command: Sequence[str], server: LocalServer) -> list[str]:
    """A program's statements."""
    info = conninfo_to_dict(server.conninfo_for("base"))
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = {**os.environ, **{name: str(info[key]) for key, name in names.items() if key in info}}
    try:
        done = subprocess.run([*command], env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"  {command[0]}: no answer in {_SECONDS} s", flush=True)
        return []
    if done.returncode:
        print(f"  {command[0]}: {(done.stderr.strip() or done.stdout.strip())[-300:]}", flush=True)
    found = [f"CREATE INDEX ON {table} ({columns})" for table, columns in _FOUND.findall(done.stdout)]
    return list(dict.fromkeys([*found, *_STATEMENT.findall(done.stdout)]))


def prepare(server: LocalServer, case: dict[str, Any], advisor_sql: Path | None) -> frozenset[int]:
    """The database of a case after its workload; the statements that pg_stat_statements shows of it."""
    with server.connect() as admin:
        admin.execute("drop database if exists base with (force)")
        admin.execute("create database base")
    with server.connect(dbname="base") as connection:
        for extension in ("pg_stat_statements", "hypopg"):
            connection.execute(f"create extension {extension}")
        if advisor_sql is not None:
            connection.execute(advisor_sql.read_text())
        build(connection, case)
        run(connection, case["workload"])
        found = frozenset(_shown(connection))
        connection.execute("analyze")  # postgres-mcp asks pg_stat_user_tables, which was reset, whether that was done
        return found


def _shown(connection: Connection) -> set[int]:
    return {queryid for (queryid,) in connection.execute("select queryid from pg_stat_statements where queryid is not null")}


def forget_others(server: LocalServer, statements: frozenset[int]) -> None:
    """Take what an advisor itself ran out of pg_stat_statements, so that the next one does not see it."""
    with server.connect(dbname="base") as connection:
        for queryid in _shown(connection) - statements:
            connection.execute("select pg_stat_statements_reset(0, 0, %s)", (queryid,))


def judge(
    server: LocalServer, case: dict[str, Any], tools: dict[str, Tool], advisor_sql: Path | None
) -> dict[str, tuple[Outcome, float]]:
    """Each tool's outcome and seconds."""
    statements = prepare(server, case, advisor_sql)
    yard = functools.cache(functools.partial(yardstick, server, case))
    truth = case["ground_truth"]
    granted = frozenset(truth["drop"] if truth["create"] or case["negative"] else ())
    known: dict[frozenset[str], Outcome] = {}
    outcomes: dict[str, tuple[Outcome, float]] = {}
    for name, tool in tools.items():
        started = time.perf_counter()
        creates = tool(server)
        seconds = time.perf_counter() - started
        forget_others(server, statements)
        if frozenset(creates) not in known:
            known[frozenset(creates)] = decide(server, case, Advised(creates, granted, False, "; ".join(creates)), yard)
        outcomes[name] = known[frozenset(creates)], seconds
    return outcomes


def tools_of(given: argparse.Namespace) -> dict[str, Tool]:
    tools: dict[str, Tool] = {"index_advisor": ask_index_advisor} if given.index_advisor else {}
    for one in given.tool:
        name, _, command = one.partition("=")
        tools[name] = functools.partial(ask_command, shlex.split(command))
    return tools


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bindir", type=Path, required=True)
    parser.add_argument("--index-advisor", type=Path)
    parser.add_argument("--tool", action="append", default=[])
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    tools = tools_of(given)
    rows: list[dict[str, tuple[Outcome, float]]] = []
    binaries = read_binaries(given.bindir)
    if binaries is None:
        parser.error(f"no PostgreSQL programs in {given.bindir}")
    with LocalServer(binaries, SETTINGS) as server:
        for path in sorted(given.folder.glob("*.yaml")):
            case = yaml.safe_load(path.read_text())
            if given.only in path.name:
                rows.append(judge(server, case, tools, given.index_advisor))
                for name, (one, seconds) in rows[-1].items():
                    print(
                        f"{'ok  ' if one.solved else 'MISS'} {one.case} {name} {seconds:.1f} s {one.note} | {one.ours[:200]}",
                        flush=True,
                    )
    _print_tables(list(tools), rows)


def _print_tables(names: list[str], rows: list[dict[str, tuple[Outcome, float]]]) -> None:
    table = []
    for name in names:
        outcomes = [row[name][0] for row in rows]
        positives = [one.solved for one in outcomes if one.kind != "negative"]
        negatives = [one.solved for one in outcomes if one.kind == "negative"]
        seconds = median(row[name][1] for row in rows)
        table.append((name, f"{sum(positives)} of {len(positives)}", f"{sum(negatives)} of {len(negatives)}", f"{seconds:.1f}"))
    print(tabulate(table, headers=("tool", "positives solved", "negatives silent", "median s"), tablefmt="github"), "\n")
    each = []
    for row in rows:
        first = row[names[0]][0]
        each.append((first.case, first.kind, *("yes" if row[name][0].solved else "no" for name in names)))
    print(tabulate(each, headers=("case", "kind", *names), tablefmt="github"))


if __name__ == "__main__":
    main()
