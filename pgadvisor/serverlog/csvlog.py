"""csvlog: rows of 24 columns in PostgreSQL 13, 26 since 14 (manual, "Using CSV-Format Log Output")."""

import csv
import re
from collections.abc import Iterable, Iterator

from pgadvisor.serverlog.entry import DAMAGED, Entry, Tally, seconds

# log_time, user_name, database_name, process_id: no line inside a statement looks like this, so that a damaged row cannot
# take the following ones with it.
ROW_START = re.compile(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [^,"\n]{1,40},(?:"(?:[^"\n]|"")*")?,(?:"(?:[^"\n]|"")*")?,\d*,')
_MOST_CHARACTERS = 1 << 24
_LEAST_COLUMNS = 15
_USER, _DATABASE, _PID, _SESSION, _TRANSACTION, _MESSAGE, _DETAIL = 1, 2, 3, 5, 9, 13, 14


def read_csvlog(lines: Iterable[str], tally: Tally) -> Iterator[Entry]:
    for text in _rows(lines, tally):
        row = _columns(text)
        if row is None or len(row) < _LEAST_COLUMNS:
            tally.note(DAMAGED)
            continue
        yield Entry(
            session=row[_SESSION] or row[_PID],
            message=row[_MESSAGE],
            detail=row[_DETAIL] or None,
            at_s=seconds(row[0]),
            user=row[_USER] or None,
            database=row[_DATABASE] or None,
            virtual_transaction=row[_TRANSACTION] or None,
        )


def _rows(lines: Iterable[str], tally: Tally) -> Iterator[str]:
    """The text of each row, which may go over several lines."""
    row: list[str] = []
    for line in lines:
        if ROW_START.match(line):
            if row:
                yield "\n".join(row)
            row = [line]
        elif row:
            row.append(line)
        elif line.strip():
            tally.note(DAMAGED)
    if row:
        yield "\n".join(row)


def _columns(text: str) -> list[str] | None:
    """None for a row that ends inside its quotes or is too long to be one."""
    if text.count('"') % 2 or len(text) > _MOST_CHARACTERS:
        return None
    csv.field_size_limit(_MOST_CHARACTERS)
    try:
        return next(csv.reader(text.splitlines(keepends=True), strict=True), None)
    except csv.Error:
        return None
