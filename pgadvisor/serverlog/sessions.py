"""From messages to executions: durations put to their statements, statements to their transaction blocks, per session."""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pgadvisor.model.log import Execution
from pgadvisor.serverlog.entry import Entry, Tally
from pgadvisor.serverlog.messages import Said, read_parameters, said

MOST_SESSIONS = 10_000
OTHER_DATABASES = "statements of other databases"
CUT_PARAMETERS = "executions whose parameters were cut off (log_parameter_max_length) or not understood"
UNREADABLE = "statements with bytes that are not of the server's encoding"
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_BEGIN = re.compile(r"\s*(?:begin|start\s+transaction)\b", re.IGNORECASE)
_END = re.compile(
    r"\s*(?:commit|end|rollback(?!\s+(?:work\s+|transaction\s+)?to\b)|abort|prepare\s+transaction)\b", re.IGNORECASE
)


@dataclass(slots=True)
class _Session:
    """What is open in a session. `waiting` may still get its duration; `block` is the transaction block's number."""

    waiting: Execution | None = None
    guessed: bool = False  # waiting was told of by auto_explain alone
    last_text: str = ""
    block: int | None = None


class Sessions:
    """Follows each session; holds one execution of each at most."""

    def __init__(self, database: str, tally: Tally) -> None:
        self.database, self.tally = database, tally
        self.open: OrderedDict[str, _Session] = OrderedDict()
        self.blocks = 0

    def executions(self, entries: Iterable[Entry]) -> Iterator[Execution]:
        """The executions in the order in which they ended in each session."""
        for entry in entries:
            told = said(entry.message)
            if told is None:
                continue
            if entry.database not in (None, self.database):
                self.tally.note(OTHER_DATABASES)
                continue
            yield from self._next(entry, told)
        yield from self.flushed()

    def flushed(self) -> Iterator[Execution]:
        for session in self.open.values():
            if session.waiting is not None:
                yield session.waiting
        self.open.clear()

    def _next(self, entry: Entry, told: Said) -> Iterator[Execution]:
        session = self._session(entry.session)
        if told.text is None:
            if session.waiting is not None and session.waiting.ms is None:
                session.waiting = replace(session.waiting, ms=told.ms)
            return
        if told.planned and told.text == session.last_text:
            return
        repeats = session.guessed and told.text == session.last_text and not told.planned
        if session.waiting is not None and not repeats:
            yield session.waiting
        session.waiting, session.guessed, session.last_text = self._execution(entry, told, session), told.planned, told.text
        if len(self.open) > MOST_SESSIONS:
            _, oldest = self.open.popitem(last=False)
            if oldest.waiting is not None:
                yield oldest.waiting

    def _session(self, name: str) -> _Session:
        session = self.open.setdefault(name, _Session())
        self.open.move_to_end(name)
        return session

    def _execution(self, entry: Entry, told: Said, session: _Session) -> Execution | None:
        text = told.text or ""
        detail = told.parameters if told.planned else entry.detail
        if _REPLACED in text or _REPLACED in (detail or ""):
            self.tally.note(UNREADABLE)
            return None
        if _BEGIN.match(text):
            self.blocks += 1
            session.block = self.blocks
        parameters = read_parameters(detail) if detail else {}
        if parameters is None:
            self.tally.note(CUT_PARAMETERS)
        made = Execution(entry.session, text, parameters or {}, told.ms, entry.at_s, _block(entry, session), entry.user)
        if _END.match(text):
            session.block = None
        return made


def _block(entry: Entry, session: _Session) -> str | None:
    if session.block is not None:
        return f"t{session.block}"
    virtual = entry.virtual_transaction
    return f"v{virtual}" if virtual and not virtual.endswith("/0") else None
