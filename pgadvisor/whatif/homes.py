"""The temporary folders of local servers: each locked while its owner lives, swept away when it is gone."""

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import tempfile
import time
from pathlib import Path

_PREFIX = "pgadvisor-server-"
_SOCKET_PATH_LIMIT = 100  # sun_path holds 107 bytes, ".s.PGSQL.5432" has to fit
_NEW_S = 60.0


def _base() -> Path:
    base = Path(tempfile.gettempdir())
    return base if len(str(base)) + 40 < _SOCKET_PATH_LIMIT else Path("/tmp")


def _hold(home: Path) -> int | None:
    """Lock the home of a server; None where its owner is alive."""
    try:
        handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _claim(home: Path) -> int:
    """Lock a new home. The file appears in it when it is locked already: a sweep at that moment leaves the home alone."""
    handle, name = tempfile.mkstemp(prefix="lock-", dir=home)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.rename(name, home / "lock")
    return handle


def make_home() -> tuple[Path, int | None]:
    """A new folder for a server, and the lock that says that its owner lives; closing the lock gives the folder up."""
    home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_base()))
    return home, _claim(home)


def _is_ours(home: Path) -> bool:
    with contextlib.suppress(OSError):
        found = home.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return False


def _is_new(home: Path) -> bool:
    """Whether its owner may not have come to lock it."""
    with contextlib.suppress(OSError):
        return not (home / "lock").exists() and time.time() - home.stat().st_mtime < _NEW_S
    return True


def _kill_postmaster(data: Path, patience_s: float = 10.0) -> None:
    """Stop the postmaster of `data` at once, if the one that its pid file names really serves that folder."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if str(data).encode() not in command:
        return
    deadline = time.monotonic() + patience_s
    try:
        os.kill(pid, signal.SIGQUIT)
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return


def remove(home: Path, tries: int = 40) -> None:
    """Remove a folder whose last processes may be dying still."""
    for _ in range(tries):
        shutil.rmtree(home, ignore_errors=True)
        if not home.exists():
            return
        time.sleep(0.05)


def sweep() -> int:
    """Remove what killed runs of this user left behind, servers and folders; the number of them."""
    removed = 0
    for home in _base().glob(_PREFIX + "*"):
        handle = _hold(home) if _is_ours(home) and not _is_new(home) else None
        if handle is None:
            continue
        _kill_postmaster(home / "data")
        remove(home)
        os.close(handle)
        removed += 1
    return removed
