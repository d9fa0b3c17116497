"""`Session`: the one connection to the user's server.

Every read is one message: BEGIN … READ ONLY, our limits, the statement, ROLLBACK. So it costs one round trip, and the
transaction has ended on the server whatever becomes of the client. Nothing is set for the session itself: behind a
transaction pooler it would stay for the application that gets the connection next.
"""

import os
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import Buffer
from psycopg.rows import dict_row

from pgadvisor import __version__
from pgadvisor.connect.failures import connect_failure, read_failure
from pgadvisor.connect.sqlfile import load
from pgadvisor.connect.target import with_defaults
from pgadvisor.errors import ConnectError, UsageError
from pgadvisor.model.server import Footprint

Row = dict[str, Any]
Parameters = Mapping[str, Any]
_Result = TypeVar("_Result")

_CANCEL_PATIENCE_S = 2.0
_DEFAULTS = {
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


class _DeadlinePassed(Exception):
    """The run's time is over while the server is silent."""


class _Connection(psycopg.Connection[Row]):
    """A connection that never waits past `deadline` (time.monotonic()), even for a server that is frozen."""

    deadline = float("inf")

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's, which comes back to `gen` each `interval` even where nothing arrives."""
        return super().wait(_until(self.deadline, gen), interval)


def _until(deadline: float, gen: Generator[Any, Any, _Result]) -> Generator[Any, Any, _Result]:
    """`gen`, ended by _DeadlinePassed at `deadline`."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if time.monotonic() >= deadline:
                raise _DeadlinePassed
            wanted = gen.send(ready)
    except StopIteration as end:
        result: _Result = end.value
        return result


class _Lenient(psycopg.adapt.Loader):
    """Text of a database without an encoding (SQL_ASCII), where any byte may stand."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("utf-8", "replace")


class Session:
    """A connection under a deadline, and the account of what it asked. Made by `open_session`."""

    def __init__(self, connection: _Connection, deadline_s: float) -> None:
        self._connection = connection
        self._deadline_s = deadline_s
        self._statements = 0
        self._elapsed_ms = 0.0
        self.locked_objects = 0
        self.version_num = connection.info.server_version  # as PostgreSQL counts it, 150018 for 15.18
        connection.cursor_factory = psycopg.ClientCursor
        self._client_encoding = "UTF8"
        if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            self._client_encoding = "SQL_ASCII"  # else the server refuses whatever is not UTF-8
            for kind in ("text", "name", "varchar", "bpchar"):
                connection.adapters.register_loader(kind, _Lenient)

    @property
    def backend_pid(self) -> int:
        """The process that the connection was told it talks to; another one answers where a pooler is between."""
        return self._connection.info.backend_pid

    @property
    def footprint(self) -> Footprint:
        """What was asked of the server so far; a read counts as one statement."""
        return Footprint(1, self._statements, self._elapsed_ms, self.locked_objects)

    def read(self, sql: str, params: Parameters | tuple[()] = (), *, timeout_s: float = 15.0) -> list[Row]:
        """The rows of one statement, read in a READ ONLY transaction of its own that is rolled back.

        A per cent sign in `sql` is written twice. Raises a ReadError that tells what the server refused, or ConnectError
        where the connection was lost or the run's deadline passed.
        """
        left_s = self._connection.deadline - time.monotonic()
        limit_ms = int(1000 * min(timeout_s, max(left_s, 0.001)))
        begin = load("session/begin", statement_timeout=f"'{limit_ms}ms'", client_encoding=f"'{self._client_encoding}'")
        message = f"{begin};\n{sql};\n{load('session/end')}"
        started = time.monotonic()
        self._statements += 1
        try:
            return self._rows(message, params)
        finally:
            self._elapsed_ms += 1000 * (time.monotonic() - started)

    def _rows(self, message: str, params: Parameters | tuple[()]) -> list[Row]:
        try:
            cursor = self._connection.execute(message, params or {})
            cursor.nextset()  # BEGIN
            cursor.nextset()  # our limits
            return cursor.fetchall()
        except _DeadlinePassed:
            raise self._give_up() from None
        except psycopg.Error as error:
            failure = read_failure(error, self._is_lost())
            if not isinstance(failure, ConnectError):
                self._roll_back()
            raise failure from None

    def _is_lost(self) -> bool:
        return self._connection.closed or self._connection.broken

    def _roll_back(self) -> None:
        """End the transaction that a refused statement left open."""
        try:
            self._connection.execute(load("session/end"))
        except _DeadlinePassed:
            raise self._give_up() from None
        except psycopg.Error as error:
            raise read_failure(error, lost=True) from None

    def _give_up(self) -> ConnectError:
        """Ask once for the statement to be cancelled, then hang up."""
        if psycopg.capabilities.has_cancel_safe():
            with suppress(psycopg.Error):  # a frozen server does not take it; statement_timeout ends the statement then
                self._connection.cancel_safe(timeout=_CANCEL_PATIENCE_S)
        self.close()
        return ConnectError(
            f"the server did not answer within the {self._deadline_s:g} s that the run may take",
            "see whether it is overloaded or frozen, or raise the deadline",
        )

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def open_session(conninfo: str, *, command: str, deadline_s: float = 300, password: str | None = None) -> Iterator[Session]:
    """One connection for `command`, which may use it for `deadline_s` from now.

    `conninfo` is a URI, a conninfo string or a database name; libpq's environment variables and files fill in the rest.
    Raises ConnectError in one line, which never repeats the password or a string that could hold it.
    """
    forced = {"application_name": f"pgadvisor/{__version__} {command}", "client_encoding": "UTF8"}
    if password is not None:
        forced["password"] = password
    deadline = time.monotonic() + deadline_s
    defaults = {**_DEFAULTS, "connect_timeout": os.environ.get("PGCONNECT_TIMEOUT") or str(max(2, min(10, int(deadline_s))))}
    try:
        target = with_defaults(conninfo, forced, defaults)
    except psycopg.Error:
        raise UsageError("the connection string cannot be read", "write postgresql://user@host:port/database") from None
    try:
        connection = _Connection.connect(target, autocommit=True, prepare_threshold=None, row_factory=dict_row)
    except psycopg.Error as error:
        raise connect_failure(error, target) from None
    connection.deadline = deadline
    try:
        yield Session(connection, deadline_s)
    finally:
        connection.close()
