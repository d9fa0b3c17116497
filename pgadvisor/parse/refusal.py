"""Why a statement was not read; each reason is one line and holds no value of anybody's data."""

from pgadvisor.model.text import visible


class Refused(Exception):
    """A statement that is not analysed. Never leaves this package: it becomes an `Unread`."""

    def __init__(self, reason: str) -> None:
        self.reason = visible(reason)  # it may hold names of the statement
        super().__init__(self.reason)


NO_TEXT = "the server gave no text (its file of query texts was lost)"
NO_PRIVILEGE = "insufficient privilege to see the text: grant pg_read_all_stats or pg_monitor to the role that reads"
EMPTY = "the text is empty"
CUT_OFF = "the text is cut off, it ends in the middle of the statement"
NOT_UNDERSTOOD = "syntax not understood"
SEVERAL = "more than one statement in one text"
OWN = "a statement of pgadvisor itself"
SYSTEM_ONLY = "reads only system catalogs"
NO_TABLE = "reads no table"
TOO_DEEP = "nested too deeply to be read"


def utility(word: str) -> str:
    return f"{word.upper()} is a utility statement, it is not planned"


def wraps_query(word: str) -> str:
    return f"{word.upper()} wraps another statement, which is not analysed there"
