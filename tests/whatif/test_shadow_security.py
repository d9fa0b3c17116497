"""Nothing that a snapshot or a statement holds can run in the shadow, write a file, or reach another database."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pgadvisor.errors import PlanError
from pgadvisor.model.catalog import Constraint, Function, Type, View
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.shadow import open_shadow
from tests.conftest import Connection
from tests.whatif.compare import on, valued
from tests.whatif.conftest import ReadLookup

_TABLE = Name("public", "t")


@pytest.fixture
def lookup(database: Connection, read: ReadLookup) -> Lookup:
    database.execute("create table t (id int, name text)")
    database.execute("insert into t select i, 'n' || i from generate_series(1, 2000) i")
    database.execute("analyze t")
    return read()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that the server's account could write."""
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents:
        if parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    return tmp_path / "planted"


_REFUSED = (
    "select 1; drop table t",
    "drop table t",
    "copy t to program 'true'",
    "analyze t",
    "select * from t where id = $1",
    "select rolpassword from pg_authid",
    "(analyze) select 1",
    "select 1\x00; drop table t",
    "create table x (a int)",
    "select 'a",
    "",
)


def test_what_is_not_one_plannable_statement_is_refused(lookup: Lookup, bindir: Path) -> None:
    with open_shadow(lookup, [_TABLE], bindir=bindir) as planner:
        for text in _REFUSED:
            with pytest.raises(PlanError) as caught:
                planner.plan(valued(text))
            assert "\n" not in caught.value.reason
        assert planner.plan(valued("select * from t where id = 5")).root.relation == _TABLE


def test_errors_hold_no_value(lookup: Lookup, bindir: Path) -> None:
    with open_shadow(lookup, [_TABLE], bindir=bindir) as planner:
        for text in ("select * from t where id = 'SECRET'", "select 1 'SECRET' 2", "select * from t where name = 'SECRET'::date"):
            with pytest.raises(PlanError) as caught:
                planner.plan(valued(text))
            assert "SECRET" not in caught.value.reason


def _function(arguments: str, returns: str, name: str = "evil") -> Function:
    return Function(Name("public", name), "f", arguments, returns, False, "i", False, "s", False, 1.0, 0.0, "sql")


def test_planted_definitions_write_nothing(lookup: Lookup, bindir: Path, target: Path) -> None:
    write = f"lo_export(lo_from_bytea(0, 'x'), '{target}')"
    program = f"COPY (SELECT 1) TO PROGRAM 'touch {target}'"
    snapshot = replace(
        lookup.snapshot,
        functions=(
            _function("a integer", "integer"),
            _function(f") RETURNS int LANGUAGE sql IMMUTABLE AS $x$ SELECT {write} $x$ --", "integer", "injected"),
            _function("a integer", f"integer LANGUAGE plpgsql AS $x$ BEGIN {program}; RETURN 1; END $x$ --", "wrapped"),
            _function(f"a integer DEFAULT {write}", "integer", "defaulted"),
        ),
        types=(
            Type(Name("public", "checked"), "d", base_type=f"integer CHECK ({write} > 0)"),
            Type(Name("public", "two"), "d", base_type=f"integer; {program}"),
        ),
        views=(
            View(Name("public", "v"), "v", f"SELECT {write} AS x"),
            View(Name("public", "w"), "v", f"SELECT 1; {program}"),
        ),
        constraints=(Constraint("c", _TABLE, "c", ("id",), True, definition=f"CHECK ({write} > id); {program}"),),
        statements=(),
    )
    with open_shadow(Lookup(snapshot), [_TABLE, Name("public", "v"), Name("public", "w")], bindir=bindir) as planner:
        skipped = {one.what for one in planner.skipped}
        assert {"type public.two", "view public.w", "constraint c of public.t"} <= skipped
        for text in ("select * from v", "select evil(1)", "select injected()", "select wrapped(1)", "select defaulted()"):
            with suppress(PlanError):
                planner.plan(valued(text))
        planner.plan(
            valued("select * from t where id = 1"), (on("t", "id", where=f"{write} > 0"), on("t", "id", where="id > 0); --"))
        )
    assert not target.exists()


def test_a_partition_bound_runs_without_privileges(database: Connection, read: ReadLookup, bindir: Path, target: Path) -> None:
    database.execute("create table p (id int) partition by range (id)")
    database.execute("create table p1 partition of p for values from (1) to (10)")
    snapshot = read().snapshot
    bound = f"FOR VALUES FROM (lo_export(lo_from_bytea(0, 'x'), '{target}')) TO (10)"
    tables = tuple(replace(one, partition_bound=bound) if one.name.name == "p1" else one for one in snapshot.tables)
    with open_shadow(Lookup(replace(snapshot, tables=tables)), [Name("public", "p")], bindir=bindir) as planner:
        assert {one.what for one in planner.skipped} == {"partition public.p1"}
        planner.plan(valued("select * from p"))
    assert not target.exists()


def test_nothing_is_left(lookup: Lookup, bindir: Path) -> None:
    homes: list[Path] = []
    original = LocalServer.close

    def remembering(self: LocalServer) -> None:
        homes.append(self.home)
        original(self)

    LocalServer.close = remembering  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt), open_shadow(lookup, [_TABLE], bindir=bindir):
            raise KeyboardInterrupt
    finally:
        LocalServer.close = original  # type: ignore[method-assign]
    assert homes and not any(home.exists() for home in homes)
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(str(home).encode() in command for home in homes for command in running)
