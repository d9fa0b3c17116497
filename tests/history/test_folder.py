"""The folder: nothing of the user's data in it, nothing lost, one run at a time."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from pgadvisor.errors import PartialError
from pgadvisor.history import compare, keep, latest, locked, remembered
from pgadvisor.model.catalog import ColumnStatistics
from tests.history.build import BY_USER, ORDERS, counters, moved, snapshot, statement

ENTRY = statement(1, BY_USER, counters(10, 100.0))


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    path = keep(folder, snapshot(24, ENTRY))
    assert path.name == "20260802T000000Z-shop.snapshot"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    older, damaged = latest(folder, snapshot(48))
    assert older is not None
    assert older.statements == (ENTRY,)
    assert damaged == ()


def test_no_folder_is_no_history(tmp_path: Path) -> None:
    assert latest(tmp_path / "none", snapshot(24)) == (None, ())


def test_the_newest_before_the_one_at_hand_and_of_its_database(tmp_path: Path) -> None:
    for hours in (24, 48, 72):
        keep(tmp_path, snapshot(hours, ENTRY))
    keep(tmp_path, moved(snapshot(60, ENTRY), database="shop2"))
    keep(tmp_path, moved(snapshot(61, ENTRY), database="x-shop"))
    older, _ = latest(tmp_path, snapshot(72))
    assert older is not None
    assert older.collected_at == snapshot(48).collected_at


@pytest.mark.parametrize("database", ["../../etc/x", "a b", "名前", "-shop", "a%2Fb", "a/b"])
def test_any_name_of_a_database_stays_in_the_folder(tmp_path: Path, database: str) -> None:
    path = keep(tmp_path, moved(snapshot(24, ENTRY), database=database))
    assert path.parent == tmp_path
    older, _ = latest(tmp_path, moved(snapshot(48), database=database))
    assert older is not None
    assert older.server.database == database
    assert latest(tmp_path, moved(snapshot(48), database="shop")) == (None, ())


def test_damaged_files_are_told_and_passed_over(tmp_path: Path) -> None:
    keep(tmp_path, snapshot(24, ENTRY))
    cut = keep(tmp_path, snapshot(48, ENTRY))
    cut.write_bytes(cut.read_bytes()[:-20])
    empty = keep(tmp_path, snapshot(72, ENTRY))
    empty.write_bytes(b"")
    older, damaged = latest(tmp_path, snapshot(96))
    assert older is not None
    assert older.collected_at == snapshot(24).collected_at
    assert [skipped.what for skipped in damaged] == [f"snapshot {empty.name}", f"snapshot {cut.name}"]


def test_old_files_go(tmp_path: Path) -> None:
    for day in range(1, 8):
        keep(tmp_path, snapshot(24 * day, ENTRY), runs=3)
    keep(tmp_path, moved(snapshot(24, ENTRY), database="other"))
    names = sorted(path.name for path in tmp_path.glob("*-shop.snapshot"))
    assert [name[:8] for name in names] == ["20260806", "20260807", "20260808"]
    keep(tmp_path, snapshot(24 * 9, ENTRY), days=2)
    assert [path.name[:8] for path in sorted(tmp_path.glob("*-shop.snapshot"))] == ["20260808", "20260810"]
    assert list(tmp_path.glob("*-other.snapshot"))


def test_no_value_of_the_data_is_kept(tmp_path: Path) -> None:
    secrets = (
        statement(1, "CREATE ROLE bob PASSWORD 'hunter2'", counters(1, 1.0)),
        statement(2, "SELECT id FROM orders WHERE total = 'hunter2' -- hunter2", counters(1, 1.0)),
    )
    values = ColumnStatistics(ORDERS, "total", False, 0.0, 8, 2.0, most_common_values="{hunter2}", histogram_bounds="{hunter2,z}")
    path = keep(tmp_path, replace(snapshot(24, *secrets), statistics=(values,)))
    assert b"hunter2" not in gzip.decompress(path.read_bytes())


def test_keeping_does_not_change_what_a_statement_is(tmp_path: Path) -> None:
    literal = statement(2, "SELECT id FROM orders WHERE total = 'x' -- by hand", counters(100, 100.0))
    keep(tmp_path, snapshot(24, literal))
    older, _ = latest(tmp_path, snapshot(48))
    again = statement(2, "SELECT id FROM orders WHERE total = 'y'", counters(150, 150.0))
    nightly = compare(older, snapshot(48, again))
    assert [(t.change, t.counters.calls) for t in nightly.statements] == [("steady", 50)]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path):
        with pytest.raises(PartialError, match="another report"), locked(tmp_path):
            pass
        keep(tmp_path, snapshot(24, ENTRY))
    with locked(tmp_path):
        pass


def test_how_often_a_statement_was_told_of(tmp_path: Path) -> None:
    keep(tmp_path, snapshot(24, ENTRY))
    for night in range(1, 4):
        more = statement(1, BY_USER, counters(10 * night + 10, 100.0 * night))
        nightly = remembered(tmp_path, compare(snapshot(24 * night, ENTRY), snapshot(24 * night + 24, more)))
        assert nightly.reports == night - 1
        assert nightly.statements[0].seen_in == night - 1
    (tmp_path / "shop.told").write_text('{"until": 3}\nnot json\n[]\n')
    nightly = compare(snapshot(24, ENTRY), snapshot(48, statement(1, BY_USER, counters(20, 200.0))))
    assert remembered(tmp_path, nightly).reports == 0
    again = remembered(tmp_path, nightly)
    assert again.reports == 0  # the same report told again
