"""Reports to write migrations from, and psql to run them with."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pgadvisor.migrate import Migration
from pgadvisor.model.catalog import ExistingIndex, Table
from pgadvisor.model.finding import Change, Finding, Level, StatementEffect
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.report import Report, Source, Summary
from pgadvisor.model.server import Server
from pgadvisor.model.snapshot import Lookup, Snapshot

NOW = datetime(2026, 6, 30, 12, 0, 1, tzinfo=timezone.utc)
STEM = "0001_pgadvisor_20260630_120001"


def keys(*columns: str) -> tuple[IndexKey, ...]:
    return tuple(IndexKey(column) for column in columns)


def table(name: Name, kind: str = "r", parent: Name | None = None) -> Table:
    parents, bound = ((parent,), "FOR VALUES …") if parent else ((), None)
    return Table(name, 1, kind, "p", 1000.0, 20, 0, parents=parents, partition_bound=bound)


def existing(name: str, index: Index, *, valid: bool = True, scans: int = 0, options: tuple[str, ...] = ()) -> ExistingIndex:
    return ExistingIndex(
        Name(index.table.schema, name), 1, index.table, "i", index, valid, valid, False, index.unique, False, False, False,
        False, True, None, 10, 1000.0, 81920, options, scans=scans,
    )  # fmt: skip


def create(name: str, index: Index) -> Change:
    return Change("create_index", index.table, index.sql(name, True), None, name, index, 81920, 12.5)


def drop(name: str, index: Index) -> Change:
    return Change("drop_index", index.table, "DROP INDEX", None, name, index)


def finding(*changes: Change, rule: str = "missing-index", ident: str = "missing-index:x:1") -> Finding:
    effect = StatementEffect(42, "q07", "select $1", 1200, 91000.0, 30159.9, 59.6, 90800.0)
    return Finding(ident, rule, Level.HIGH, Level.HIGH, "", "", "", "", statements=(effect,), changes=changes)


def lookup(database: str, major: int, tables: tuple[Table, ...], indexes: tuple[ExistingIndex, ...] = ()) -> Lookup:
    server = Server(major * 10000 + 1, database, "app", False, False, "UTF8", "C", "C", "c", None, None)
    return Lookup(Snapshot(NOW, server, tables=tables, indexes=indexes))


def report(*findings: Finding) -> Report:
    summary = Summary(1, 1, 0, 1.0, 1.0, 0.0, 0.0, 0, 0, 0.0, None)
    return Report("pgadvisor 0.1.0", NOW, Source("live", "shop", 180000, None, "shadow"), summary, findings, (), ())


@dataclass(frozen=True)
class Psql:
    """Runs the files of a migration against one database."""

    conninfo: str
    folder: Path

    def write(self, migration: Migration) -> None:
        for name, text in migration.files:
            (self.folder / name).write_text(text, encoding="utf-8")

    def start(self, kind: str, *options: str, **environment: str) -> "subprocess.Popen[str]":
        program = shutil.which("psql")
        if program is None:
            pytest.skip("no psql on this machine")
        command = [program, "-X", *options, "-d", self.conninfo, "-f", str(self.folder / f"{STEM}.{kind}.sql")]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}
        )

    def run(self, kind: str, *options: str, **environment: str) -> tuple[int, str]:
        """Exit code, and everything that was printed."""
        process = self.start(kind, *options, **environment)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def good(self, kind: str) -> str:
        code, output = self.run(kind)
        assert code == 0, output
        return output

    def refused(self, kind: str, words: str, *options: str) -> None:
        code, output = self.run(kind, *options)
        assert code != 0, output
        assert words in output, output
