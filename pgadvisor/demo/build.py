"""The shop's tables, rows and indexes."""

import contextlib
from importlib.resources import files
from typing import Any

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

# Somebody once tried to make postcodes unique. It failed, as CREATE INDEX CONCURRENTLY does, and left its index behind.
_FAILED_BUILD = b"create unique index concurrently addresses_postcode_key on public.addresses (postcode)"


def _script(name: str) -> bytes:
    return (files(__package__) / f"{name}.sql").read_bytes()


def build(connection: Connection, scale: float = 1.0) -> None:
    """Fill an empty database: about 2.2 million rows times `scale`, 350 MB with its indexes, analysed.

    The rows are the same on every server. The connection has to be in autocommit mode and its role to be allowed to
    create tables and the trusted extension pg_trgm in the database.
    """
    for name, value in (("demo.scale", str(scale)), ("search_path", "public"), ("timezone", "UTC")):
        connection.execute("select set_config(%s, %s, false)", [name, value])
    for script in ("schema", "data", "indexes"):
        connection.execute(_script(script))
    with contextlib.suppress(psycopg.errors.UniqueViolation):
        connection.execute(_FAILED_BUILD)
    connection.execute("vacuum (analyze)")
