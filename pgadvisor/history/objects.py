"""Tables, indexes and settings between two snapshots."""

from dataclasses import fields

from pgadvisor.history.interval import Interval, hours_between
from pgadvisor.model.catalog import ExistingIndex, Table, TableUsage
from pgadvisor.model.nightly import IndexTrend, SettingTrend, TableTrend
from pgadvisor.model.snapshot import Lookup, Snapshot

_BLOCK_BYTES = 8192
_LEAST_GROWTH_BYTES = 1024 * 1024
_LEAST_ROWS_READ = 1_000_000
_EXPECTED_SCANS = 10.0
_COUNTERS = tuple(field.name for field in fields(TableUsage) if field.type is int or field.type == "int")
_GAUGES = frozenset({"rows_live", "rows_dead", "rows_modified_since_analyze"})


def table_trends(between: Interval, most: int) -> tuple[TableTrend, ...]:
    """The tables that grew or shrank most and those most read from end to end, `most` of each, growth first."""
    if between.older is None:
        return ()
    before = Lookup(between.older).tables
    emptied = _counters_reset(between)
    trends = [_table_trend(before.get(table.name), table, emptied) for table in between.newer.tables if table.kind in "rm"]
    grown = sorted(trends, key=lambda trend: (-abs(trend.growth_bytes), trend.table))
    read = sorted(trends, key=lambda trend: (-trend.seq_rows_read, trend.table))
    told = [trend for trend in grown if abs(trend.growth_bytes) >= _LEAST_GROWTH_BYTES][:most]
    told += [trend for trend in read if trend.seq_rows_read >= _LEAST_ROWS_READ][:most]
    return tuple(dict.fromkeys(told))


def _counters_reset(between: Interval) -> bool:
    """pg_stat_reset(), or statistics lost in a crash: the database's reset time moved."""
    return between.older is not None and between.older.server.stats_reset != between.newer.server.stats_reset


def _table_trend(before: Table | None, now: Table, emptied: bool) -> TableTrend:
    same = before if before is not None and before.oid == now.oid else None
    size_before, size = _sizes(same, now)
    usage = _usage(same.usage if same is not None and not emptied else None, now.usage)
    return TableTrend(
        table=now.name,
        size_before_bytes=size_before,
        size_bytes=size,
        rows=now.rows,
        inserted=usage["rows_inserted"],
        updated=usage["rows_updated"],
        deleted=usage["rows_deleted"],
        hot_updated=usage["rows_hot_updated"],
        seq_scans=usage["seq_scans"],
        seq_rows_read=usage["seq_rows_read"],
        index_scans=usage["index_scans"],
    )


def _sizes(before: Table | None, now: Table) -> tuple[int | None, int]:
    """Both measured, or both from the catalog's page counts, which the last vacuum or analyze set."""
    if before is None:
        return None, now.size_bytes if now.size_bytes is not None else now.pages * _BLOCK_BYTES
    if before.size_bytes is not None and now.size_bytes is not None:
        return before.size_bytes, now.size_bytes
    return before.pages * _BLOCK_BYTES, now.pages * _BLOCK_BYTES


def _usage(before: TableUsage | None, now: TableUsage | None) -> dict[str, int]:
    """What was counted in between; all of it where any counter is smaller than it was, and so began anew."""
    names = [name for name in _COUNTERS if name not in _GAUGES]
    latest = {name: getattr(now, name) if now is not None else 0 for name in names}
    earlier = {name: getattr(before, name) if before is not None else 0 for name in names}
    if any(latest[name] < earlier[name] for name in names):
        return latest
    return {name: latest[name] - earlier[name] for name in names}


def index_trends(between: Interval) -> tuple[IndexTrend, ...]:
    """Indexes that something happened to, by table and name. A table's own coming or going is not told again for each."""
    if between.older is None:
        return ()
    before, now = Lookup(between.older), Lookup(between.newer)
    lost = [index for index in between.older.indexes if index.name not in now.index_by_name and index.table in now.tables]
    trends = [IndexTrend(index.name, index.table, "dropped", None, None, index.size_bytes) for index in lost]
    for index in between.newer.indexes:
        former = before.index_by_name.get(index.name)
        change = _index_change(former, index, between) if index.table in before.tables else None
        if change is not None:
            trends.append(_index_trend(former, index, change, between))
    return tuple(sorted(trends, key=lambda trend: (trend.table, trend.index, trend.change)))


def _index_change(before: ExistingIndex | None, now: ExistingIndex, between: Interval) -> str | None:
    if before is None:
        return "created"
    if before.valid != now.valid:
        return "became valid" if now.valid else "became invalid"
    scans = _scans(before, now, between)
    if scans and before.scans == 0 and not _counters_reset(between):
        return "came into use"
    rate, hours = _scans_per_hour(before, between), between.hours
    if scans == 0 and rate is not None and hours is not None and rate * hours >= _EXPECTED_SCANS and not _counters_reset(between):
        return "no longer used"
    return None


def _index_trend(before: ExistingIndex | None, now: ExistingIndex, change: str, between: Interval) -> IndexTrend:
    rate = _scans_per_hour(before, between) if before is not None else None
    return IndexTrend(now.name, now.table, change, _scans(before, now, between), rate, now.size_bytes)


def _scans(before: ExistingIndex | None, now: ExistingIndex, between: Interval) -> int | None:
    if now.scans is None:
        return None
    if before is None or before.scans is None or before.oid != now.oid or now.scans < before.scans or _counters_reset(between):
        return now.scans
    return now.scans - before.scans


def _scans_per_hour(index: ExistingIndex, between: Interval) -> float | None:
    older: Snapshot | None = between.older
    if older is None or index.scans is None:
        return None
    hours = hours_between(older.server.stats_reset, older.collected_at)
    return index.scans / hours if hours else None


def setting_trends(between: Interval) -> tuple[SettingTrend, ...]:
    """Settings of the server with another value than before, by name."""
    if between.older is None:
        return ()
    before, now = Lookup(between.older).settings, Lookup(between.newer).settings
    return tuple(
        SettingTrend(name, before[name].value + (before[name].unit or ""), now[name].value + (now[name].unit or ""))
        for name in sorted(before.keys() & now.keys())
        if before[name].value != now[name].value
    )
