"""Is the advice the same whether constants are hidden behind $n or shown by the server's log?

Statements run with constants drawn at random, every other one with the constants in its text, the rest with parameters. The
same snapshot is analysed twice: with $n only, whose values are inferred, and with --log. Compared are the indexes that are
advised for each statement, what both sets save when planned with the real constants, and the server's estimate of rows with
rows per call as counted:

    python -m benchmarks.hidden [--major 18] [--scale 0.2] [--set 2] [--verbose]

The statements of the first set were written after the inference of values and not used for it then; hidden_second.py and
hidden_third.py say when theirs were.
"""

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
from tabulate import tabulate

from benchmarks import hidden_second, hidden_third
from benchmarks.values import Template, predicted_rows
from pgadvisor.advisor.values import valued
from pgadvisor.advisor.values.rows import observed
from pgadvisor.analyze import analyse, tables_of, understood
from pgadvisor.collect import collect, read_log_source
from pgadvisor.connect import open_session
from pgadvisor.demo import build
from pgadvisor.demo.load import run as run_demo
from pgadvisor.errors import PgAdvisorError, PlanError
from pgadvisor.model.log import Log
from pgadvisor.model.report import Options, Report
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.parse.settled import with_settled_constants
from pgadvisor.parse.workload_file import read_workload_file
from pgadvisor.serverlog import read_logs
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.shadow import open_shadow
from tests.postgres import binaries_for

FIXTURES = Path(__file__).parent.parent / "fixtures"
SCHEMAS = {"tracker": "forum.sql", "fleet": "fleet.sql"}  # the shop's comes with the demo
SETTINGS = {
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "256MB",
    "log_min_messages": "warning",
    "log_min_duration_statement": "0",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def _low(dice: random.Random, most: int, power: float = 2) -> int:
    return 1 + int(most * dice.random() ** power)


def _member(dice: random.Random) -> str:
    return f"member{_low(dice, 8000)}"


SHOP = (
    Template("select id, total from orders where status = %s and total > %s", lambda d: ("refunded", 300 + d.randint(0, 50))),
    Template("select id from orders where status = %s order by updated_at limit %s", lambda d: ("pending", 10)),
    Template("select number, total from orders where status = %s and currency = %s", lambda d: ("cancelled", "PLN")),
    Template("select id, number from orders where note = %s", lambda d: (f"Please ring twice at door {d.randint(0, 49)}",)),
    Template("select id from orders where shipping_address_id = %s", lambda d: (_low(d, 15000, 1),)),
    Template("select id, total from orders where customer_id = %s and status = %s", lambda d: (_low(d, 12000), "delivered")),
    Template("select count(*) from orders where updated_at >= %s and updated_at < %s", lambda d: ("2026-02-01", "2026-02-03")),
    Template("select id from orders where created_at > %s and total > %s", lambda d: (f"2026-06-{d.randint(10, 25)}", 700)),
    Template("select id, name from customers where country = %s and newsletter", lambda d: ("BE",)),
    Template("select id from customers where phone = %s", lambda d: (f"+49{d.randint(0, 10**9)}",)),
    Template("select id from customers where last_login_at < %s order by last_login_at limit %s", lambda d: ("2025-08-01", 50)),
    Template("select id, email from customers where preferences @> %s::jsonb", lambda d: ('{"language": "nl"}',)),
    Template("select id from customers where preferences ->> %s = %s and country = %s", lambda d: ("theme", "dark", "IT")),
    Template("select id, street from addresses where postcode = %s", lambda d: (f"{_low(d, 9999):05}",)),
    Template("select id from addresses where city = %s and kind = %s", lambda d: (f"City {_low(d, 99) - 1}", "billing")),
    Template("select id, name from products where price between %s and %s and active", lambda d: (300, 320)),
    Template("select id from products where stock < %s and active order by stock limit %s", lambda d: (3, 40)),
    Template("select id, name from products where attributes ->> %s = %s", lambda d: ("brand", f"Brand {_low(d, 399)}")),
    Template("select id from products where tags @> %s", lambda d: ([f"tag{_low(d, 299)}"],)),
    Template("select order_id, quantity from order_items where product_id = %s and quantity > %s", lambda d: (_low(d, 4000), 2)),
    Template("select id, amount from payments where status = %s and created_at > %s", lambda d: ("disputed", "2026-01-01")),
    Template("select id from payments where status = %s order by created_at limit %s", lambda d: ("failed", 25)),
    Template("select sum(amount) from payments where method = %s and status = %s", lambda d: ("transfer", "refunded")),
    Template("select id from payments where provider_reference = %s", lambda d: (f"{d.getrandbits(128):032x}",)),
    Template(
        "select id, body from reviews where customer_id = %s order by created_at desc limit %s", lambda d: (_low(d, 12000), 5)
    ),
    Template("select id from reviews where not approved and rating = %s", lambda d: (1,)),
    Template(
        "select o.id, a.city from orders o join addresses a on a.id = o.shipping_address_id where o.status = %s",
        lambda d: ("paid",),
    ),
    Template(
        "select c.name, o.total from customers c join orders o on o.customer_id = c.id where c.country = %s and o.total > %s",
        lambda d: ("SE", 850),
    ),
)
TRACKER = (
    Template("select id from issues where state = %s and priority = %s", lambda d: ("blocked", 5)),
    Template(
        "select id, title from issues where assignee_id = md5(%s)::uuid and state = %s", lambda d: (_member(d), "in_progress")
    ),
    Template(
        "select id from issues where reporter_id = md5(%s)::uuid order by created_at desc limit %s", lambda d: (_member(d), 20)
    ),
    Template(
        "select id, number from issues where project_id = md5(%s)::uuid and state = %s",
        lambda d: (f"project{_low(d, 1500)}", "open"),
    ),
    Template("select id from issues where estimate > %s and state = %s", lambda d: (30, "open")),
    Template("select id from issues where fields ->> %s = %s and state = %s", lambda d: ("component", "ops", "blocked")),
    Template("select id from issues where (fields ->> %s)::int = %s", lambda d: ("build", d.randint(0, 2999))),
    Template("select id from issues where closed_at > %s order by closed_at limit %s", lambda d: ("2026-06-15", 30)),
    Template("select id from issues where labels @> %s", lambda d: ([f"label-{d.randint(60, 119)}"],)),
    Template("select count(*) from issues where created_at >= %s and created_at < %s", lambda d: ("2025-03-01", "2025-03-04")),
    Template("select id from comments where edited and created_at > %s", lambda d: ("2026-06-01",)),
    Template("select id, body from comments where author_id = md5(%s)::uuid and edited", lambda d: (_member(d),)),
    Template(
        "select id from system_notes where kind = %s and issue_id = md5(%s)::uuid",
        lambda d: ("label", f"issue{_low(d, 80000, 1)}"),
    ),
    Template("select id from system_notes where details @> %s::jsonb", lambda d: ('{"from": 3, "to": 2}',)),
    Template("select issue_id from votes where member_id = md5(%s)::uuid and value = %s", lambda d: (_member(d), -1)),
    Template("select ip, at from logins where not succeeded and at > %s", lambda d: ("2026-05-20",)),
    Template(
        "select at from logins where member_id = md5(%s)::uuid and succeeded order by at desc limit %s", lambda d: (_member(d), 3)
    ),
    Template("select id, name from members where role = %s and joined_at > %s", lambda d: ("owner", "2025-06-01")),
    Template("select id from members where last_ip = %s::inet", lambda d: (f"192.168.{d.randint(0, 249)}.{d.randint(0, 249)}",)),
    Template(
        "select id from bookings where member_id = md5(%s)::uuid and during && tstzrange(%s, %s)",
        lambda d: (_member(d), "2026-05-01 00:00+00", "2026-05-08 00:00+00"),
    ),
    Template(
        "select room_id from bookings where during @> %s::timestamptz", lambda d: (f"2026-05-{d.randint(10, 28)} 10:15+00",)
    ),
)
_HEADERS = ("", "same indexes", "of those advised", "indexes in both", "only hidden", "only shown", "saving, hidden / shown",
            "rows within 2, hidden", "rows within 2, shown", "hidden, without LIMIT")  # fmt: skip
_MUCH = 0.005  # of the savings of a database


@dataclass(frozen=True)
class Outcome:
    """One database: what was advised with and without the log, and the rows predicted."""

    name: str
    snapshot: Snapshot
    log: Log
    hidden: Report
    shown: Report
    ratios: dict[str, dict[str, float]]  # predicted over observed rows per call, by the statement's text
    savings_ms: dict[str, tuple[float, float]]  # of the two sets of indexes, by statement, with the constants shown


def run_templates(connection: psycopg.Connection[Any], templates: Sequence[Template]) -> None:
    """Each template with new constants each time, in one of the two protocols; the rest of the file with their own."""
    dice = random.Random(11)
    with psycopg.ClientCursor(connection) as simple:
        for number, template in enumerate(templates):
            for _ in range(template.calls):
                cursor: psycopg.Cursor[Any] = simple if number % 2 else connection.cursor()
                cursor.execute(template.sql, template.draw(dice))


def run_file(connection: psycopg.Connection[Any], path: Path, times: int) -> None:
    """The statements of a workload file, with the constants that they have."""
    for statement in read_workload_file(path.read_text(), path.name):
        with connection.transaction(force_rollback=True):
            for _ in range(times):
                connection.execute(str(statement.text).encode())


def databases(server: LocalServer, scale: float) -> Iterator[tuple[str, str]]:
    """The databases that are to be analysed, after their load: a name and a connection string."""
    for name, templates in (("shop", SHOP), ("tracker", TRACKER)):
        yield _loaded(server, name, templates, scale)
    with server.connect(dbname="tracker") as connection:
        connection.execute("select pg_stat_statements_reset(); set search_path = tracker, public")
        run_file(connection, FIXTURES / "forum_workload.sql", 12)
    yield "tracker, its workload file", server.conninfo_for("tracker")
    with server.connect() as admin:
        admin.execute("create database demo")
    with server.connect(dbname="demo") as connection:
        _fill(connection, "shop", scale)
    run_demo(server.conninfo_for("demo"))
    yield "demo shop, its own load", server.conninfo_for("demo")


def later_databases(server: LocalServer, scale: float, later: ModuleType) -> Iterator[tuple[str, str]]:
    """The same with the statements of a later set."""
    for name, templates in (("shop", later.SHOP), ("tracker", later.TRACKER), ("fleet", later.FLEET)):
        yield _loaded(server, name, templates, scale)


def _loaded(server: LocalServer, name: str, templates: Sequence[Template], scale: float) -> tuple[str, str]:
    with server.connect() as admin:
        admin.execute(f"create database {name}".encode())
    with server.connect(dbname=name) as connection:
        _fill(connection, name, scale)
        run_templates(connection, templates)
    return f"{name}, {len(templates)} new statements", server.conninfo_for(name)


def _fill(connection: psycopg.Connection[Any], name: str, scale: float) -> None:
    connection.execute("set log_min_messages = 'fatal'")
    connection.execute("create extension pg_stat_statements")
    if name == "shop":
        build(connection, scale)
    else:
        for part in (FIXTURES / SCHEMAS[name]).read_text().split(";\n"):
            if part.strip():
                connection.execute(part.encode())
    if name == "tracker":
        connection.execute("alter role postgres in database tracker set search_path = tracker, public")
        connection.execute("set search_path = tracker, public")
    connection.execute("select pg_stat_statements_reset()")
    connection.execute("reset log_min_messages")


def outcome(server: LocalServer, name: str, conninfo: str, begin: int, folder: Path) -> Outcome:
    """What is advised for one database, and the rows that the server estimates for the values planned with."""
    path = folder / "server.log"
    path.write_bytes((server.home / "log").read_bytes()[begin:])
    with open_session(conninfo, command="benchmark") as session:
        log = read_logs([str(path)], read_log_source(session))
        snapshot = collect(session)
    hidden, shown = (analyse(snapshot, Options(), partial(open_shadow, bindir=None), "live", log=each) for each in (None, log))
    lookup = Lookup(snapshot)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("set statement_timeout = '20s'")
        ratios = {what: dict(_ratios(connection, lookup, each)) for what, each in (("hidden", None), ("shown", log))}
    return Outcome(name, snapshot, log, hidden, shown, ratios, dict(_savings_ms(lookup, log, hidden, shown)))


def _savings_ms(lookup: Lookup, log: Log, *reports: Report) -> Iterator[tuple[str, tuple[float, float]]]:
    """What the two sets of indexes save of each statement when it is planned with the constants that it really had."""
    workload = with_settled_constants(understood(lookup, log), lookup)
    sets = [[one for finding in report.findings for change in finding.changes if change.action == "create_index"
             for one in (change.index,) if one is not None] for report in reports]  # fmt: skip
    with open_shadow(lookup, tables_of(workload)) as planner:
        for query in workload.queries:
            saved = [0.0, 0.0]
            for statement in valued(query, lookup):
                try:
                    base, *costs = [planner.plan(statement, offered).total_cost for offered in ([], *sets)]
                except PlanError:
                    continue
                for which, cost in enumerate(costs):
                    saved[which] += statement.weight * query.counters.total_ms * (1.0 - cost / base)
            yield query.normalised, (saved[0], saved[1])


def _ratios(connection: psycopg.Connection[Any], lookup: Lookup, log: Log | None) -> Iterator[tuple[str, float]]:
    for query in understood(lookup, log).queries:
        if not query.parameters or observed(query) is None or query.counters.calls < 5:
            continue
        try:
            rows = sum(each.weight * predicted_rows(connection, each.sql) for each in valued(query, lookup))
        except (psycopg.Error, PgAdvisorError):
            continue
        yield query.normalised, max(rows, 1.0) / max(query.counters.rows / query.counters.calls, 1.0)


def indexes(report: Report) -> dict[int, frozenset[str]]:
    """The indexes advised for each statement, by queryid, as definitions without their names."""
    found: dict[int, set[str]] = {verdict.queryid: set() for verdict in report.verdicts}
    for finding in report.findings:
        for change in finding.changes:
            if change.action == "create_index" and change.index is not None:
                for effect in finding.statements:
                    found.setdefault(effect.queryid, set()).add(change.index.sql(""))
    return {queryid: frozenset(names) for queryid, names in found.items()}


def row(one: Outcome) -> tuple[object, ...]:
    """A line of the table."""
    hidden, shown = indexes(one.hidden), indexes(one.shown)
    asked = [verdict for verdict in one.hidden.verdicts if verdict.verdict != "not-analysed"]
    advised = [verdict for verdict in asked if hidden[verdict.queryid] or shown[verdict.queryid]]
    same = sum(hidden[verdict.queryid] == shown[verdict.queryid] for verdict in asked)
    same_advised = sum(hidden[verdict.queryid] == shown[verdict.queryid] for verdict in advised)
    everything = [frozenset[str]().union(*each.values()) for each in (hidden, shown)]
    return (
        one.name, f"{same} of {len(asked)}", f"{same_advised} of {len(advised)}", len(everything[0] & everything[1]),
        len(everything[0] - everything[1]), len(everything[1] - everything[0]),
        f"{sum(ms for ms, _ in one.savings_ms.values()) / (_saved_shown_ms(one) or 1.0):.0%}",
        *(_within(one.ratios[what]) for what in one.ratios),
        _within({text: ratio for text, ratio in one.ratios["hidden"].items() if " limit " not in text}),
    )  # fmt: skip


def _saved_shown_ms(one: Outcome) -> float:
    return sum(ms for _, ms in one.savings_ms.values())


def _within(ratios: Mapping[str, float]) -> str:
    return f"{sum(map(_is_within, ratios.values()))} of {len(ratios)}"


def _is_within(ratio: float) -> bool:
    return 0.5 <= ratio <= 2


def differences(one: Outcome) -> Iterator[str]:
    """Each statement whose indexes differ."""
    hidden, shown = indexes(one.hidden), indexes(one.shown)
    for verdict in one.hidden.verdicts:
        if hidden[verdict.queryid] != shown.get(verdict.queryid):
            yield f"  {verdict.query[:120]}"
            yield from (f"    {what} {sorted(each[verdict.queryid])}" for what, each in (("hidden", hidden), ("shown ", shown)))


def misjudged(one: Outcome) -> Iterator[str]:
    """Each statement whose rows are off by more than a factor of 2 with inferred values, and its ratio with the real ones."""
    for text, ratio in sorted(one.ratios["hidden"].items(), key=lambda each: each[1]):
        if not _is_within(ratio):
            yield f"  rows {ratio:.3g} times, {one.ratios['shown'].get(text, 0.0):.3g} with real constants: {text[:140]}"


def lost(one: Outcome) -> Iterator[str]:
    """Each statement of which the hidden set saves less, with the part of all savings that it is."""
    whole = _saved_shown_ms(one) or 1.0
    for text, (hidden, shown) in sorted(one.savings_ms.items(), key=lambda each: each[1][0] - each[1][1]):
        if shown - hidden > _MUCH * whole:
            yield f"  saves {hidden:.1f} ms, {shown:.1f} with real constants ({(hidden - shown) / whole:+.1%}): {text[:140]}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--major", type=int, default=18)
    options.add_argument("--scale", type=float, default=0.2)
    options.add_argument("--set", type=int, default=1, choices=(1, 2, 3))
    options.add_argument("--verbose", action="store_true")
    chosen = options.parse_args()
    table = []
    later = {2: hidden_second, 3: hidden_third}.get(chosen.set)
    with LocalServer(binaries_for(chosen.major), SETTINGS) as server:
        begin = (server.home / "log").stat().st_size
        loaded = later_databases(server, chosen.scale, later) if later is not None else databases(server, chosen.scale)
        for name, conninfo in loaded:
            time.sleep(0.2)  # the server's last lines
            one = outcome(server, name, conninfo, begin, server.home)
            begin = (server.home / "log").stat().st_size
            table.append(row(one))
            if chosen.verbose:
                print(name, *misjudged(one), *lost(one), *differences(one), sep="\n")
    print(tabulate(table, headers=_HEADERS))


if __name__ == "__main__":
    main()
