"""The statements that are sent to a user's server: the files under `sql/`, and nothing else."""

import re
from functools import cache
from pathlib import Path

from psycopg import sql

MARKER = "/* pgadvisor */"
"""Stands inside every statement, by which our own entries in pg_stat_statements are known. Behind the first word:
PostgreSQL 18 leaves out a comment in front of it."""

_INSTALLED = Path(__file__).parent.parent / "sql"  # a wheel carries the files within the package
_CHECKOUT = Path(__file__).parent.parent.parent / "sql"
_HEAD = re.compile(r"\A(?:\s*--[^\n]*\n|\s*\n)*")


@cache
def folder() -> Path:
    """Where the files are: in the package when installed from a wheel, beside it in a checkout."""
    return _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT


@cache
def _text(name: str) -> str:
    return _HEAD.sub("", (folder() / f"{name}.sql").read_text(encoding="utf-8")).strip().removesuffix(";")


def load(name: str, **parts: str | sql.Composable) -> str:
    """The statement of `sql/<name>.sql` without its head comment and final semicolon.

    Each `{part}` in it is filled in: a `str` is SQL of our own (a column list that a server version asks for), an
    `Identifier` is quoted. Values go in as parameters, never here.
    """
    composed = sql.SQL(_text(name)).format(
        **{key: sql.SQL(part) if isinstance(part, str) else part for key, part in parts.items()}
    )
    return composed.as_string()
