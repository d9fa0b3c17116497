"""jsonlog, PostgreSQL 15 and later: one object per line (manual, "Using JSON-Format Log Output")."""

import json
from collections.abc import Iterable, Iterator

from pgadvisor.serverlog.entry import DAMAGED, Entry, Tally, seconds


def read_jsonlog(lines: Iterable[str], tally: Tally) -> Iterator[Entry]:
    for line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            tally.note(DAMAGED)
            continue
        if not isinstance(row, dict) or not isinstance(row.get("message"), str):
            tally.note(DAMAGED)
            continue
        texts = {name: value for name, value in row.items() if isinstance(value, str)}
        yield Entry(
            session=texts.get("session_id", str(row.get("pid", ""))),
            message=row["message"],
            detail=texts.get("detail"),
            at_s=seconds(texts.get("timestamp", "")),
            user=texts.get("user"),
            database=texts.get("dbname"),
            virtual_transaction=texts.get("vxid"),
        )
