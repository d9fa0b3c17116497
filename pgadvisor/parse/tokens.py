"""The scanner's tokens, and what is made of a text by replacing some of them."""

from collections.abc import Callable
from typing import Any

from pglast import parser

COMMENTS = frozenset({"SQL_COMMENT", "C_COMMENT"})
LITERALS = frozenset({"SCONST", "USCONST", "BCONST", "XCONST", "ICONST", "FCONST"})
_OPENERS = frozenset({"ASCII_40", "ASCII_91"})  # ( [
_CLOSERS = frozenset({"ASCII_41", "ASCII_93", "ASCII_44", "ASCII_59"})  # ) ] , ;
Token = Any  # pglast.parser.Token: start, end (inclusive), name, kind


def scan(text: str) -> tuple[Token, ...]:
    """The tokens of `text` without its comments; raises pglast's ParseError for an unterminated quote or comment."""
    return tuple(token for token in parser.scan(text) if token.name not in COMMENTS)


def rewrite(text: str, tokens: tuple[Token, ...], replacement: Callable[[Token, str], str]) -> str:
    """`text` with each token replaced; comments are dropped and any run of white space becomes one blank."""
    parts: list[str] = []
    previous, opened = -1, True
    for token in tokens:
        if not opened and token.start > previous + 1 and token.name not in _CLOSERS:
            parts.append(" ")
        parts.append(replacement(token, text[token.start : token.end + 1]))
        previous, opened = token.end, token.name in _OPENERS
    return "".join(parts)


def parameter_numbers(text: str, tokens: tuple[Token, ...]) -> tuple[int, ...]:
    """The numbers of the `$n` among the tokens, ascending, each once."""
    return tuple(sorted({int(text[t.start + 1 : t.end + 1]) for t in tokens if t.name == "PARAM"}))
