"""Statements as people may read them: no value of anybody's data, no comment, no control character."""

import re

from pglast import parser

from pgadvisor.parse.tokens import LITERALS, Token, rewrite, scan

READABLE = frozenset({"select", "insert", "update", "delete", "merge", "with", "values", "table"})
_WORD = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*([A-Za-z]+)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_KEYWORDS = frozenset(
    [
        "abort",
        "alter",
        "analyze",
        "begin",
        "call",
        "checkpoint",
        "close",
        "cluster",
        "comment",
        "commit",
        "copy",
        "create",
        "deallocate",
        "declare",
        "discard",
        "do",
        "drop",
        "end",
        "execute",
        "explain",
        "fetch",
        "grant",
        "import",
        "insert",
        "listen",
        "load",
        "lock",
        "merge",
        "move",
        "notify",
        "prepare",
        "reassign",
        "refresh",
        "reindex",
        "release",
        "reset",
        "revoke",
        "rollback",
        "savepoint",
        "security",
        "select",
        "set",
        "show",
        "start",
        "table",
        "truncate",
        "unlisten",
        "update",
        "delete",
        "vacuum",
        "values",
        "with",
    ]
)


def printable(text: str) -> str:
    """`text` on one line with every literal replaced by `$n`, without comments; a utility statement or a text that cannot
    be read becomes its first key word and "[redacted]".

    >>> printable("select a -- why\\n from t where b = 'x' and c = $1")
    'select a from t where b = $2 and c = $1'
    """
    word = first_word(text)
    if word not in READABLE:
        return redacted(word)
    try:
        return _CONTROL.sub(" ", _without_literals(parser.normalize(text)))
    except (parser.ParseError, UnicodeError, ValueError):
        return redacted(word)


def first_word(text: str) -> str:
    """The first key word in lower case, "" where there is none."""
    match = _WORD.match(text)
    return match.group(1).lower() if match else ""


def redacted(word: str) -> str:
    """What is printed for a text that must not be shown."""
    return f"{word.upper()} [redacted]" if word in _KEYWORDS else "[redacted]"


def _without_literals(normalised: str) -> str:
    """The grammar's own normalisation leaves what is no constant of an expression: strings in JSON_TABLE's columns, numbers
    of types and of ORDER BY 1. The numbers may stay where they are no values."""
    tokens = scan(normalised)
    numbers = [int(normalised[t.start + 1 : t.end + 1]) for t in tokens if t.name == "PARAM"]
    following = iter(range(max(numbers, default=0) + 1, 1 << 30))

    def replacement(token: Token, text: str) -> str:
        return f"${next(following)}" if token.name in LITERALS and token.name != "ICONST" else text

    while tokens and tokens[-1].name == "ASCII_59":
        tokens = tokens[:-1]
    return rewrite(normalised, tokens, replacement)
