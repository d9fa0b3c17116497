"""What a database has beside plain tables: types, functions, views, partitions, extensions, collations."""

from dataclasses import replace
from pathlib import Path

import pytest

from pgadvisor.errors import PlanError
from pgadvisor.model.catalog import Extension
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection
from tests.whatif.compare import assert_same, build, kinds, on, real_plan, valued
from tests.whatif.conftest import ReadLookup

_OBJECTS = """
create schema app;
create type app.state as enum ('draft', 'sent', 'paid');
create domain app.amount as numeric(12, 2) check (value >= 0);
create type app.pair as (x int, y text);
create function app.slug(t text) returns text language sql immutable strict as 'select lower(t)';
create function app.recent() returns timestamptz language plpgsql stable as 'begin return now(); end';
create function app.numbers(n int) returns setof int language sql stable rows 7 as 'select generate_series(1, n)';
create aggregate app.total (numeric) (sfunc = numeric_add, stype = numeric, initcond = '0');
create table app.bills (id int primary key, state app.state not null, due app.amount, who app.pair, title text, made timestamptz);
insert into app.bills select i, (array['draft','sent','paid','paid'])[1 + i % 4]::app.state, i % 100,
  row(i::int, 'y'::text)::app.pair, 'Title ' || i, now() - i * interval '1 hour' from generate_series(1, 10000) i;
create index bills_slug on app.bills (app.slug(title));
create view app.paid as select * from app.bills where state = 'paid';
create view app.late as select id, title from app.paid where due > 50;
vacuum analyze app.bills;
"""


def test_types_functions_and_views(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _OBJECTS)
    lookup = read()
    with open_shadow(lookup, [*lookup.tables, *lookup.views], bindir=bindir) as planner:
        assert not planner.skipped
        assert_same(database, planner, "select * from app.bills where state = 'sent' and due = 7")
        assert_same(database, planner, "select * from app.late where id < 100")
        assert_same(database, planner, "select app.total(due) from app.bills where (who).x = 5", within=0.05)
        slug = planner.plan(valued("select * from app.bills where app.slug(title) = app.slug('Title 7')"))
        assert slug.used_existing == {Name("app", "bills_slug")}
        recent = planner.plan(valued("select * from app.bills where made > app.recent()")).root
        assert "Result" not in kinds(recent), "a stub's NULL made the condition false"
        assert planner.plan(valued("select * from app.numbers(3)")).root.rows == 7


_UNNEEDED = """
create extension cube; create extension earthdistance;
create table plain (id int); create table other (id int);
create function nothing() returns void language sql as 'select';
create function of_other(other) returns int language sql as 'select 1';
create function called(other) returns int language sql as 'select 2';
"""


def test_what_no_statement_calls_is_not_missed(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _UNNEEDED)
    snapshot = read().snapshot
    statement = Statement(1, 10, "u", True, "select called(o), of_others from other o", Counters(calls=1))
    with open_shadow(Lookup(replace(snapshot, statements=(statement,))), [Name("public", "plain")], bindir=bindir) as planner:
        assert [skipped.what for skipped in planner.skipped] == ["function public.called(public.other)"]
        assert planner.plan(valued("select nothing() from plain")).total_cost > 0


def test_a_stub_s_one_value_is_no_statistic(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _OBJECTS.replace("create index bills_slug on app.bills (app.slug(title));", ""))
    lookup = read()
    by_slug = Index(Name("app", "bills"), (IndexKey(expression="app.slug(title)"),))
    with open_shadow(lookup, list(lookup.tables), bindir=bindir) as planner:
        plan = planner.plan(valued("select * from app.bills where app.slug(title) = 'x'"), (by_slug,))
        assert plan.used == {by_slug} and plan.root.rows < 5


_EVENTS = """
create table events (at timestamptz not null, user_id int not null, kind text) partition by range (at);
create table events_1 partition of events for values from ('2024-01-01') to ('2024-02-01');
create table events_2 partition of events for values from ('2024-02-01') to ('2024-03-01') partition by list (kind);
create table events_2_a partition of events_2 for values in ('a');
create table events_2_b partition of events_2 default;
create index events_at on events (at);
insert into events select '2024-01-01'::timestamptz + i * interval '2 min', (random() * 2000)::int, (array['a','b'])[1 + i % 2]
  from generate_series(1, 40000) i;
create table log (id int, note text);
create table log_old (extra int) inherits (log);
insert into log select i, 'n' from generate_series(1, 5000) i;
insert into log_old select i, 'n', i from generate_series(1, 9000) i;
vacuum analyze;
"""


def test_partitions_and_inheritance(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _EVENTS)
    lookup = read()
    by_user = on("events", "user_id", "at")
    statement = "select * from events where user_id = 77 order by at desc limit 3"
    with open_shadow(lookup, [Name("public", "events"), Name("public", "log_old")], bindir=bindir) as planner:
        assert not planner.skipped
        assert_same(database, planner, "select * from events where at >= '2024-01-05' and at < '2024-01-06'")
        assert_same(database, planner, "select kind, count(*) from events group by 1")
        assert_same(database, planner, "select * from log where id = 7")
        plan = planner.plan(valued(statement), (by_user,))
        assert plan.used == {by_user}
        assert sum(node.index is not None for node in plan.root.walk()) == 3
        database.execute("create index by_user on events (user_id, at)")
        real = real_plan(database, statement)
        assert kinds(plan.root) == kinds(real)
        assert plan.total_cost == pytest.approx(real.total_cost, rel=0.1)
        leaf = on("events_1", "user_id")
        assert planner.plan(valued("select * from events_1 where user_id = 7"), (leaf,)).used == {leaf}


def test_a_missing_extension_costs_only_what_needs_it(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, "create table plain (id int);\ncreate table special (id int, n int);\n")
    snapshot = read().snapshot
    tables = tuple(
        replace(table, columns=(replace(table.columns[0], type_sql="fancy.geometry(Point,4326)"), *table.columns[1:]))
        if table.name.name == "special" else table
        for table in snapshot.tables
    )  # fmt: skip
    extensions = (*snapshot.extensions, Extension("fancy", "1.0", "fancy"), Extension("dblink", "1.2", "public"))
    with open_shadow(
        Lookup(replace(snapshot, tables=tables, extensions=extensions)), [t.name for t in tables], bindir=bindir
    ) as planner:
        assert {skipped.what for skipped in planner.skipped} == {"extension fancy", "table public.special"}
        assert planner.plan(valued("select * from plain where id = 1")).total_cost > 0
        with pytest.raises(PlanError, match="does not exist"):
            planner.plan(valued("select * from special"))
        with pytest.raises(PlanError):
            planner.plan(valued("select dblink_connect('x')"))


_EXPRESSIONS = """
create table t (id int, at timestamp, doc jsonb, a int, name text);
insert into t select i, '2024-01-01'::timestamp + i * interval '3 min', jsonb_build_object('c', (random() * 4)::int), i % 50,
  'Name ' || i % 7000 from generate_series(1, 50000) i;
analyze t;
"""


def test_expressions_have_statistics(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _EXPRESSIONS)
    cases = {
        "date_trunc('day', at)": "'2024-02-02'", "doc ->> 'c'": "'3'", "a % 10": "3", "upper(name)": "'NAME 77'",
        "(at)::date": "'2024-02-02'", "COALESCE(a, 0)": "7",
    }  # fmt: skip
    lookup = read()
    with open_shadow(lookup, [Name("public", "t")], bindir=bindir) as planner:
        for expression, value in cases.items():
            sql = f"select * from t where {expression.replace('COALESCE', 'coalesce')} = {value}"
            plan = planner.plan(valued(sql), (on("t", IndexKey(expression=expression)),))
            database.execute(f"create index now_built on t (({expression}))")
            database.execute("analyze t")
            real = real_plan(database, sql)
            assert plan.root.rows == pytest.approx(real.rows, rel=0.4, abs=3), (expression, plan.root.rows, real.rows)
            database.execute("drop index now_built")
        assert not planner.skipped


_CORRELATED = """
create table c (gone int, a int, b int, zip int, city int);
alter table c drop column gone;
insert into c select i % 500, (i % 500) / 5, (random() * 3000)::int, 0 from generate_series(1, 50000) i;
update c set city = zip / 30;
create statistics c_ab (ndistinct) on a, b from c;
create statistics c_zip (dependencies) on zip, city from c;
vacuum analyze c;
"""


def test_extended_statistics(database: Connection, read: ReadLookup, bindir: Path) -> None:
    build(database, _CORRELATED)
    groups, zips = "select a, b, count(*) from c group by a, b", "select * from c where zip = 600 and city = 20"
    lookup = read()
    with open_shadow(lookup, [Name("public", "c")], bindir=bindir) as planner:
        assert not planner.skipped
        assert planner.plan(valued(groups)).root.rows == real_plan(database, groups).rows
        assert planner.plan(valued(zips)).root.rows == pytest.approx(real_plan(database, zips).rows, abs=1)
    without = Lookup(replace(lookup.snapshot, extended_statistics=()))
    with open_shadow(without, [Name("public", "c")], bindir=bindir) as planner:
        assert planner.plan(valued(zips)).root.rows < real_plan(database, zips).rows / 3
