"""The shop's tables, rows and indexes."""

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
    connection.execute("select set_config('demo.scale', %s, false), set_config('search_path', 'public', false)", [str(scale)])
    for script in ("schema", "data", "indexes"):
        connection.execute(_script(script))
    try:
        connection.execute(_FAILED_BUILD)
    except psycopg.errors.UniqueViolation:
        pass
    connection.execute("vacuum (analyze)")
