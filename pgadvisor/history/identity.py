"""Which statement an entry is: the same from run to run, though queryids change with a new major or a table made anew."""

import hashlib
from dataclasses import dataclass, replace

from pgadvisor.history.deltas import EntryKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.model.statement import Statement
from pgadvisor.model.workload import Query
from pgadvisor.parse.workload import understand

_NO_TEXT = "(its text is not available)"


@dataclass(frozen=True, slots=True)
class Identity:
    """`key` joins runs: the fingerprint and the tables it means, or the queryid where the text could not be understood."""

    key: str
    label: str | None
    query: str
    tables: tuple[Name, ...] = ()


def identities_of_both(older: Snapshot | None, newer: Snapshot) -> dict[EntryKey, Identity]:
    """Every entry of the two snapshots. An entry that is in both is one statement by its key alone, so its text is read once:
    the newer one, or the older where the newer was not to be had."""
    known = identities(newer)
    if older is None:
        return known
    readable = {statement.key for statement in newer.statements if statement.text is not None}
    rest = tuple(statement for statement in older.statements if statement.key not in readable)
    return {**known, **identities(replace(older, statements=rest))}


def identities(snapshot: Snapshot) -> dict[EntryKey, Identity]:
    """Every entry of the snapshot."""
    workload = understand(Lookup(snapshot))
    known = {statement.key: _of_statement(statement, None) for statement in snapshot.statements}
    known.update({unread.statement.key: _of_statement(unread.statement, unread.normalised) for unread in workload.unread})
    known.update({statement.key: _of_query(query) for query in workload.queries for statement in query.statements})
    return known


def _of_query(query: Query) -> Identity:
    tables = tuple(sorted(query.tables))
    meant = hashlib.sha256("\0".join(str(table) for table in tables).encode(errors="surrogatepass")).hexdigest()[:8]
    return Identity(f"{query.fingerprint}-{meant}", query.label, query.normalised, query.tables)


def _of_statement(statement: Statement, normalised: str | None) -> Identity:
    return Identity(f"queryid-{statement.queryid}", statement.label, normalised or _NO_TEXT)
