"""What went wrong at the server, in one line, without a password and without a value of the user's data."""

import re
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict

from pgadvisor.errors import ConnectError, PartialError


class PasswordNeeded(ConnectError):
    """The server asks for a password and none was given."""


class ReadError(PartialError):
    """The server did not answer one of our statements; the connection is still good."""


class LockNotAvailable(ReadError):
    """Somebody holds a lock that the statement needs, for longer than our lock_timeout."""


class NoPrivilege(ReadError):
    """The role may not read it."""


class Cancelled(ReadError):
    """statement_timeout, a cancel request, or a standby's conflict with recovery."""


class Undefined(ReadError):
    """A relation, column, function or schema that this server does not have."""


class NotLoaded(ReadError):
    """An extension whose library is not in shared_preload_libraries."""


_READ_ERRORS: dict[str, type[ReadError]] = {
    "55P03": LockNotAvailable,
    "42501": NoPrivilege,
    "57014": Cancelled,
    "40001": Cancelled,
    "40P01": Cancelled,
    "42P01": Undefined,
    "42703": Undefined,
    "42704": Undefined,
    "42883": Undefined,
    "3F000": Undefined,
    "55000": NotLoaded,
}
_LOST = ("08", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04")  # the classes and codes that end a session


def read_failure(error: psycopg.Error, lost: bool) -> ReadError | ConnectError:
    """Our error for one of psycopg's; `lost`: the connection is gone."""
    state = error.sqlstate or ""
    said = (error.diag.message_primary or str(error)).strip().split("\n")[0]
    if lost or state.startswith(_LOST):
        return ConnectError(f"the connection to the server was lost: {said}", "see the server's log, then run again")
    kind = _READ_ERRORS.get(state, ReadError)
    return kind(f"the server refused a statement: {said}" + (f" ({state})" if state else ""))


@dataclass(frozen=True, slots=True)
class _Known:
    """A failure to connect that libpq reports with `pattern`, in our words."""

    pattern: str
    message: str
    hint: str


_SERVER_UP = "check host and port, and that the server accepts connections there"
_KNOWN = (
    _Known("password authentication failed", "the server refused the password of {user}", "check ~/.pgpass, or use -W"),
    _Known("no password supplied", "the server asks for a password for {user}", "put it into ~/.pgpass, or use -W"),
    _Known("no pg_hba.conf entry", "the server does not let {user} in from this machine", "add a line to pg_hba.conf"),
    _Known("authentication failed", "the server refused the login of {user}", "check the user's name and pg_hba.conf"),
    _Known(r"database \".*\" does not exist", "there is no database {dbname} on {server}", "psql -l lists the databases"),
    _Known(r"role \".*\" does not exist", "there is no role {user} on {server}", "name another with -U"),
    _Known("not permitted to log in", "{user} may not log in", "ALTER ROLE … LOGIN, or name another with -U"),
    _Known("permission denied for database", "{user} may not connect to {dbname}", "GRANT CONNECT ON DATABASE … TO …"),
    _Known("too many connections|remaining connection slots", "{server} has no free connection", "try again later"),
    _Known("too many connections for role", "{user} has used up its connections", "raise its CONNECTION LIMIT"),
    _Known("starting up|shutting down|in recovery mode|not yet accepting", "{server} starts or stops", "try again later"),
    _Known("unsupported startup parameter", "a pooler at {server} refuses a connection option", "connect to the server itself"),
    _Known("SSL was required|does not support SSL", "{server} does not offer SSL as sslmode asks", "check sslmode"),
    _Known("certificate", "the certificate of {server} was not accepted", "check sslmode, sslrootcert and the host's name"),
    _Known("session is (not )?read-|server is (not )?in hot standby", "{server} is not what target_session_attrs asks for", ""),
    _Known("Servname not supported|invalid port|integer value", "the connection string has a port that is no number", ""),
    _Known("could not translate host|Name or service not known|resolve host", "there is no such host: {server}", _SERVER_UP),
    _Known("Connection refused", "no server answers at {server}", _SERVER_UP),
    _Known("No such file or directory", "no server answers at {server}", _SERVER_UP),
    _Known("timeout expired|timed out", "{server} did not answer in time", _SERVER_UP),
    _Known("No route to host|Network is unreachable", "{server} cannot be reached from here", _SERVER_UP),
    _Known("definition of service", "the service is not in the service file", "check ~/.pg_service.conf"),
    _Known("server closed the connection", "{server} closed the connection at once", "see the server's log"),
)  # fmt: skip
_HARMLESS = re.compile(r"[\w.\-/ ,\[\]:]{1,200}\Z")


def connect_failure(error: psycopg.Error, conninfo: str) -> ConnectError:
    """Why no connection came about. Only libpq's known phrases are put into words and only harmless names are repeated:
    its own text may quote any part of a mistyped connection string, a password among them."""
    said = str(error)
    for known in _KNOWN:
        if re.search(known.pattern, said, re.IGNORECASE):
            kind = PasswordNeeded if known.pattern == "no password supplied" else ConnectError
            return kind(known.message.format_map(_names(conninfo)), known.hint)
    scrubbed = re.sub(r'"[^"\n]*"', '"…"', _last_line(said))
    for secret in _secrets(conninfo):
        scrubbed = scrubbed.replace(secret, "…")
    return ConnectError(f"could not connect: {scrubbed}", _SERVER_UP)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"^connection (failed: )?.*?failed: |^connection failed: ", "", lines[-1]) if lines else "no reason given"


def _names(conninfo: str) -> dict[str, str]:
    """What may be said of the connection string."""
    given = conninfo_to_dict(conninfo)
    named = {key: str(given.get(key) or "") for key in ("user", "dbname", "host", "port")}
    shown = {key: value if _HARMLESS.match(value) and "://" not in value else "" for key, value in named.items()}
    port = f", port {shown['port']}" if shown["port"].replace(",", "").isdigit() else ""
    return {
        "user": f"the user {shown['user']}" if shown["user"] else "the user",
        "dbname": shown["dbname"] or "of that name",
        "server": f"{shown['host']}{port}" if shown["host"] else f"the server{port}",
    }


def _secrets(conninfo: str) -> list[str]:
    given = conninfo_to_dict(conninfo)
    return [str(value) for key, value in given.items() if "password" in key and value]
