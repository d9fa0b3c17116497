"""The scanner's tokens, and what is made of a text by replacing some of them."""

from collections.abc import Callable
from typing import Any

from pglast import parser

COMMENTS = frozenset({"SQL_COMMENT", "C_COMMENT"})
LITERALS = frozenset({"SCONST", "USCONST", "BCONST", "XCONST", "ICONST", "FCONST"})
Token = Any  # pglast.parser.Token: start, end (inclusive), name, kind


def scan(text: str) -> tuple[Token, ...]:
    """The tokens of `text` without its comments; raises pglast's ParseError for an unterminated quote or comment."""
    return tuple(token for token in parser.scan(text) if token.name not in COMMENTS)


def rewrite(text: str, tokens: tuple[Token, ...], replacement: Callable[[Token, str], str]) -> str:
    """`text` with each token replaced; comments are dropped and any run of white space becomes one blank."""
    parts: list[str] = []
    previous = -1
    for token in tokens:
        if previous >= 0 and token.start > previous + 1:
            parts.append(" ")
        parts.append(replacement(token, text[token.start : token.end + 1]))
        previous = token.end
    return "".join(parts)


def parameter_numbers(text: str) -> tuple[int, ...]:
    """The numbers of the `$n` in `text`, ascending, each once."""
    return tuple(sorted({int(text[t.start + 1 : t.end + 1]) for t in scan(text) if t.name == "PARAM"}))
