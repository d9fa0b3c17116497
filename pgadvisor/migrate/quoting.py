"""Text that goes into a file which psql runs: literals, index definitions, and what must not be in an expression."""

import re
from dataclasses import replace

from pgadvisor.model.index import Index
from pgadvisor.model.names import quote_identifier

NAME_BYTES = 63  # NAMEDATALEN - 1: PostgreSQL cuts longer names silently

_TOKEN = re.compile(
    r"""(?P<escape>\b[eE]'(?:[^'\\]|\\.|'')*')
      | (?P<string>'(?:[^']|'')*')
      | (?P<name>"(?:[^"]|"")*")
      | (?P<open>[(\[])
      | (?P<close>[)\]])
      | (?P<bad>--|/\*|[;\\$'"\x00-\x08\x0a-\x1f])
      | (?P<rest>.)""",
    re.VERBOSE | re.DOTALL,
)


def literal(text: str) -> str:
    """An SQL string; the files set standard_conforming_strings, so a backslash is only a backslash."""
    return "'" + text.replace("'", "''") + "'"


def boolean(value: bool) -> str:
    return "true" if value else "false"


def is_one_piece(sql: str) -> bool:
    r"""Whether `sql` is a part of one statement to psql and to the server: no end of statement, comment, backslash
    command, dollar quote, line break or open quote outside of strings and quoted names, and balanced parentheses.

    >>> is_one_piece("lower(email) = 'a;b'"), is_one_piece("a); drop table b"), is_one_piece("a\n\\! id")
    (True, False, False)
    """
    depth = 0
    for token in _TOKEN.finditer(sql):
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if token.lastgroup == "bad" or depth < 0:
            return False
    return depth == 0


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{quote_identifier(name)} = {literal(value)}"


def definition_body(index: Index, options: tuple[str, ...] = (), nulls_not_distinct: bool = False) -> str:
    """What CREATE INDEX says after the table's name: from USING on. `options` are reloptions as the catalog has them."""
    bare = replace(index, where=None, unique=False)
    text = bare.sql("x")
    body = text[len(f"CREATE INDEX x ON {index.table} ") :]
    if nulls_not_distinct:
        body += " NULLS NOT DISTINCT"
    if options:
        body += " WITH (" + ", ".join(_option(option) for option in options) + ")"
    return body + (f" WHERE {index.where}" if index.where else "")


def fits(name: str) -> bool:
    """Whether PostgreSQL keeps the name whole."""
    return 0 < len(name.encode()) <= NAME_BYTES


def shortened(name: str, tail: str) -> str:
    """`name` and `tail` as one name of at most 63 bytes; `name` gives way, at a character's border."""
    room = NAME_BYTES - len(tail.encode())
    return name.encode()[:room].decode(errors="ignore") + tail
