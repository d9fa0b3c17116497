"""pg_stats as text and numbers, extended statistics, and what a role without privileges sees."""

import pytest
from psycopg.conninfo import make_conninfo

from pgadvisor.errors import PrerequisiteError
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from tests.collect.conftest import Read, snapshot_as
from tests.conftest import Connection

T = Name("public", "t")
FILLED = """
create table t (id integer, kind text, tags text[], span int4range, at timestamptz, day date, gap interval, raw bytea);
insert into t select g, case when g % 10 = 0 then 'rare "one", é' else 'usual' end, array['a', 'b' || g % 3],
  int4range(g, g + 5), '2026-01-01 00:00:00+00'::timestamptz + g * interval '1 hour', '2026-03-04'::date + g,
  g * interval '1 day 2 hours', '\\xdeadbeef' from generate_series(1, 1000) g;
create index lowered on t (lower(kind), id);
create statistics both_columns on id, kind from t;
analyze t;
"""


def test_column_statistics(database: Connection, read: Read) -> None:
    database.execute(FILLED)
    found = Lookup(read()).statistics
    kind = found[T, "kind"]
    assert kind.most_common_values == '{usual,"rare \\"one\\", é"}'
    assert kind.most_common_frequencies is not None
    assert kind.most_common_frequencies == pytest.approx((0.9, 0.1))
    assert (kind.distinct, kind.null_fraction, kind.inherited) == (2, 0, False)
    identity = found[T, "id"]
    assert identity.distinct == -1 and identity.correlation == 1
    assert identity.histogram_bounds is not None and identity.histogram_bounds.startswith("{1,10,")
    tags = found[T, "tags"]
    assert tags.most_common_elements is not None and tags.most_common_elements.startswith("{a,b0")
    assert tags.most_common_element_frequencies is not None and tags.element_count_histogram is not None


def test_statistics_of_expression_indexes(database: Connection, read: Read, conninfo: str) -> None:
    database.execute(FILLED)
    assert (Name("public", "lowered"), "lower") in Lookup(snapshot_as(conninfo)).statistics
    snapshot = read()
    skipped = [one.what for one in snapshot.skipped if "expression" in one.what]
    if snapshot.server.major >= 14:
        assert (Name("public", "lowered"), "lower") in Lookup(snapshot).statistics and not skipped
    else:  # SELECT on a table does not cover its indexes
        assert skipped == ["statistics of 1 expression indexes"]


def test_values_are_written_the_same_whatever_the_server_is_set_to(database: Connection, dbname: str, read: Read) -> None:
    database.execute(FILLED)
    for setting in (
        "datestyle = 'SQL, DMY'",
        "timezone = 'Asia/Tokyo'",
        "intervalstyle = 'iso_8601'",
        "extra_float_digits = -10",
    ):
        database.execute(f"alter database {dbname} set {setting}")
    database.execute(f"alter database {dbname} set bytea_output = 'escape'")
    found = Lookup(read()).statistics
    assert (found[T, "at"].histogram_bounds or "").startswith('{"2026-01-01 01:00:00+00"')
    assert (found[T, "day"].histogram_bounds or "").startswith("{2026-03-05,")
    assert (found[T, "gap"].histogram_bounds or "").startswith('{"1 day 02:00:00"')
    assert found[T, "raw"].most_common_values == '{"\\\\xdeadbeef"}'
    assert found[T, "kind"].most_common_frequencies == (0.9, 0.1)


def test_range_histograms_where_the_view_has_them(database: Connection, read: Read) -> None:
    database.execute(FILLED)
    snapshot = read()
    span = Lookup(snapshot).statistics[T, "span"]
    if snapshot.server.major < 17:
        assert span.range_bounds_histogram is None
    else:
        assert (span.range_bounds_histogram or "").startswith('{"[1,6)"')
        assert span.range_empty_fraction == 0
        assert span.range_length_histogram is not None


def test_extended_statistics(database: Connection, read: Read) -> None:
    database.execute(FILLED)
    (found,) = read().extended_statistics
    assert (found.name, found.table, found.columns) == (Name("public", "both_columns"), T, ("id", "kind"))
    assert found.kinds == ("d", "f", "m")
    assert found.definition == "CREATE STATISTICS public.both_columns ON id, kind FROM public.t"


def test_values_of_extended_statistics_are_the_owners(database: Connection, read: Read, conninfo: str) -> None:
    database.execute(FILLED)
    snapshot = read()
    skipped = [one.what for one in snapshot.skipped if "extended" in one.what]
    shown = snapshot.extended_statistics[0].n_distinct is not None  # as 13 still does
    assert skipped == ([] if shown else ["values of 1 extended statistics"])
    owner = snapshot_as(conninfo)
    (found,) = owner.extended_statistics
    assert found.n_distinct is not None and found.dependencies is not None
    assert owner.skipped == ()


def test_statistics_on_expressions(database: Connection, read: Read) -> None:
    if database.info.server_version < 140000:
        pytest.skip("PostgreSQL 14 and later")
    database.execute("create table t (a integer, b text); create statistics st on (a % 3), lower(b) from t")
    (found,) = read().extended_statistics
    assert (found.columns, found.expressions) == ((), ("(a % 3)", "lower(b)"))


def test_statistics_of_a_partitioned_table_with_its_children(database: Connection, read: Read) -> None:
    database.execute(
        "create table t (id integer) partition by range (id); create table t1 partition of t for values from (0) to (100);"
        "create table t2 partition of t default; insert into t select generate_series(1, 200); analyze t"
    )
    found = Lookup(read()).column_statistics(T, "id")
    assert found is not None and found.inherited and found.distinct == -1


def plain_role(server: LocalServer, dbname: str, database: Connection, grants: str = "") -> str:
    database.execute(f"create role plain login password 'x'; grant pg_read_all_stats to plain; {grants}")
    return make_conninfo(server.conninfo, dbname=dbname, user="plain", password="x")


def test_no_table_readable_is_fatal_and_says_what_to_run(server: LocalServer, dbname: str, database: Connection) -> None:
    database.execute(FILLED)
    conninfo = plain_role(server, dbname, database)
    try:
        with pytest.raises(PrerequisiteError) as caught:
            snapshot_as(conninfo)
        assert caught.value.exit_code == 4
        database.execute(caught.value.hint)
        assert snapshot_as(conninfo).statistics
    finally:
        database.execute("drop owned by plain; drop role plain")


def test_unreadable_and_policed_tables_are_listed(server: LocalServer, dbname: str, database: Connection) -> None:
    database.execute(FILLED)
    database.execute("create table closed (a integer, b integer); create table policed (a integer)")
    database.execute("alter table policed enable row level security")
    conninfo = plain_role(server, dbname, database, "grant select on t, policed to plain; grant select (a) on closed to plain")
    try:
        skipped = {one.what: one.why for one in snapshot_as(conninfo).skipped}
        skipped = {what: why for what, why in skipped.items() if "extended" not in what and "expression" not in what}
        assert skipped.keys() == {"statistics of 1 columns of public.closed", "statistics of public.policed"}
        assert "GRANT SELECT ON public.closed TO plain;" in skipped["statistics of 1 columns of public.closed"]
        assert "BYPASSRLS" in skipped["statistics of public.policed"]
    finally:
        database.execute("drop owned by plain; drop role plain")
