"""`pgadvisor demo`: everything once, on an embedded PostgreSQL that is gone afterwards."""

import time
from functools import partial
from pathlib import Path

import click

from pgadvisor.analyze import analyse
from pgadvisor.cli.migrate import write_files
from pgadvisor.cli.output import emit, say, use_color, width
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.demo import build, run
from pgadvisor.model.report import Options, Report
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.report import render
from pgadvisor.report.units import duration, percent, size
from pgadvisor.whatif.binaries import find_binaries
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.shadow import open_shadow

_NEWEST = 18
_SETTINGS = {"shared_preload_libraries": "pg_stat_statements", "shared_buffers": "512MB", "track_io_timing": "on"}


@click.command(short_help="A shop on an embedded PostgreSQL, audited and migrated.")
@click.option("--scale", type=click.FloatRange(0.01, 10), default=1.0, show_default=True, help="Multiple of 2 million rows.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("pgadvisor-demo"),
    show_default=True,
    help="The folder for the migration files.",
)
@click.option("--shadow-bindir", type=click.Path(path_type=Path), help="Folder of initdb and postgres.")
def demo(scale: float, folder: Path, shadow_bindir: Path | None) -> None:
    """An embedded PostgreSQL with a realistic shop and its load, then audit and migrate."""
    binaries = find_binaries(_NEWEST, shadow_bindir)
    say(f"starting PostgreSQL {binaries.version} in a temporary folder")
    with LocalServer(binaries, _SETTINGS) as server:
        snapshot = _load(server, scale)
    say("that server is stopped and gone; all that follows rests on what was read from it")
    report = analyse(snapshot, Options(), partial(open_shadow, bindir=shadow_bindir), "live", say)
    emit(render(report, "text", width=width(), color=use_color()), None)
    click.echo("\nmigration files:")
    paths = write_files(report, Lookup(snapshot), folder, "demo")
    for path in paths:
        click.echo(path)
    click.echo(f"\n{_closing(report)}" + (f"; review {paths[0]}" if paths else ""))


def _load(server: LocalServer, scale: float) -> Snapshot:
    started = time.perf_counter()
    with server.connect() as connection:
        connection.execute("create database shop")
    with server.connect(dbname="shop") as connection:
        connection.execute("create extension pg_stat_statements")
        say("building the shop's database")
        build(connection, scale)
        connection.execute("select pg_stat_statements_reset()")
    say(f"  built in {time.perf_counter() - started:.0f} s; running its application's statements")
    conninfo = server.conninfo_for("shop")
    run(conninfo)
    say("reading the server, as `pgadvisor audit` does")
    with open_session(conninfo, command="demo") as session:
        return collect(session)


def _closing(report: Report) -> str:
    total = report.summary
    share = total.saving_ms / total.total_ms if total.total_ms else 0.0
    return (
        f"{len(report.findings)} findings, saving {duration(total.saving_ms)} of {duration(total.total_ms)} ({percent(share)}) "
        f"for {size(total.new_index_bytes)} of new indexes"
    )
