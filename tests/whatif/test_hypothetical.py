"""Hypothetical indexes that are made together are those that are made one by one."""

from pathlib import Path

from pgadvisor.model.index import Index, IndexKey
from pgadvisor.whatif.planner import ShadowPlanner
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection
from tests.whatif.compare import build, on, valued
from tests.whatif.conftest import ReadLookup

_TABLES = """
create table events (id bigint, who int, kind text, tags text[], at timestamptz) partition by range (at);
create table events_1 partition of events for values from ('2024-01-01') to ('2024-02-01');
create table events_2 partition of events for values from ('2024-02-01') to ('2024-03-01');
create table people (id int primary key, name text, city text);
insert into events select i, i % 900, 'k' || i % 40, array['t' || i % 70], '2024-01-01'::timestamptz + i * interval '2 min'
  from generate_series(1, 40000) i;
insert into people select i, 'n' || i, 'c' || i % 30 from generate_series(1, 9000) i;
vacuum analyze;
"""
_GOOD = (
    on("events", "who"),
    on("events", "tags", method="gin"),
    on("events", "at", method="brin"),
    on("people", IndexKey(expression="lower(name)")),
    on("people", "city", where="city = 'c3'"),
    on("people", "name", include=("city",)),
)
_BAD = (on("people", "nothing_there"), on("nowhere", "id"))
_ASKED = (
    "select * from events where who = 5",
    "select * from events where tags @> '{t5}'",
    "select * from events where at < '2024-01-01 05:00'",
    "select * from people where lower(name) = 'n5'",
    "select count(*) from people where city = 'c3'",
    "select city from people where name = 'n5'",
    "select * from events e join people p on p.id = e.who where p.name = 'n77'",
)


def _costs(planner: ShadowPlanner, indexes: tuple[Index, ...]) -> list[tuple[float, frozenset[Index]]]:
    plans = [planner.plan(valued(sql), indexes) for sql in _ASKED]
    return [(plan.total_cost, plan.used) for plan in plans]


def test_together_as_one_by_one(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _TABLES)
    lookup = read()
    with open_shadow(lookup, list(lookup.tables), bindir=bindir) as planner:
        together = _costs(planner, (*_GOOD, *_BAD))
        assert len([one for one in planner.skipped if one.what.startswith("index btree")]) == len(_BAD)
        assert _costs(planner, (*_GOOD, *_BAD)) == together
        nothing = _costs(planner, ())
    with open_shadow(lookup, list(lookup.tables), bindir=bindir) as planner:
        assert _costs(planner, ()) == nothing
        for index in _GOOD:
            _costs(planner, (index,))
        assert _costs(planner, _GOOD) == together
    assert frozenset().union(*(used for _, used in together)) >= {_GOOD[0], _GOOD[1], _GOOD[3]}
    assert all(cost <= before for (cost, _), (before, _) in zip(together, nothing, strict=True))
