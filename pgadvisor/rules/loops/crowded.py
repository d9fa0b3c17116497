"""Loops that the number of transactions shows: a lookup that ran many times as often as transactions ended.

However its calls are spread, some transactions then hold as many of it as the mean says, or more. Transactions of all sessions of
the database count, also of those that never ran it, so that the mean is too low rather than too high; they have to be counted for
as long as the statement is, or for longer. An application that sends each statement as a transaction of its own never shows here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.workload import Query
from pgadvisor.rules.loops.keys import Asked, asked_by_key
from pgadvisor.rules.rule import Facts

LEAST_IN_EACH = 5.0  # lookups per transaction, on average
FEWEST_TRANSACTIONS = 1000  # sessions report theirs with some seconds of delay


@dataclass(frozen=True, slots=True)
class Crowd:
    """A lookup by key and the transactions that ended in the same time or longer."""

    asked: Asked
    transactions: int

    @property
    def mean(self) -> float:
        """Lookups per transaction, at least."""
        return self.asked.query.counters.calls / self.transactions


def crowds(facts: Facts) -> Iterator[Crowd]:
    """The statements asked by key that ran several times in each transaction, all transactions taken together."""
    snapshot = facts.lookup.snapshot
    transactions = snapshot.server.transactions or 0
    if transactions < FEWEST_TRANSACTIONS or not _counted_as_long(snapshot):
        return
    for query in facts.workload.queries:
        asked = asked_by_key(query)
        if asked and _counted(query) and query.counters.calls >= LEAST_IN_EACH * transactions:
            yield Crowd(max(asked, key=lambda one: len(one.equalities)), transactions)


def _counted(query: Query) -> bool:
    """Whether the server counted its calls, not a log or a file."""
    return query.measured and query.rows_counted and query.label is None


def _counted_as_long(snapshot: Snapshot) -> bool:
    """Whether transactions are counted since statements are, or since before."""
    statements = snapshot.statements_info.stats_reset if snapshot.statements_info is not None else None
    since = snapshot.server.stats_reset
    return statements is not None and (since is None or since <= statements)
