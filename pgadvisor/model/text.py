"""Text that came from elsewhere (names, statements), made harmless. Standard library only."""

import re
import unicodedata

# Control and format characters (C0, C1, bidirectional controls, zero width, tags), surrogates, private use and unassigned
# code points, and the line and paragraph separators: nothing here is ever part of what a reader should see.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_unsafe(character: str) -> bool:
    """Whether a terminal, an editor or a reader could be misled by this character."""
    return not (" " <= character <= "~") and unicodedata.category(character) in _UNSAFE


def visible(text: str, keep: str = "") -> str:
    r"""`text` with every unsafe character spelled out, as PostgreSQL's E'' strings would; those in `keep` stay.

    >>> visible("a\nb\x1b[31m\u202ec")
    'a\\nb\\x1b[31m\\u202ec'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep or not is_unsafe(c) else _spelled(c) for c in text)


def _spelled(character: str) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if known is not None:
        return known
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_BREAKERS = (("\\", "/"), ("*/", "* /"), ("/*", "/ *"), ("${", "$ {"))


def sql_comment(text: str) -> str:
    r"""`text` for the rest of a `-- ` line (the caller writes the `-- `), or for the inside of a block comment.

    One line, whatever the text: a new line in a table's name would end the comment, and psql would run what follows
    (CVE-2025-8715 was this in pg_dump). No end or start of a block comment, no backslash (psql's commands), no `${`
    (Flyway's placeholders).

    >>> sql_comment("orders\n\\! rm -rf /")
    'orders /! rm -rf /'
    """
    line = "".join(" " if is_unsafe(c) else c for c in text)
    for breaker, harmless in _BREAKERS:
        while breaker in line:
            line = line.replace(breaker, harmless)
    return re.sub(r"\s+", " ", line).strip()
