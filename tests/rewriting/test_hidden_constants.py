"""Texts of pg_stat_statements, which hide what a rewrite has to know: what is told without the log, and what with it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgadvisor.whatif.localserver import LocalServer
from tests.cli.run import pgadvisor
from tests.cli.test_log import logging
from tests.conftest import Connection

pytestmark = pytest.mark.server

SCHEMA = """
create table visits (id bigint primary key, at timestamp not null, path text collate "C" not null, name text collate "C" not null,
                     code text collate "C" not null, amount int, day date not null);
insert into visits select i, timestamp '2015-01-01' + i * interval '100 minutes', '/a/' || md5(i::text), md5((i + 1)::text),
    md5((i + 2)::text), i, date '2015-01-01' + i / 15 from generate_series(1, 40000) i;
create index visits_at_idx on visits (at);
create index visits_day_idx on visits (day);
create index visits_amount_idx on visits (amount);
create index visits_path_idx on visits (path);
create index visits_name_idx on visits (name);
create index visits_code_idx on visits (code);
"""
CALLS = 6
YEARLY = "select id from visits where extract(year from day) = 2016"
MONTHLY = "select id from visits where date_trunc('month', at) = %s"
COALESCED = "select id from visits where coalesce(amount, 0) = {n}"
WITHIN = "select id from visits where path like '%{n}abc%'"
ENDING = "select id from visits where name like '%{n}abc'"
ENDING_PARAMETER = "select id from visits where code like '%%' || %s"


def work(connection: Connection) -> None:
    with psycopg.ClientCursor(connection) as simple:
        for n in range(10, 10 + CALLS):
            for sql in (YEARLY, COALESCED, WITHIN, ENDING):
                simple.execute(sql.format(n=n))
            connection.execute(MONTHLY, [datetime(2019, n - 8, 1)])
            connection.execute(ENDING_PARAMETER, [f"{n}abc"])


@pytest.fixture
def log(server: LocalServer, database: Connection, tmp_path: Path) -> Path:
    database.execute(SCHEMA)
    database.execute("vacuum analyze visits")
    database.execute("select pg_stat_statements_reset()")
    path = tmp_path / "postgresql.log"
    with logging(server, database, path):
        work(database)
    return path


def told(*arguments: str) -> dict[str, dict[str, Any]]:
    """The evidence of the findings of rules, by the condition of their statement."""
    done = pgadvisor("audit", *arguments, "--format", "json", "--only", "non-sargable-predicate", "--only", "leading-wildcard")
    assert done.returncode == 0, done.stderr
    assert not [verdict for verdict in json.loads(done.stdout)["verdicts"] if "could not be planned" in verdict["reason"]]
    return {
        statement["query"].partition(" where ")[2]: finding["evidence"]
        for finding in json.loads(done.stdout)["findings"]
        for statement in finding["statements"]
    }


def test_what_is_assumed_without_the_log_and_known_with_it(conninfo: str, log: Path) -> None:
    without, known = told(conninfo), told(conninfo, "--log", str(log))

    year = "extract($1 from day) = $2"
    assert (without[year]["assumed"], without[year]["convertible"]) == (["$1 is 'year'"], False)
    assert (known[year]["assumed"], known[year]["equivalent_if"]) == ([], [])
    assert known[year]["rewritten_sql"].endswith("WHERE day >= make_date($2, 1, 1) AND day < make_date($2 + 1, 1, 1)")

    month = "date_trunc($2, at) = $1"  # the text has the unit, the value comes as a parameter
    assert (without[month]["assumed"], without[month]["convertible"]) == (["$2 is 'day'"], False)
    assert "'1 day'::interval" in without[month]["rewritten_sql"]
    assert (known[month]["assumed"], known[month]["convertible"]) == ([], True)
    assert "'1 month'::interval" in known[month]["rewritten_sql"]
    assert known[month]["rewritten_uses"] == ["public.visits_at_idx"]

    coalesced = "coalesce(amount, $1) = $2"
    assert without[coalesced]["assumed"] == [] and without[coalesced]["convertible"]
    assert without[coalesced]["cost_rewritten"] < without[coalesced]["cost_before"] / 10

    assert known["name like $1"]["pattern_known_from"] == known["code like $2 || $1"]["pattern_known_from"] == "log"
    assert without["code like $2 || $1"]["pattern_known_from"] == "shape"
    assert without["code like $2 || $1"]["assumed"] == ["$2 is '%'"]
    ending = known["name like $1"]
    assert ending["rewritten_sql"].endswith("WHERE reverse(name) LIKE reverse($1)")
    assert ending["cost_rewritten_indexed"] < ending["cost_before"] / 5 and ending["cost_indexed"] < ending["cost_before"]
