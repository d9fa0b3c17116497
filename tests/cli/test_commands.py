"""The commands on a live server and on a snapshot of it."""

import json
import re
from pathlib import Path

from tests.cli import shop
from tests.cli.run import pgadvisor
from tests.conftest import Connection

_WHEN = re.compile(r'"(generated_at|elapsed_ms|kind)": [^\n]*')


def _same(text: str) -> str:
    return _WHEN.sub("", text)


def test_audit_of_a_snapshot_equals_audit_of_the_server(database: Connection, conninfo: str, tmp_path: Path) -> None:
    shop.build(database)
    path = tmp_path / "shop.pgadvisor"
    taken = pgadvisor("snapshot", conninfo, "-o", str(path))
    assert taken.returncode == 0, taken.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    live = pgadvisor("audit", conninfo, "--format", "json")
    later = pgadvisor("audit", str(path), "--format", "json")
    assert live.returncode == later.returncode == 0, live.stderr + later.stderr
    assert _same(live.stdout) == _same(later.stdout)


def test_the_shop_gets_its_index_and_loses_its_duplicate(database: Connection, conninfo: str) -> None:
    shop.build(database)
    document = json.loads(pgadvisor("audit", conninfo, "--format", "json").stdout)
    created = [c for f in document["findings"] for c in f["changes"] if c["action"] == "create_index"]
    assert [[key["column"] for key in change["keys"]][:1] for change in created if change["table"] == "public.orders"] == [
        ["customer_id"]
    ]
    dropped = [c["name"] for f in document["findings"] for c in f["changes"] if c["action"] == "drop_index"]
    assert len(dropped) == 1
    assert dropped[0] in ("orders_status_idx", "orders_status_again_idx")
    assert {one["verdict"] for one in document["verdicts"]} <= {
        "improved", "already-served", "no-index-helps", "over-budget", "too-small", "rewrite", "not-analysed",
    }  # fmt: skip


def test_no_value_of_the_data_is_printed(database: Connection, conninfo: str) -> None:
    shop.build(database)
    database.execute("select id from customers where note = 'secret note 77'")
    for format_ in ("text", "json", "markdown", "html"):
        done = pgadvisor("audit", conninfo, "--format", format_)
        assert done.returncode == 0, done.stderr
        assert "secret note" not in done.stdout + done.stderr
        assert "@example.com" not in done.stdout + done.stderr


def test_what_a_budget_leaves_out_is_told(database: Connection, conninfo: str) -> None:
    shop.build(database)
    document = json.loads(pgadvisor("audit", conninfo, "--budget", "8kB", "--format", "json").stdout)
    left_out = [one["reason"] for one in document["verdicts"] if one["verdict"] == "over-budget"]
    assert any("on public.orders (customer_id" in reason and "the whole budget is 8,192 bytes" in reason for reason in left_out)
    shown = pgadvisor("audit", conninfo, "--budget", "8kB").stdout
    assert "No new index that would save time has room within the limits given." in shown
    assert "over-budget: An index of " in shown


def test_an_index_on_a_partitioned_table_is_not_given_to_run_as_it_is(database: Connection, conninfo: str) -> None:
    database.execute("create table events (id int not null, kind int not null) partition by range (id)")
    for part in range(4):
        database.execute(f"create table events_{part} partition of events for values from ({part}0000) to ({part + 1}0000)")
    database.execute("insert into events select i, i % 5000 from generate_series(0, 39999) i")
    database.execute("vacuum analyze events")
    database.execute("select pg_stat_statements_reset()")
    for kind in range(20):
        database.execute("select id from events where kind = %s", [kind])
    create = "CREATE INDEX events_kind_idx ON public.events USING btree (kind)"
    document = json.loads(pgadvisor("audit", conninfo, "--format", "json").stdout)
    assert [change["sql"] for one in document["findings"] for change in one["changes"]] == [create]
    warning = "-- blocks writes until built; pgadvisor migrate builds by partition"
    assert re.search(rf"run +{warning}\n +{re.escape(create)};", pgadvisor("audit", conninfo).stdout)
    explained = pgadvisor("explain", conninfo, "select id from events where kind = 7")
    assert f"{warning}\n" in explained.stdout and create in explained.stdout


def test_fail_on(database: Connection, conninfo: str) -> None:
    shop.build(database)
    assert pgadvisor("audit", conninfo, "--fail-on", "low").returncode == 1
    assert pgadvisor("audit", conninfo, "--fail-on", "low", "--only", "invalid-index").returncode == 0


def test_migrate_writes_three_files(database: Connection, conninfo: str, tmp_path: Path) -> None:
    shop.build(database)
    done = pgadvisor("migrate", conninfo, "-o", str(tmp_path / "migrations"))
    assert done.returncode == 0, done.stderr
    written = sorted(path.name for path in (tmp_path / "migrations").iterdir())
    assert [name.split(".", 1)[1] for name in written] == ["down.sql", "up.sql", "verify.sql"]
    assert all(str(tmp_path / "migrations" / name) in done.stdout for name in written)


def test_explain(database: Connection, conninfo: str) -> None:
    shop.build(database)
    done = pgadvisor("explain", conninfo, "select * from orders where customer_id = 4711 order by created_at desc limit 10")
    assert done.returncode == 0, done.stderr
    assert "Seq Scan" in done.stdout
    assert "CREATE INDEX" in done.stdout
    assert "4711" not in done.stdout
    served = pgadvisor("explain", conninfo, "-", text="select id from customers where id = 5")
    assert served.returncode == 0, served.stderr
    assert "CREATE INDEX" not in served.stdout


def test_constants_are_shown_on_request_only(database: Connection, conninfo: str, tmp_path: Path) -> None:
    shop.build(database)
    path = tmp_path / "workload.sql"
    path.write_text("-- name: his\nselect id from customers where email = 'him@example.com';\n")
    hidden = pgadvisor("audit", conninfo, "--workload", str(path))
    told = pgadvisor("audit", conninfo, "--workload", str(path), "--show-literals")
    assert hidden.returncode == told.returncode == 0, hidden.stderr + told.stderr
    assert "him@example.com" not in hidden.stdout
    assert "him@example.com" in told.stdout


def test_explain_of_nonsense(conninfo: str) -> None:
    assert pgadvisor("explain", conninfo, "select from where").returncode == 2
    assert pgadvisor("explain", conninfo, "select * from no_such_table where a = 1").returncode == 2


def test_report_keeps_a_history(database: Connection, conninfo: str, tmp_path: Path) -> None:
    shop.build(database)
    first = pgadvisor("report", conninfo, "--history", str(tmp_path / "history"))
    assert first.returncode == 0, first.stderr
    for _ in range(20):
        database.execute("select sum(total) from orders where status = 'done'")
    second = pgadvisor("report", conninfo, "--history", str(tmp_path / "history"), "--format", "json")
    assert second.returncode == 0, second.stderr
    assert "sum" in second.stdout
    page = tmp_path / "report.html"
    assert (
        pgadvisor("report", conninfo, "--history", str(tmp_path / "history"), "--format", "html", "-o", str(page)).returncode == 0
    )
    assert page.read_text().lstrip().lower().startswith("<!doctype html>")


def test_doctor(database: Connection, conninfo: str) -> None:
    shop.build(database)
    done = pgadvisor("doctor", conninfo)
    assert done.returncode == 0, done.stdout + done.stderr
    database.execute("drop extension pg_stat_statements")
    missing = pgadvisor("doctor", conninfo)
    assert missing.returncode == 4
    assert "CREATE EXTENSION pg_stat_statements" in missing.stdout


def test_the_list_of_commands_is_whole_at_80_columns() -> None:
    shown = pgadvisor("--help", COLUMNS="80").stdout
    assert "..." not in shown.partition("Commands:")[2]
    assert all(len(line) <= 80 for line in shown.splitlines())


def test_help_and_version() -> None:
    for command in ("audit", "migrate", "report", "snapshot", "explain", "doctor", "demo"):
        assert pgadvisor(command, "--help").returncode == 0
    assert pgadvisor("--version").stdout.startswith("pgadvisor ")


def test_a_redacted_snapshot_gives_the_same_index(database: Connection, conninfo: str, tmp_path: Path) -> None:
    shop.build(database)
    path = tmp_path / "redacted.pgadvisor"
    assert pgadvisor("snapshot", conninfo, "--redact", "-o", str(path)).returncode == 0
    document = json.loads(pgadvisor("audit", str(path), "--format", "json").stdout)
    created = [change["sql"] for f in document["findings"] for change in f["changes"] if change["action"] == "create_index"]
    assert any("public.orders" in sql and "customer_id" in sql for sql in created)
