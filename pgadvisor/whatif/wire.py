"""One statement at a time, through the extended protocol: the server itself refuses a text that holds two."""

import re
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

Connection = psycopg.Connection[tuple[Any, ...]]
Rows = list[tuple[str | None, ...]]

_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY)
# Classes of SQLSTATE whose messages name objects only: syntax and access rules, dependent objects, features, invalid states.
_NAMING = ("0A", "2B", "3D", "3F", "42", "55", "58")
_QUOTING = ("42601",)  # a syntax error quotes the text it stands at


class Refused(Exception):
    """The server refused one statement. `reason` is one line that holds no value of the user's data."""

    def __init__(self, reason: str, sqlstate: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sqlstate = sqlstate


def condition_name(sqlstate: str) -> str:
    """The name PostgreSQL's manual gives to an SQLSTATE, in words: "invalid text representation"."""
    try:
        name = errors.lookup(sqlstate).__name__
    except KeyError:
        return f"SQLSTATE {sqlstate}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def printable_reason(sqlstate: str, message: str) -> str:
    """What the server said where its words can name objects only, else the name of the error."""
    if sqlstate[:2] in _NAMING and sqlstate not in _QUOTING and "'" not in message:
        return message.splitlines()[0] if message else condition_name(sqlstate)
    return condition_name(sqlstate)


def _field(result: PGresult, field: DiagnosticField) -> str:
    return (result.error_field(field) or b"").decode(errors="replace")


def run(connection: Connection, sql: str, parameters: Sequence[str | None] = ()) -> Rows:
    """Run exactly one statement; its rows as texts. Raises Refused."""
    if "\0" in sql:  # libpq would send the text up to there
        raise Refused("the text cannot be sent to a server", "22021")
    try:
        values = [None if value is None else value.encode() for value in parameters]
        result = connection.pgconn.exec_params(sql.encode(), values)
    except (UnicodeError, psycopg.DataError):
        raise Refused("the text cannot be sent to a server", "22021") from None
    except psycopg.OperationalError:
        raise Refused("the local server closed the connection", "08006") from None
    if result.status not in _GOOD:
        sqlstate = _field(result, DiagnosticField.SQLSTATE)
        raise Refused(printable_reason(sqlstate, _field(result, DiagnosticField.MESSAGE_PRIMARY)), sqlstate)
    return [
        tuple(None if (cell := result.get_value(row, column)) is None else cell.decode() for column in range(result.nfields))
        for row in range(result.ntuples)
    ]
