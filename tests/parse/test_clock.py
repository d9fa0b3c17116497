"""Statements at the time of the snapshot."""

from datetime import datetime, timedelta, timezone

import pytest

from pgadvisor.parse.clock import at_time

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
NOW = "'2026-01-02 03:04:05+00'::timestamptz"


@pytest.mark.parametrize(
    ("sql", "fixed"),
    [
        ("select 1 from t where a > now() - $1::interval", f"select 1 from t where a > {NOW} - $1::interval"),
        ("select NOW ( ), current_timestamp", f"select {NOW}, {NOW}"),
        ("select current_date - 1, localtimestamp", "select '2026-01-02'::date - 1, '2026-01-02 03:04:05'::timestamp"),
        ("select statement_timestamp() at time zone 'UTC'", f"select {NOW} at time zone 'UTC'"),
    ],
)
def test_the_clock_stands_still(sql: str, fixed: str) -> None:
    assert at_time(sql, MOMENT) == fixed


@pytest.mark.parametrize(
    "sql",
    [
        "select 'now()', t.now, \"now\" from now() t",
        "select app.now(), now(1), clock_timestamp(), current_timestamp(3)",
        "select a as current_date from t -- now()",
        "select 'unterminated now()",
    ],
)
def test_what_is_no_clock_stays(sql: str) -> None:
    assert at_time(sql, MOMENT) == sql


def test_time_is_utc() -> None:
    there = datetime(2026, 1, 1, 22, 4, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert at_time("select now()", there) == f"select {NOW}"
