"""Columns of a terminal: how wide a text is, where to cut it, where to break it."""

import unicodedata


def display_width(text: str) -> int:
    """Columns that `text` takes: two for East Asian wide characters, none for combining marks (Unicode, UAX #11)."""
    return len(text) if text.isascii() else sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def cut(text: str, width: int) -> str:
    """`text` in at most `width` columns; an ellipsis stands for what is missing."""
    return text if display_width(text) <= width else _head(text, width - 1).rstrip() + "…"


def _head(text: str, width: int) -> str:
    taken = 0
    for position, character in enumerate(text):
        taken += _character_width(character)
        if taken > width:
            return text[:position]
    return text


def wrap(text: str, width: int, most_lines: int | None = None) -> list[str]:
    """`text` in lines of at most `width` columns, broken at spaces, long words anywhere; cut after `most_lines`."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, width):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if display_width(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    if most_lines is not None and len(lines) > most_lines:
        lines[most_lines - 1 :] = [cut(" ".join(lines[most_lines - 1 :]), width)]
    return lines


def _pieces(word: str, width: int) -> list[str]:
    pieces = []
    while display_width(word) > width:
        head = _head(word, width) or word[0]
        pieces.append(head)
        word = word[len(head) :]
    return [*pieces, word]
