"""A statement's form: its text but for the constants; and how the constants of one text fill the `$n` of another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pglast import parser

from pgadvisor.parse.printable import READABLE, first_word
from pgadvisor.parse.tokens import LITERALS, Token, scan

LITERAL, PARAMETER = "\0literal", "\0parameter"  # marks in the place of constants; no token of SQL has a NUL
_SQUASHED = re.compile(r"\$(\d+)\s*/\*, \.\.\. \*/")
_WORDS = {"NULL_P": "NULL", "TRUE_P": "TRUE", "FALSE_P": "FALSE"}  # constants that are key words
_FIELD = ("extract", "(")  # before a word that is a constant to pg_stat_statements
_QUOTED = frozenset({'"'})
Piece = int | str  # the number of a constant, or SQL between constants


@dataclass(frozen=True, slots=True)
class Form:
    """`tokens` with marks in the place of constants, and the constants: SQL of a literal, or a parameter's number."""

    tokens: tuple[str, ...]
    constants: tuple[str | int, ...] = field(repr=False)
    text: str = field(repr=False)


def forms_of(text: str) -> tuple[Form, ...] | None:
    """The forms of the statements in `text`; those that are not planned (utility statements) are left out. None where the
    text cannot be read."""
    try:
        tokens = scan(text)
    except (parser.ParseError, UnicodeError, ValueError):
        return None
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.name == "ASCII_59":
            parts.append([])
        else:
            parts[-1].append(token)
    made = (_form(text, part) for part in parts if part)
    return tuple(form for form in made if first_word(form.text) in READABLE)


def _form(text: str, tokens: Sequence[Token]) -> Form:
    marks: list[str] = []
    constants: list[str | int] = []
    for token in tokens:
        sql = text[token.start : token.end + 1]
        if token.name in LITERALS:
            marks.append(LITERAL)
            constants.append(sql)
        elif token.name == "PARAM":
            marks.append(PARAMETER)
            constants.append(int(sql[1:]))
        else:
            marks.append(sql if sql[0] in _QUOTED else sql.lower())
    return Form(tuple(marks), tuple(constants), text[tokens[0].start : tokens[-1].end + 1])


def fingerprint(text: str) -> str | None:
    """PostgreSQL's grammar's own fingerprint, the same for all constants; None for a text that it does not know."""
    try:
        return str(parser.fingerprint(text))
    except (parser.ParseError, RecursionError, UnicodeError, ValueError):
        return None


def normalised(text: str) -> str | None:
    """`text` with `$n` for its constants, as pg_stat_statements writes them; None for a text that cannot be read."""
    try:
        return str(parser.normalize(text))
    except (parser.ParseError, UnicodeError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Filling:
    """For each `$n` of a text the pieces of SQL that stand there in another: numbers are positions among its constants.
    `fixed` are constants that both texts have and that must be equal."""

    pieces: Mapping[int, tuple[Piece, ...]]
    fixed: tuple[tuple[int, str], ...] = field(repr=False)

    def values(self, constants: Sequence[str]) -> dict[int, str] | None:
        """SQL by the number of the `$n`; None where the fixed constants are others."""
        if any(constants[place] != sql for place, sql in self.fixed):
            return None
        return {
            number: " ".join(constants[piece] if isinstance(piece, int) else piece for piece in pieces)
            for number, pieces in self.pieces.items()
        }


def filling(text: str, tokens: Sequence[str]) -> Filling | None:
    """How the constants of the form with `tokens` fill the `$n` of `text`; None where the two differ in more than those."""
    squashed = frozenset(int(number) for number in _SQUASHED.findall(text))
    found = forms_of(text)
    if found is None or len(found) != 1:
        return None
    return _Filler(found[0], tokens, squashed).filled()


class _Filler:
    """Walks two token sequences side by side."""

    def __init__(self, wanted: Form, tokens: Sequence[str], squashed: frozenset[int]) -> None:
        self.wanted, self.tokens, self.squashed = wanted, tokens, squashed
        self.place = self.constant = 0
        self.pieces: dict[int, tuple[Piece, ...]] = {}
        self.fixed: list[tuple[int, str]] = []

    def filled(self) -> Filling | None:
        constants = iter(self.wanted.constants)
        for position, token in enumerate(self.wanted.tokens):
            if token == PARAMETER:
                number = int(next(constants))
                is_field = self.wanted.tokens[max(0, position - 2) : position] == _FIELD
                pieces = self._list() if number in self.squashed else self._value() or (self._word() if is_field else None)
                if pieces is None:
                    return None
                self.pieces.setdefault(number, pieces)
            elif token == LITERAL:
                if not self._at(LITERAL):
                    return None
                self.fixed.append((self.constant, str(next(constants))))
                self._step()
            elif self._at(token):
                self._step()
            else:
                return None
        return Filling(self.pieces, tuple(self.fixed)) if self.place == len(self.tokens) else None

    def _at(self, *tokens: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place] in tokens

    def _step(self) -> Piece:
        token = self.tokens[self.place]
        self.place += 1
        if token not in (LITERAL, PARAMETER):
            return token
        self.constant += 1
        return self.constant - 1

    def _value(self) -> tuple[Piece, ...] | None:
        """One constant: a literal with its sign, a parameter, or a key word."""
        sign: tuple[Piece, ...] = (self._step(),) if self._at("-", "+") else ()
        if self._at(LITERAL, PARAMETER, *(word.lower() for word in _WORDS.values())):
            return (*sign, self._step())
        return None

    def _word(self) -> tuple[Piece, ...] | None:
        """The field of EXTRACT, which the server counts among the constants though it is a name."""
        return (self._step(),) if self.place < len(self.tokens) and self.tokens[self.place].isidentifier() else None

    def _list(self) -> tuple[Piece, ...] | None:
        """All up to the bracket that closes the list that the server has shortened."""
        pieces: list[Piece] = []
        depth = 0
        while self.place < len(self.tokens) and not (depth == 0 and self._at(")", "]")):
            depth += self._at("(", "[") - self._at(")", "]")
            pieces.append(self._step())
        return tuple(pieces) or None
