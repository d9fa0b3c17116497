"""What an index costs the writes of its table: the price that pgadvisor states against what was really measured.

    python -m benchmarks.writes [--major 18]

A table of 200,000 rows with one index of each kind gets three batches of 20,000 rows, the first right after a checkpoint, then a
tenth of its rows are deleted and vacuumed away. The same without an index is subtracted. Printed for each index, predicted and
measured: microseconds of processor time per entry, bytes of WAL per entry (records), and bytes of page images in the first
batch; at the end how far the predictions are off, and what a dead entry cost VACUUM beside a new one. For Linux, whose
/proc/PID/schedstat tells a session's processor time.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pgadvisor.advisor.price.entries import entry_ms
from pgadvisor.advisor.price.wal import checkpoint_s, entry_bytes, images_bytes
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.wire import Connection
from tests.postgres import binaries_for

_ROWS, _BATCH = 200_000, 20_000
_PAGE_BYTES = 8192
_SERVER = {
    "shared_preload_libraries": "pg_stat_statements", "shared_buffers": "512MB", "full_page_writes": "on", "max_wal_size": "8GB",
    "checkpoint_timeout": "1h", "autovacuum": "off",
}  # fmt: skip
_COLUMNS = """id bigint, at timestamptz, few int, rnd int, big bigint, uid uuid, name text, body text, meta jsonb, tags text[],
  doc tsvector, span int4range, place point"""
_FILL = """select i, timestamptz '2025-01-01' + i * interval '1 s', i %% 10, (random() * 1e9)::int, (random() * 1e15)::bigint,
  md5(i::text || random())::uuid, 'user' || (random() * 1e6)::int || '@example.org', repeat(md5(random()::text), 4),
  jsonb_build_object('a', (random() * 1000)::int, 'b', i %% 7, 'c', 'x' || (random() * 5000)::int),
  array['t' || (random() * 400)::int, 'u' || (random() * 30)::int, 'v' || (random() * 9000)::int],
  to_tsvector('simple', (select string_agg('w' || (random() ^ 2 * 3000)::int, ' ') from generate_series(1, 12 + i %% 3))),
  int4range(i, i + (random() * 50)::int), point(random() * 1000, random() * 1000) from generate_series(%s::int, %s::int) i"""
_INDEXES = (
    "(id)", "(at)", "(few)", "(rnd)", "(big)", "(uid)", "(name)", "(body)", "(rnd, big, name)", "(few, at) include (name)",
    "(lower(name))", "using hash (rnd)", "using hash (name)", "using gin (meta)", "using gin (meta jsonb_path_ops)",
    "using gin (tags)", "using gin (doc)", "using gist (place)", "using gist (doc)", "using gist (rnd)", "using spgist (place)",
    "using spgist (name)", "using brin (at)", "using brin (rnd)",
)  # fmt: skip


@dataclass(frozen=True)
class _Cost:
    """Of the three batches: microseconds and WAL bytes; of VACUUM after them the microseconds; the index's pages before."""

    us: Sequence[float]
    wal_bytes: Sequence[float]
    vacuum_us: float
    pages: int


def _wal_position(connection: Connection) -> float:
    row = connection.execute("select pg_current_wal_insert_lsn() - '0/0'").fetchone()
    assert row is not None
    return float(row[0])


def _timed(connection: Connection, statement: str) -> tuple[float, float]:
    """Microseconds of the session's processor time, and bytes of WAL."""
    row = connection.execute("select pg_backend_pid()").fetchone()
    assert row is not None
    clock = Path(f"/proc/{row[0]}/schedstat")
    position, started = _wal_position(connection), int(clock.read_text().split()[0])
    connection.execute(statement)
    return (int(clock.read_text().split()[0]) - started) / 1000, _wal_position(connection) - position


def _built(connection: Connection, index: str) -> int:
    """The table with the index (none for ''); the index's pages."""
    for statement in ("drop table if exists w", "create table w (like base)", "insert into w select * from base"):
        connection.execute(statement)
    if index:
        connection.execute(f"create index wi on w {index}")
    connection.execute("vacuum analyze w")
    row = connection.execute("select coalesce(pg_relation_size(to_regclass('wi')), 0)").fetchone()
    assert row is not None
    return int(row[0]) // _PAGE_BYTES


def _cost(connection: Connection, index: str) -> _Cost:
    pages = _built(connection, index)
    connection.execute("checkpoint")
    found = []
    for batch in range(3):
        first = _ROWS + batch * _BATCH
        us, wal = _timed(connection, f"insert into w select * from more where id > {first} and id <= {first + _BATCH}")
        if "gin" in index:  # the pending list is part of the price
            more_us, more_wal = _timed(connection, "select gin_clean_pending_list('wi')")
            us, wal = us + more_us, wal + more_wal
        found.append((us, wal))
    connection.execute("delete from w where id % 10 = 3")
    vacuum_us, _ = _timed(connection, "vacuum (truncate off) w")
    return _Cost([us for us, _ in found], [wal for _, wal in found], vacuum_us, pages)


def _lookup(server: LocalServer) -> Lookup:
    with open_session(server.conninfo, command="benchmark") as session:
        return Lookup(collect(session))


def _prepare(connection: Connection) -> None:
    for statement in ("pg_stat_statements", "btree_gist"):
        connection.execute(f"create extension {statement}")
    for table, first, last in (("base", 1, _ROWS), ("more", _ROWS + 1, _ROWS + 3 * _BATCH)):
        connection.execute(f"create table {table} ({_COLUMNS})")
        connection.execute(f"insert into {table} {_FILL}", (first, last))
        connection.execute(f"vacuum analyze {table}")


def _factor(one: float, other: float) -> float:
    return max(one, other) / max(1e-9, min(one, other))


def _within(name: str, factors: list[float]) -> None:
    ranked = sorted(factors)
    p90 = ranked[int(0.9 * (len(ranked) - 1))]
    print(f"{name}: {len(ranked)} indexes, off by a factor of {statistics.median(ranked):.2f} (median), {p90:.2f} (p90)")


def measure(major: int) -> None:
    errors: dict[str, list[float]] = {"time": [], "WAL records": [], "page images": []}
    dead: list[float] = []
    with LocalServer(binaries_for(major), _SERVER) as server, server.connect() as connection:
        _prepare(connection)
        bases = [_cost(connection, "") for _ in range(3)]
        base_us = min(us for base in bases for us in base.us)
        base_wal = [min(base.wal_bytes[batch] for base in bases) for batch in range(3)]
        base_vacuum_us = min(base.vacuum_us for base in bases)
        for text in _INDEXES:
            got = _cost(connection, text)
            lookup = _lookup(server)
            index = next(one.definition for one in lookup.snapshot.indexes if one.name.name == "wi")
            assert index is not None
            us, records = (min(got.us) - base_us) / _BATCH, (got.wal_bytes[2] - base_wal[2]) / _BATCH
            images = (got.wal_bytes[0] - base_wal[0]) / _BATCH - records
            us_said, records_said = entry_ms(index, lookup) * 1000, entry_bytes(index, lookup)
            images_said = images_bytes(index, got.pages, _BATCH, checkpoint_s(lookup), lookup) / _BATCH
            print(
                f"{text:32} time {us_said:6.2f} {us:6.2f} us   WAL {records_said:7.1f} {records:7.1f}   "
                f"images {images_said:7.1f} {images:7.1f}",
                flush=True,
            )
            errors["time"].append(_factor(us_said + 1, max(us, 0.0) + 1))  # a microsecond more or less is noise
            errors["WAL records"].append(_factor(records_said + 8, records + 8))
            errors["page images"].append(_factor(images_said + 8, max(images, 0.0) + 8))
            dead.append((got.vacuum_us - base_vacuum_us) / (0.1 * (_ROWS + 3 * _BATCH)) / max(1.0, us))
    print(f"PostgreSQL {major}")
    for name, factors in errors.items():
        _within(name, factors)
    print(f"a dead entry costs VACUUM {statistics.median(dead):.2f} of what a new one costs (median)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--major", type=int, default=18)
    measure(parser.parse_args().major)


if __name__ == "__main__":
    main()
