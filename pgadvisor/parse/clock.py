"""Statements at a fixed time: what they ask of the clock, asked of the moment a snapshot was taken."""

from collections.abc import Iterator
from datetime import datetime, timezone

from pglast import parser

from pgadvisor.parse.tokens import Token, scan

_FUNCTIONS = frozenset(("now", "transaction_timestamp", "statement_timestamp"))
_WORDS = {"CURRENT_TIMESTAMP": "timestamptz", "LOCALTIMESTAMP": "timestamp", "CURRENT_DATE": "date"}
_OPEN, _CLOSE, _DOT = "ASCII_40", "ASCII_41", "ASCII_46"
_NOT_AFTER = frozenset((_DOT, "FROM", "JOIN", "AS"))  # another schema's, a table, a name


def at_time(sql: str, moment: datetime) -> str:
    """`sql` with now(), CURRENT_DATE and their like replaced by `moment`, all else as it is.

    Statistics end where the snapshot was taken: planned later, `now() - interval '1 day'` would lie beyond them. A precision,
    CURRENT_TIMESTAMP(3), is left alone with its function.
    """
    try:
        tokens = scan(sql)
    except parser.ParseError:
        return sql
    parts, end = [], 0
    for first, last, kind in _clocks(sql, tokens):
        parts += [sql[end : first.start], _literal(kind, moment)]
        end = last.end + 1
    return "".join((*parts, sql[end:]))


def _clocks(sql: str, tokens: tuple[Token, ...]) -> Iterator[tuple[Token, Token, str]]:
    """The first and the last token of each question to the clock, and the type of its answer."""
    for place, token in enumerate(tokens):
        names = [each.name for each in tokens[place + 1 : place + 3]]
        if place and tokens[place - 1].name in _NOT_AFTER:
            continue
        if token.name in _WORDS and names[:1] != [_OPEN]:
            yield token, token, _WORDS[token.name]
        elif names == [_OPEN, _CLOSE] and sql[token.start : token.end + 1].lower() in _FUNCTIONS:
            yield token, tokens[place + 2], "timestamptz"


def _literal(kind: str, moment: datetime) -> str:
    utc = moment.astimezone(timezone.utc)
    if kind == "date":
        return f"'{utc:%Y-%m-%d}'::date"
    zone = "+00" if kind == "timestamptz" else ""
    return f"'{utc:%Y-%m-%d %H:%M:%S}{zone}'::{kind}"
