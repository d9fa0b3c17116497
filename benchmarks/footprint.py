"""What reading a database costs it: python benchmarks/footprint.py [--tables 1000 20000] [--major 18]

Makes databases of that many tables with two indexes each, reads them as the role of sql/setup/role.sql, and prints what
the server itself counted for that role. Nothing here is asserted: the figures depend on the machine.
"""

import argparse
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.conninfo import make_conninfo

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.connect.sqlfile import folder
from pgadvisor.whatif.binaries import find_binaries
from pgadvisor.whatif.localserver import LocalServer

_SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "max_locks_per_transaction": "4096",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "log_lock_waits": "on",
}
_TABLES_A_STATEMENT = 500


def make_tables(server: LocalServer, count: int) -> None:
    """`count` tables with a primary key and two more indexes; one in ten has a partial and an expression index too."""
    with server.connect(dbname="big") as connection:
        for start in range(0, count, _TABLES_A_STATEMENT):
            connection.execute(
                "".join(
                    f"create table t{n} (id bigint, customer_id int not null, status text, created_at timestamptz, note text,"
                    f" total numeric, a int, b int, c text, d jsonb);"
                    f"create index t{n}_a on t{n} (customer_id, created_at desc);"
                    + (
                        f"create index t{n}_b on t{n} (lower(note)) where status = 'open';"
                        if n % 10 == 0
                        else f"create index t{n}_b on t{n} (status);"
                    )
                    for n in range(start, min(start + _TABLES_A_STATEMENT, count))
                )
            )
        connection.execute("select pg_stat_statements_reset()")
        for n in range(0, count, max(1, count // 200)):
            connection.execute(f"insert into t{n} (customer_id, status) select g % 10, 'open' from generate_series(1, 100) g")
            connection.execute(f"analyze t{n}")
            connection.execute(f"select * from t{n} where customer_id = 1 order by created_at desc limit 10")


@contextmanager
def watched_locks(server: LocalServer) -> Iterator[dict[str, float]]:
    """The longest wait of a session of ours for a lock, sampled every 20 ms."""
    seen = {"longest_wait_ms": 0.0, "connections": 0.0}
    done = threading.Event()

    def watch() -> None:
        with server.connect(dbname="big") as connection:
            while not done.wait(0.02):
                row = connection.execute(
                    "select count(*), max(extract(epoch from clock_timestamp() - state_change))"
                    " filter (where wait_event_type = 'Lock') from pg_stat_activity where application_name like 'pgadvisor/%'"
                ).fetchone()
                assert row is not None
                seen["connections"] = max(seen["connections"], row[0])
                seen["longest_wait_ms"] = max(seen["longest_wait_ms"], 1000 * float(row[1] or 0))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def read_once(conninfo: str) -> None:
    """The child process: reads once and prints seconds, peak memory and the footprint as the tool reports it."""
    empty_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    with open_session(conninfo, command="footprint") as session:
        snapshot = collect(session)
    seconds = time.monotonic() - started
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    footprint = snapshot.footprint
    assert footprint is not None
    detailed = sum(bool(table.columns) for table in snapshot.tables)
    print(
        f"  elapsed {seconds:.2f} s, peak RSS {peak_kb / 1024:.0f} MB ({empty_kb / 1024:.0f} MB before), "
        f"reads {footprint.statements} in {footprint.elapsed_ms:.0f} ms, left out for locks {footprint.locked_objects}\n"
        f"  {len(snapshot.tables)} tables ({detailed} in question), {len(snapshot.indexes)} indexes, "
        f"{len(snapshot.statistics)} rows of statistics, {len(snapshot.statements)} statements, {len(snapshot.skipped)} skipped"
    )


def measure(major: int, count: int) -> None:
    """One server, one database, three readings: the first meets cold catalog caches."""
    with LocalServer(find_binaries(major), _SETTINGS) as server:
        with server.connect() as admin:
            admin.execute("create database big")
        with server.connect(dbname="big") as admin:
            admin.execute("create extension pg_stat_statements")
            admin.execute((folder() / "setup" / "role.sql").read_text())
            admin.execute("alter role pgadvisor password 'secret'")
        started = time.monotonic()
        make_tables(server, count)
        print(f"{count} tables on PostgreSQL {server.version} (made in {time.monotonic() - started:.0f} s)", flush=True)
        conninfo = make_conninfo(server.conninfo, dbname="big", user="pgadvisor", password="secret")
        for _ in range(3):
            with watched_locks(server) as seen:
                subprocess.run([sys.executable, __file__, "--read", conninfo], check=True)
        with server.connect(dbname="big") as watcher:
            row = watcher.execute(
                "select sum(calls), sum(total_exec_time + total_plan_time),"
                " sum(total_exec_time + total_plan_time) filter (where query not like '%set_config%' and calls > 0),"
                " max(max_exec_time)"
                " from pg_stat_statements join pg_roles r on r.oid = userid where rolname = 'pgadvisor'"
            ).fetchone()
        assert row is not None
        print(
            f"  by the server's account, each of three readings: {row[0] / 3:.0f} statements with BEGIN, settings and ROLLBACK, "
            f"{row[1] / 3:.0f} ms, the longest {row[3]:.0f} ms; connections at a time {seen['connections']:.0f}, "
            f"longest lock wait seen {seen['longest_wait_ms']:.0f} ms",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, nargs="+", default=[1000, 20000])
    parser.add_argument("--major", type=int, default=18)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_once(options.read)
        return
    for count in options.tables:
        measure(options.major, count)


if __name__ == "__main__":
    main()
