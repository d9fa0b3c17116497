"""log_line_prefix as a pattern (manual, "Error Reporting and Logging": What to Log; src/backend/utils/error/elog.c)."""

import re
from collections.abc import Iterable, Sequence

# Those that servers come with: PostgreSQL, Debian, Amazon RDS, Google Cloud SQL, Azure, pgBadger's manual.
USUAL = (
    "%m [%p] ",
    "%m [%p] %q%u@%d ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d ",
    "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%t:%r:%u@%d:[%p]:",
    "%m [%p]: [%l-1] db=%d,user=%u ",
    "%t-%c-",
    "%t [%p] %u@%d ",
    "%t ",
    "%m ",
    "",
)
HEAD_CHARACTERS = 1000  # of a line that a prefix and the severity may take; a pattern is never run over more
_ESCAPE = re.compile(r"%(-?\d*)([a-zA-Z%])")
_WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_FORMS = {
    "u": r"(?P<user>[^\n]{0,64}?)",
    "d": r"(?P<database>[^\n]{0,64}?)",
    "p": r"(?P<pid>\d+)",
    "c": r"(?P<session>[0-9a-f]+\.[0-9a-f]+)",
    "m": rf"(?P<when>{_WHEN}\.\d{{3}} [^\s:]+)",
    "t": rf"(?P<when_s>{_WHEN} [^\s:]+)",
    "n": r"(?P<epoch>\d+\.\d{3})",
    "s": rf"{_WHEN} [^\s:]+",
    "v": r"(?P<vxid>(?:\d+/\d+)?)",
    "x": r"\d+",
    "l": r"\d+",
    "P": r"\d*",
    "Q": r"-?\d+",
    "e": r"[0-9A-Z]{5}",
}
_SEVERITY = r"(?P<severity>[^\W\d_][^\s:]{1,24}) ?:  ?(?P<text>.*)"


def prefix_pattern(prefix: str) -> re.Pattern[str]:
    """Matches a line that begins with `prefix`, its severity and the message's first line. Groups, where the prefix has
    them: user, database, pid, session, when, when_s, epoch, vxid; always severity and text.

    >>> prefix_pattern("%m [%p] ").match("2026-11-22 18:10:45.988 UTC [7] LOG:  statement: select 1")["text"]
    'statement: select 1'
    """
    made: list[str] = []
    place, seen, optional = 0, set[str](), False
    for escape in _ESCAPE.finditer(prefix):
        made.append(re.escape(prefix[place : escape.start()]))
        place = escape.end()
        padding, letter = escape.groups()
        if letter == "q":
            made.append("(?:")
            optional = True
        elif letter == "%":
            made.append("%")
        else:
            made.append(_padded(_once(_FORMS.get(letter, r"[^\n]{0,80}?"), seen), padding))
    made.append(re.escape(prefix[place:]))
    return re.compile("".join(made) + (")?" if optional else "") + _SEVERITY, re.DOTALL)


def _once(form: str, seen: set[str]) -> str:
    """A group may be named once; %p twice is one group and one plain pattern."""
    name = re.match(r"\(\?P<(\w+)>", form)
    if name is None:
        return form
    if name[1] in seen:
        return form.replace(f"?P<{name[1]}>", "?:", 1)
    seen.add(name[1])
    return form


def _padded(form: str, padding: str) -> str:
    if not padding:
        return form
    return form + " *" if padding.startswith("-") else " *" + form


def recognised(lines: Sequence[str], wanted: Iterable[str]) -> re.Pattern[str] | None:
    """The pattern that most of `lines` begin with: one of `wanted`, the server's own first, or a usual one. None where none
    fits any line."""
    best, most = None, 0
    for prefix in dict.fromkeys((*wanted, *USUAL)):
        pattern = prefix_pattern(prefix)
        count = sum(pattern.match(line[:HEAD_CHARACTERS]) is not None for line in lines)
        if count > most:
            best, most = pattern, count
    return best
