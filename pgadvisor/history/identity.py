"""Which statement an entry is: the same from run to run, though queryids change with a new major or a table made anew."""

import hashlib
from dataclasses import dataclass

from pgadvisor.history.deltas import EntryKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.model.workload import Query, Unread
from pgadvisor.parse.workload import understand

_NO_TEXT = "(its text is not available)"


@dataclass(frozen=True, slots=True)
class Identity:
    """`key` joins runs: the fingerprint and the tables it means, or the queryid where the text could not be understood."""

    key: str
    label: str | None
    query: str
    tables: tuple[Name, ...] = ()


def identities(snapshot: Snapshot) -> dict[EntryKey, Identity]:
    """Every entry of the snapshot."""
    workload = understand(Lookup(snapshot))
    known = {statement.key: _of_query(query) for query in workload.queries for statement in query.statements}
    for unread in workload.unread:
        known.setdefault(unread.statement.key, _of_unread(unread))
    return known


def _of_query(query: Query) -> Identity:
    tables = tuple(sorted(query.tables))
    meant = hashlib.sha256("\0".join(str(table) for table in tables).encode(errors="surrogatepass")).hexdigest()[:8]
    return Identity(f"{query.fingerprint}-{meant}", query.label, query.normalised, query.tables)


def _of_unread(unread: Unread) -> Identity:
    return Identity(f"queryid-{unread.statement.queryid}", unread.statement.label, unread.normalised or _NO_TEXT)
