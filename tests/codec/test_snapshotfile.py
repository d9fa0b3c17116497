"""Files: whole or not at all, refused when damaged, newer or something else; and a real snapshot through one."""

import gzip
import json
import os
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.codec import FORMAT, is_snapshot, read_snapshot, redact, write_snapshot
from pgadvisor.codec.redaction import _length
from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.errors import UsageError
from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.names import Name
from pgadvisor.model.server import Server
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters, Statement
from tests.conftest import Connection

SERVER = Server(180006, "shop", "me", False, False, "UTF8", "C", "C", "c", None, None)
SNAPSHOT = Snapshot(datetime(2026, 1, 1, tzinfo=timezone.utc), SERVER, schemas=("public", "é\n\udc80"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.snapshot"


def test_round_trip_of_a_real_database(database: Connection, conninfo: str, path: Path) -> None:
    database.execute(
        "create type mood as enum ('a'); create table t (id integer primary key, m mood, v text, r int4range);"
        "create index on t (lower(v)) where m = 'a'; create view w as select * from t;"
        "insert into t select g, 'a', g::text, int4range(g, g + 2) from generate_series(1, 1000) g; analyze t"
    )
    with open_session(conninfo, command="test") as session:
        snapshot = collect(session)
    assert snapshot.statistics and snapshot.statements and snapshot.activity
    write_snapshot(snapshot, path)
    assert read_snapshot(path) == snapshot
    write_snapshot(redact(snapshot), path)
    assert read_snapshot(path) == redact(snapshot)


def test_file_is_the_owners_alone_and_replaces_the_old_one(path: Path) -> None:
    path.write_text("old")
    path.chmod(0o644)
    write_snapshot(SNAPSHOT, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_snapshot(path) == SNAPSHOT
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_same_snapshot_same_bytes(path: Path) -> None:
    write_snapshot(SNAPSHOT, path)
    first = path.read_bytes()
    write_snapshot(SNAPSHOT, path)
    assert path.read_bytes() == first


def test_format_comes_first(path: Path) -> None:
    write_snapshot(SNAPSHOT, path)
    assert gzip.decompress(path.read_bytes()).startswith(b'{"format": 1, "tool": "pgadvisor ')


def test_failed_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(SNAPSHOT, path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left"):
        write_snapshot(redact(SNAPSHOT), path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_missing_folder(path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_snapshot(SNAPSHOT, path / "no" / "where")
    with pytest.raises(UsageError, match="cannot read"):
        read_snapshot(path)
    assert not is_snapshot(path) and not is_snapshot(path.parent)


@given(fraction=st.floats(0.01, 0.99), at=st.floats(0, 1), flip=st.integers(1, 255))
def test_truncated_or_damaged_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, fraction: float, at: float, flip: int
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "file"
    write_snapshot(SNAPSHOT, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(2, int(len(whole) * fraction))])
    assert is_snapshot(path)
    with pytest.raises(UsageError) as truncated:
        read_snapshot(path)
    assert truncated.value.hint
    place = int(at * (len(whole) - 1))
    path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
    try:
        assert read_snapshot(path) == SNAPSHOT  # a byte of gzip's own header that means nothing to us
    except UsageError as damaged:
        assert damaged.hint


def rewritten(path: Path, **header: object) -> None:
    write_snapshot(SNAPSHOT, path)
    first, body = gzip.decompress(path.read_bytes()).split(b"\n", 1)
    path.write_bytes(gzip.compress(json.dumps({**json.loads(first), **header}).encode() + b"\n" + body))


def test_newer_format_says_upgrade(path: Path) -> None:
    rewritten(path, format=FORMAT + 1)
    with pytest.raises(UsageError, match="newer pgadvisor") as caught:
        read_snapshot(path)
    assert caught.value.hint == "upgrade pgadvisor"


@pytest.mark.parametrize("header", [{"sha256": "0"}, {"bytes": 1}, {"format": "x"}, {"format": None}])
def test_header_that_does_not_fit(path: Path, header: dict[str, object]) -> None:
    rewritten(path, **header)
    with pytest.raises(UsageError):
        read_snapshot(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"select 1;", gzip.compress(b"", mtime=0), gzip.compress(b"hello", mtime=0), gzip.compress(b"[]\n{}", mtime=0)],
)
def test_other_files_are_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert is_snapshot(path) == content.startswith(b"\x1f\x8b")
    with pytest.raises(UsageError):
        read_snapshot(path)


def test_redacted_keeps_frequencies_and_counts() -> None:
    row = ColumnStatistics(
        Name("public", "t"), "c", False, 0.0, 4, -1.0,
        most_common_values='{"Miller, Ann","\\"x\\\\",é}', most_common_frequencies=(0.5, 0.2, 0.1),
        histogram_bounds="[0:1]={1,2}", most_common_elements="{a}", range_bounds_histogram='{"[1,2)","[3,4)"}',
        range_length_histogram="{1,2}",
    )  # fmt: skip
    statements = tuple(
        Statement(number, 1, "u", True, text, Counters())
        for number, text in enumerate(
            ["SELECT $1", "\n with x as (select 1) table x", "alter role u password 'hunter2'", None, ""]
        )
    )
    redacted = redact(Snapshot(SNAPSHOT.collected_at, SERVER, statistics=(row,), statements=statements))
    (found,) = redacted.statistics
    assert redacted.redacted
    assert found.most_common_values == "{NULL,NULL,NULL}" and found.most_common_frequencies == (0.5, 0.2, 0.1)
    assert found.histogram_bounds == "{NULL,NULL}" and found.most_common_elements == "{NULL}"
    assert found.range_bounds_histogram == "{NULL,NULL}" and found.range_length_histogram == "{1,2}"
    assert [one.text for one in redacted.statements] == ["SELECT $1", "\n with x as (select 1) table x", None, None, None]
    printed = redact(Snapshot(SNAPSHOT.collected_at, SERVER, statements=statements), lambda text: "printed")
    assert {one.text for one in printed.statements} == {"printed", None}


def test_lengths_are_those_that_the_server_counts(database: Connection) -> None:
    for array in (["a,b", 'q"', "\\", "{x}", "", "NULL", "é"], [], ["a"], ["1", None, "2"]):
        row = database.execute("select %s::text[]::text", (array,)).fetchone()
        assert row is not None and _length(row[0]) == len(array)
