"""Statements as people may read them: no value of anybody's data, no comment, no control character."""

import re

from pglast import parser

from pgadvisor.parse.tokens import LITERALS, Token, parameter_numbers, rewrite, scan

READABLE = frozenset({"select", "insert", "update", "delete", "merge", "with", "values", "table"})
_WORD = re.compile(r"[A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_KEYWORDS = frozenset(
    """abort alter analyze begin call checkpoint close cluster comment commit copy create deallocate declare
    discard do drop end execute explain fetch grant import insert listen load lock merge move notify prepare
    reassign refresh reindex release reset revoke rollback savepoint security select set show start table
    truncate unlisten update delete vacuum values with""".split()  # noqa: SIM905
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
        tokens = scan(text)
        if is_normalised(tokens):
            return shown(text, tokens)
        normalised = parser.normalize(text)
        return shown(normalised, scan(normalised))
    except (parser.ParseError, UnicodeError, ValueError):
        return redacted(word)


def is_normalised(tokens: tuple[Token, ...]) -> bool:
    """Whether the text holds no literal at all."""
    return not any(token.name in LITERALS for token in tokens)


def shown(normalised: str, tokens: tuple[Token, ...]) -> str:
    """A normalised text on one line. The grammar's own normalisation leaves what is no constant of an expression: strings
    in JSON_TABLE's columns, which go here too, and the numbers of types and of ORDER BY 1, which stay."""
    while tokens and tokens[-1].name == "ASCII_59":
        tokens = tokens[:-1]
    if any(token.name == "ASCII_59" for token in tokens):
        return redacted(first_word(normalised))
    following = iter(range(max(parameter_numbers(normalised, tokens), default=0) + 1, 1 << 30))

    def replacement(token: Token, text: str) -> str:
        return f"${next(following)}" if token.name in LITERALS and token.name != "ICONST" else text

    return _CONTROL.sub(" ", rewrite(normalised, tokens, replacement))


def first_word(text: str) -> str:
    """The first key word in lower case, "" where there is none."""
    position = 0
    while position < len(text):
        if text[position].isspace() or text[position] == "(":
            position += 1
        elif text.startswith("--", position):
            position = _after(text, "\n", position)
        elif text.startswith("/*", position):
            position = _after(text, "*/", position)
        else:
            break
    match = _WORD.match(text, position)
    return match.group().lower() if match else ""


def _after(text: str, mark: str, start: int) -> int:
    """The position behind the next `mark`, the end of the text where there is none."""
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def redacted(word: str) -> str:
    """What is printed for a text that must not be shown."""
    return f"{word.upper()} [redacted]" if word in _KEYWORDS else "[redacted]"
