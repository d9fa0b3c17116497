"""The plain format of stderr and syslog-free files: a prefix, the severity, the message; further lines begin with a tab."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from pgadvisor.serverlog.entry import DAMAGED, Entry, Tally, seconds
from pgadvisor.serverlog.messages import is_parameters
from pgadvisor.serverlog.prefix import HEAD_CHARACTERS, recognised

_LOOKED_AT = 2000  # lines, to tell the prefix
_MOST_LINES = 100_000  # of one message
UNKNOWN_PREFIX = "lines whose prefix is not known: set log_line_prefix as the server has it, or use csvlog"


def read_stderr(lines: Iterable[str], tally: Tally, prefixes: Iterable[str]) -> Iterator[Entry]:
    """The entries of `lines`; DETAIL lines with parameters are put to the message before them."""
    rest = iter(lines)
    first = list(islice(rest, _LOOKED_AT))
    pattern = recognised(first, prefixes)
    if pattern is None:
        tally.note(UNKNOWN_PREFIX, len(first) + sum(1 for _ in rest))
        return
    waiting: Entry | None = None
    for match, text in _messages(chain(first, rest), pattern, tally):
        if is_parameters(text):
            if waiting is not None and waiting.session == _session(match) and waiting.detail is None:
                waiting = replace(waiting, detail=text)
            continue
        if waiting is not None:
            yield waiting
        waiting = _entry(match, text)
    if waiting is not None:
        yield waiting


def _messages(lines: Iterable[str], pattern: re.Pattern[str], tally: Tally) -> Iterator[tuple[re.Match[str], str]]:
    """Each message's first line as matched, and all of its text."""
    current: re.Match[str] | None = None
    text: list[str] = []
    for line in lines:
        match = None if line.startswith("\t") else pattern.match(line[:HEAD_CHARACTERS])
        if match is not None:
            if current is not None:
                yield current, "\n".join(text)
            current, text = match, [match["text"] + line[HEAD_CHARACTERS:]]
        elif current is not None and (line.startswith("\t") or not line) and len(text) < _MOST_LINES:
            text.append(line[1:])
        elif line.strip():
            tally.note(DAMAGED)
            if current is not None:
                yield current, "\n".join(text)
            current = None
    if current is not None:
        yield current, "\n".join(text)


def _entry(match: re.Match[str], text: str) -> Entry:
    found = match.groupdict()
    epoch = found.get("epoch")
    when = found.get("when") or found.get("when_s") or ""
    return Entry(
        session=_session(match),
        message=text,
        at_s=float(epoch) if epoch else seconds(when),
        user=found.get("user") or None,
        database=found.get("database") or None,
        virtual_transaction=found.get("vxid") or None,
    )


def _session(match: re.Match[str]) -> str:
    found = match.groupdict()
    return found.get("session") or found.get("pid") or ""
