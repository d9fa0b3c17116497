"""The folder of snapshots: one file for each run, named by UTC time and database."""

import contextlib
import fcntl
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

from pgadvisor.codec import read_snapshot, redact, write_snapshot
from pgadvisor.errors import PartialError, PgAdvisorError
from pgadvisor.model.snapshot import Skipped, Snapshot
from pgadvisor.parse.printable import printable

_SUFFIX = ".snapshot"
_STAMP = "%Y%m%dT%H%M%SZ"


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the folder for one run; a second run at the same time is refused (PartialError), not queued."""
    _make(directory)
    with open(directory / ".lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PartialError(f"another report is being made in {directory}", "wait for it, or use another folder") from None
        yield


def _make(directory: Path) -> None:
    """Only its owner may look into a new folder; one that exists keeps its permissions."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PartialError(f"cannot make the folder {directory}: {error.strerror}", "choose another one") from None


def keep(directory: Path, snapshot: Snapshot, *, runs: int | None = None, days: int | None = None) -> Path:
    """Write the run's snapshot (mode 0600, whole or not at all), then delete this database's files beyond the newest `runs` or
    older than `days`. No value of the user's data is kept: statistics lose theirs, statements and commands their literals."""
    _make(directory)
    path = directory / f"{_stamp(snapshot.collected_at)}-{_database(snapshot)}{_SUFFIX}"
    write_snapshot(redact(snapshot, printable), path)
    _forget(directory, snapshot, runs, days)
    return path


def _stamp(when: datetime) -> str:
    return when.astimezone(timezone.utc).strftime(_STAMP)


def _database(snapshot: Snapshot) -> str:
    return quote(snapshot.server.database, safe="")


def _files(directory: Path, snapshot: Snapshot) -> list[Path]:
    """This database's files, oldest first."""
    ending = f"-{_database(snapshot)}{_SUFFIX}"
    length = len(_stamp(snapshot.collected_at))
    return sorted(path for path in directory.glob(f"*{_SUFFIX}") if path.name[length:] == ending)


def _forget(directory: Path, snapshot: Snapshot, runs: int | None, days: int | None) -> None:
    files = _files(directory, snapshot)
    old = files[:-runs] if runs is not None else []
    if days is not None:
        first = _stamp(snapshot.collected_at - timedelta(days=days))
        old += [path for path in files if path.name < first and path not in old]
    for path in old:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def latest(directory: Path, snapshot: Snapshot) -> tuple[Snapshot | None, tuple[Skipped, ...]]:
    """The newest readable snapshot of the same database from before `snapshot`, and the damaged files passed over for it."""
    damaged: list[Skipped] = []
    stamp = _stamp(snapshot.collected_at)
    for path in reversed(_files(directory, snapshot)):
        if path.name[: len(stamp)] >= stamp:
            continue
        try:
            return read_snapshot(path), tuple(damaged)
        except PgAdvisorError as error:
            damaged.append(Skipped(f"snapshot {path.name}", error.message))
    return None, tuple(damaged)
