"""Connection strings: what the user named, with what the command line adds and what pgadvisor sets."""

from collections.abc import Mapping

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgadvisor.errors import UsageError

_HINT = "write postgresql://user@host:port/database, or host=… dbname=…, and keep the password in ~/.pgpass"


def _parameters(target: str) -> dict[str, str]:
    """The parameters in a URI, a conninfo string or a database name. The text itself is never repeated: it may hold a
    password where none was meant to be."""
    if target and "=" not in target and "://" not in target:
        if any(sign in target for sign in "/:@"):
            raise UsageError("the connection string cannot be read", _HINT)
        return {"dbname": target}
    try:
        return {key: str(value) for key, value in conninfo_to_dict(target).items() if value is not None}
    except psycopg.Error:
        raise UsageError("the connection string cannot be read", _HINT) from None


def merge_target(target: str, **given: str | None) -> str:
    """The connection string for `target` (URI, conninfo, database name or ''), with `given` (host, port, user, dbname)
    in the place of what it says. Raises UsageError where `target` cannot be read."""
    return make_conninfo("", **{**_parameters(target), **{key: value for key, value in given.items() if value is not None}})


def with_defaults(target: str, forced: Mapping[str, str], defaults: Mapping[str, str]) -> str:
    """`target` with `forced` in any case and `defaults` where it says nothing."""
    return make_conninfo("", **{**defaults, **_parameters(target), **forced})
