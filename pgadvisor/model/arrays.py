"""PostgreSQL's text form of arrays, which pg_stats uses for its values (manual, "Arrays: Array Input and Output Syntax")."""

import re
from collections.abc import Iterable

_ITEM = re.compile(
    r"""[ \t\n\r\v\f]*(?:
        "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<bare>(?:[^,{}"\\ \t\n\r\v\f]|\\.|[ \t\n\r\v\f]+(?=[^,{} \t\n\r\v\f]))+)
    )[ \t\n\r\v\f]*(?P<end>[,}])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = re.compile(r"[^ \t\n\r\v\f{},\"\\]+\Z")
_MARKED = re.compile(r'[ \t\n\r\v\f{}"\\]')  # what needs more than a look at the commas
_SPACES = " \t\n\r\v\f"  # to array_in; others that Python calls space are not


def read_array(text: str) -> tuple[str | None, ...]:
    """The elements of a one-dimensional array literal; None for NULL. Raises ValueError for anything else.

    >>> read_array('{a,"b c",NULL}')
    ('a', 'b c', None)
    """
    body = text.strip(_SPACES)
    if body == "{}":
        return ()
    if not body.startswith("{") or not body.endswith("}"):
        raise ValueError("not an array literal")
    simple = _simple(body[1:-1])
    if simple is not None:
        return simple
    items: list[str | None] = []
    position = 1
    while position < len(body):
        match = _ITEM.match(body, position)
        if match is None:
            raise ValueError("not a one-dimensional array literal")
        items.append(_element(match))
        position = match.end()
        if (match["end"] == "}") != (position == len(body)):
            raise ValueError("not a one-dimensional array literal")
    return tuple(items)


def _simple(inner: str) -> tuple[str | None, ...] | None:
    """Elements that all need no quotes, or all have them and no escapes, which most arrays of pg_stats are; None for others."""
    if _MARKED.search(inner) is None:
        bare = inner.split(",")
        return tuple(None if item.upper() == "NULL" else item for item in bare) if all(bare) else None
    if len(inner) < 2 or inner[0] != '"' or inner[-1] != '"' or "\\" in inner:
        return None
    quoted = inner[1:-1].split('","')
    return None if any('"' in item for item in quoted) else tuple(quoted)


def _element(match: re.Match[str]) -> str | None:
    if match["quoted"] is not None:
        return _ESCAPED.sub(r"\1", match["quoted"])
    bare = match["bare"]
    return None if bare.upper() == "NULL" else _ESCAPED.sub(r"\1", bare)


def write_array(items: Iterable[str | None]) -> str:
    """The array literal of `items`, None as NULL.

    >>> write_array(["a", "b c", None])
    '{a,"b c",NULL}'
    """
    return "{" + ",".join(_written(item) for item in items) + "}"


def _written(item: str | None) -> str:
    if item is None:
        return "NULL"
    if _PLAIN.match(item) and item.upper() != "NULL":
        return item
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
