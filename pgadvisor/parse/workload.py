"""All statements of a snapshot: understood and put together, or counted with the reason why not."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.model.workload import Query, Unread, Workload
from pgadvisor.parse import refusal
from pgadvisor.parse.catalog import catalog_of
from pgadvisor.parse.printable import printable
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.statement import Understood, read_statement

_HIDDEN = "<insufficient privilege>"
_Identity = tuple[str, tuple[Name, ...], str | None, tuple[str, ...]]


def understand(lookup: Lookup) -> Workload:
    """Reads every statement of `lookup.snapshot`. Rows of pg_stat_statements that are one statement (the same fingerprint
    over the same relations, for several users, toplevel or not) become one `Query` with their counters added."""
    reader = _Reader(lookup)
    members: dict[_Identity, list[tuple[Statement, Query]]] = defaultdict(list)
    unread: list[Unread] = []
    for statement in lookup.snapshot.statements:
        result = reader.read(statement)
        if isinstance(result, Understood):
            members[_identity(statement, result)].append((statement, result.query))
        else:
            unread.append(Unread(statement, result, None if not statement.text else printable(statement.text)))
    return Workload(tuple(_merged(rows) for rows in members.values()), tuple(unread))


class _Reader:
    """Reads each text once for each search_path."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.catalog = catalog_of(lookup)
        self.known: dict[tuple[str, tuple[str, ...]], Understood | str] = {}

    def read(self, statement: Statement) -> Understood | str:
        """The statement's parts, or the reason why it is not analysed."""
        text = statement.text
        if text is None:
            return refusal.NO_TEXT
        if text.startswith(_HIDDEN):
            return refusal.NO_PRIVILEGE
        if not text.strip():
            return refusal.EMPTY
        path = self.lookup.search_path(statement.user_oid)
        result = self.known.get((text, path))
        if result is None:
            result = self.known[text, path] = self._read(text, path)
        return result

    def _read(self, text: str, path: tuple[str, ...]) -> Understood | str:
        try:
            return read_statement(self.catalog, text, path)
        except Refused as refused:
            return refused.reason


def _identity(statement: Statement, understood: Understood) -> _Identity:
    """What makes rows one statement. In a workload file constants and names count, pg_stat_statements has none of either."""
    written = understood.literals if statement.user_oid == 0 else ()
    query = understood.query
    return query.fingerprint, tuple(relation.table for relation in query.relations), statement.label, written


def _merged(rows: list[tuple[Statement, Query]]) -> Query:
    """One `Query` of its rows; what can differ (text, queryid, search_path) is taken from the row with the most time."""
    leading, query = max(rows, key=lambda row: row[0].counters.total_ms)
    statements = tuple(statement for statement, _ in rows)
    return replace(
        query,
        queryid=leading.queryid,
        label=leading.label,
        counters=_sum(statement.counters for statement in statements),
        measured=any(statement.measured for statement in statements),
        statements=statements,
        toplevel=any(statement.toplevel for statement in statements),
    )


def _sum(counters: Iterable[Counters]) -> Counters:
    return reduce(Counters.plus, counters)
