"""What an index costs the writes of its table, in milliseconds over the counters' period.

    entries x time per entry,  entries = rows inserted + rows of non-HOT updates + HOT updates that the index ends

An UPDATE is HOT, and touches no index, only if it changes no column that any index reads (src/backend/access/heap/README.HOT);
a BRIN index does not count since PostgreSQL 16. An index on a column that UPDATEs set makes them write an entry into every
index of the table. Deleted and outdated rows leave their entries to VACUUM.
"""

from collections import defaultdict
from dataclasses import dataclass

from pgadvisor.advisor.facts.columns import PAGE_BYTES
from pgadvisor.advisor.facts.tables import columns_of, family
from pgadvisor.advisor.price.entries import SPREAD, UNMEASURED_SPREAD, entry_ms, measured_factor
from pgadvisor.advisor.price.wal import Wal, checkpoint_s, entry_bytes, images_bytes
from pgadvisor.model.catalog import TableUsage
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Workload

_DEAD_ENTRY = 0.5  # of an entry's cost, paid by VACUUM: benchmarks/writes.py
_UNKNOWN_HOT_SHARE = 0.5  # of updates, where the server has not counted any
_LOADED_ROWS_SHARE = 0.9
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class WriteCost:
    """What writes pay over the counters' period: milliseconds with the interval they are known to, entries, WAL.

    `basis`: what the rows were counted from, statements or table counters. `days`: the length of the period, None where it is
    not known. `row_wal_bytes`: WAL of one row that the table's own INSERTs write now, as measured; None where they were not.
    """

    total_ms: float
    low_ms: float
    high_ms: float
    hot_updates_lost: int
    entries: float
    wal: Wal
    basis: str
    days: float | None
    row_wal_bytes: float | None = None


@dataclass(frozen=True, slots=True)
class _Update:
    """Rows that one UPDATE statement changed, and the columns that it sets."""

    columns: frozenset[str]
    rows: int


@dataclass(frozen=True, slots=True)
class _TableWrites:
    inserted: float = 0.0
    updated: float = 0.0
    deleted: float = 0.0
    hot_share: float = _UNKNOWN_HOT_SHARE
    from_counters: bool = False


class Writes:
    """The writes of a workload by table; prices indexes."""

    def __init__(self, lookup: Lookup, workload: Workload) -> None:
        self._lookup = lookup
        self._measured = all(query.measured for query in workload.queries)
        self._scale = period_scale(lookup)
        self._period_s = period_s(lookup)
        self._rows: dict[tuple[Name, str], int] = defaultdict(int)
        self._updates: dict[Name, list[_Update]] = defaultdict(list)
        self._inserts: dict[Name, list[Query]] = defaultdict(list)
        self._times_ms: dict[tuple[Name, bool], float] = defaultdict(float)
        for query in workload.queries:
            self._count(query)
            for relation in dict.fromkeys((one.table, one.role != "read") for one in query.relations):
                self._times_ms[relation] += query.counters.total_ms

    def cost(self, index: Index, entry_share: float = 1.0, size_bytes: int = 0) -> WriteCost:
        """The cost of having `index` of `size_bytes`, of which `entry_share` of the table's rows have an entry (a partial
        index)."""
        tables = family(index.table, self._lookup)
        read = columns_of(index, self._lookup)
        entry = entry_ms(index, self._lookup) * self._factor(index.table)
        total_ms, entries, lost_rows, others_bytes, from_counters = 0.0, 0.0, 0.0, 0.0, False
        for table in tables:
            writes = self._table(table)
            lost = 0.0 if self._summarizing(index) else self._hot_lost(table, writes, read)
            moved = writes.updated * (1.0 - writes.hot_share) + lost
            rows = (writes.inserted + moved) * entry_share
            entries += rows
            lost_rows += lost
            others = self._definitions(table)
            others_bytes += lost * sum(entry_bytes(one, self._lookup) for one in others)
            others_ms = sum(entry_ms(one, self._lookup) for one in others) * self._factor(table)
            dead = (writes.deleted + moved) * entry_share
            total_ms += entry * (rows + dead * _DEAD_ENTRY) + lost * others_ms * (1.0 + _DEAD_ENTRY)
            from_counters = from_counters or writes.from_counters
        spread = SPREAD if self._known_factor(index.table) is not None else UNMEASURED_SPREAD
        wal = Wal(
            entries * entry_bytes(index, self._lookup) + others_bytes,
            images_bytes(index, size_bytes // PAGE_BYTES, entries, self._period_s or checkpoint_s(self._lookup), self._lookup),
        )
        return WriteCost(
            total_ms=total_ms,
            low_ms=total_ms / spread,
            high_ms=total_ms * spread,
            hot_updates_lost=round(lost_rows),
            entries=entries,
            wal=wal,
            basis="table counters" if from_counters else "statements",
            days=self._period_s / _DAY_S if self._period_s and self._measured else None,
            row_wal_bytes=self._row_wal_bytes(index.table),
        )

    def write_share(self, table: Name) -> float:
        """The part of the measured time of the statements on `table` that those which write it take."""
        written, read = self._times_ms.get((table, True), 0.0), self._times_ms.get((table, False), 0.0)
        return written / (written + read) if self._measured and written else 0.0

    def _count(self, query: Query) -> None:
        for at, relation in enumerate(query.relations):
            if relation.role == "read":
                continue
            assigned = frozenset(column for position, column in query.assigned if position == at)
            kind = _change_of(relation.role, query.kind, bool(assigned))
            rows = max(query.counters.rows, query.counters.calls) if kind == "insert" else query.counters.rows
            self._rows[relation.table, kind] += rows
            if kind == "update":
                self._updates[relation.table].append(_Update(assigned, rows))
            if kind == "insert" and query.measured and len(query.relations) == 1:
                self._inserts[relation.table].append(query)

    def _table(self, table: Name) -> _TableWrites:
        """Rows written in the statements' period: what the statements show, or the table's counters where they show more."""
        inserted, updated, deleted = (float(self._rows.get((table, kind), 0)) for kind in ("insert", "update", "delete"))
        known = self._lookup.tables.get(table)
        usage = known.usage if known is not None else None
        if usage is None or not self._measured:
            return _TableWrites(inserted, updated, deleted)
        counted = [usage.rows_inserted, usage.rows_updated, usage.rows_deleted]
        if _holds_its_load(usage):
            counted[0] = 0
        seen = [inserted, updated, deleted]
        rows = [max(one, other * self._scale) for one, other in zip(seen, counted, strict=True)]
        hot = usage.rows_hot_updated / usage.rows_updated if usage.rows_updated else _UNKNOWN_HOT_SHARE
        return _TableWrites(rows[0], rows[1], rows[2], min(1.0, hot), rows != seen)

    def _hot_lost(self, table: Name, writes: _TableWrites, read: frozenset[str]) -> float:
        """HOT updates of the statements that set a column the index reads."""
        updates = self._updates.get(table, [])
        all_rows = sum(update.rows for update in updates)
        ending = sum(update.rows for update in updates if update.columns & read and not self._ended_already(table, update))
        return writes.updated * writes.hot_share * ending / all_rows if all_rows else 0.0

    def _ended_already(self, table: Name, update: _Update) -> bool:
        """Whether an existing index already ends HOT updates of this statement."""
        return any(
            update.columns & columns_of(one, self._lookup) for one in self._definitions(table) if not self._summarizing(one)
        )

    def _definitions(self, table: Name) -> list[Index]:
        """The indexes that the table has now."""
        return [one.definition for one in self._lookup.indexes.get(table, ()) if one.definition is not None]

    def _factor(self, table: Name) -> float:
        return self._known_factor(table) or 1.0

    def _known_factor(self, table: Name) -> float | None:
        return measured_factor(self._inserts.get(table, ()), len(self._lookup.indexes.get(table, ())))

    def _row_wal_bytes(self, table: Name) -> float | None:
        counted = [query.counters for query in self._inserts.get(table, ())]
        rows = sum(counters.rows for counters in counted)
        wal_bytes = sum(counters.wal_bytes for counters in counted)
        return wal_bytes / rows if rows and wal_bytes else None

    def _summarizing(self, index: Index) -> bool:
        return index.method == "brin" and self._lookup.snapshot.server.major >= 16


def _change_of(role: str, kind: str, assigns: bool) -> str:
    """What a statement does to a table it writes; a table that it both reads and changes may do so in a CTE of it."""
    if role == "target" and kind in ("insert", "select"):
        return "insert"
    if kind == "merge":
        return "update"
    return kind if kind in ("update", "delete") else "update" if assigns else "delete"


def period_scale(lookup: Lookup) -> float:
    """The part of the table counters' period that pg_stat_statements covers; 1 where that is not known."""
    snapshot = lookup.snapshot
    since, info = snapshot.server.stats_reset, snapshot.statements_info
    if since is None or info is None or info.stats_reset is None or info.stats_reset <= since:
        return 1.0
    whole_s = (snapshot.collected_at - since).total_seconds()
    covered_s = (snapshot.collected_at - info.stats_reset).total_seconds()
    return min(1.0, max(0.0, covered_s / whole_s)) if whole_s > 0 else 1.0


def period_s(lookup: Lookup) -> float | None:
    """Seconds that pg_stat_statements covers, else the table counters; None where neither is known."""
    snapshot, info = lookup.snapshot, lookup.snapshot.statements_info
    since = info.stats_reset if info is not None and info.stats_reset is not None else snapshot.server.stats_reset
    since = since or snapshot.server.started_at
    return max(1.0, (snapshot.collected_at - since).total_seconds()) if since is not None else None


def _holds_its_load(usage: TableUsage) -> bool:
    """Whether the counters cover the table's first load: as many rows were inserted as there are, and few deleted. Then
    they tell of a load (or of the table's whole life), not of a rate, and the INSERT statements are the better witness."""
    kept = usage.rows_live >= _LOADED_ROWS_SHARE * usage.rows_inserted
    return kept and usage.rows_deleted <= (1.0 - _LOADED_ROWS_SHARE) * usage.rows_inserted
