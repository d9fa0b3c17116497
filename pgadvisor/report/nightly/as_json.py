"""The nightly report as JSON; its shape is `schema/nightly.schema.json`."""

from typing import Any

from pgadvisor.model.nightly import IndexTrend, Nightly, StatementTrend, TableTrend
from pgadvisor.model.statement import Counters
from pgadvisor.report.as_json import FORMAT, finding_data, footprint_data, number, skipped_data, timestamp, written
from pgadvisor.report.order import ranked


def render_json(nightly: Nightly) -> str:
    """The report as one JSON object; the order of everything in it is stable."""
    return written(data(nightly))


def data(nightly: Nightly) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "format": FORMAT,
        "tool": nightly.tool,
        "generated_at": timestamp(nightly.generated_at),
        "source": {"database": nightly.database, "server_version_num": nightly.server_version_num},
        "interval": {
            "since": timestamp(nightly.since),
            "until": timestamp(nightly.until),
            "first": nightly.first,
            "reset": nightly.reset,
            "restarted_at": timestamp(nightly.restarted_at),
            "evictions": nightly.evictions,
            "notes": list(nightly.notes),
        },
        "summary": {
            "statements": nightly.active,
            "calls": nightly.calls,
            "total_ms": number(nightly.total_ms),
            "busy_sessions": number(nightly.busy),
            "busy_sessions_before": number(nightly.busy_before),
            "reports": nightly.reports,
            **{change: len(nightly.changed(change)) for change in ("new", "worse", "better", "gone")},
        },
        "findings": [finding_data(finding) for finding in ranked(nightly.findings, nightly.total_ms)],
        "statements": [_statement(trend) for trend in nightly.statements],
        "tables": [_table(trend) for trend in nightly.tables],
        "indexes": [_index(trend) for trend in nightly.indexes],
        "settings": [{"name": trend.name, "before": trend.before, "after": trend.after} for trend in nightly.settings],
        "skipped": [skipped_data(skipped) for skipped in nightly.skipped],
        "footprint": footprint_data(nightly.footprint),
    }


def _statement(trend: StatementTrend) -> dict[str, Any]:
    return {
        "identity": trend.identity,
        "queryid": str(trend.queryid),
        "label": trend.label,
        "query": trend.query,
        "users": list(trend.users),
        "tables": [str(table) for table in trend.tables],
        "change": trend.change,
        "reason": trend.reason,
        "heavy": trend.heavy,
        "share": number(trend.share),
        "share_before": number(trend.share_before),
        "counters": _counters(trend.counters),
        "before": _counters(trend.before) if trend.before.calls else None,
        "calls_per_hour_before": number(trend.calls_per_hour_before),
        "mean_ratio": number(trend.ratio),
        "extra_ms": number(trend.extra_ms),
        "reset": trend.reset,
        "seen_in_reports": trend.seen_in,
    }


def _counters(counters: Counters) -> dict[str, Any]:
    return {
        "calls": counters.calls,
        "total_ms": number(counters.total_ms),
        "mean_ms": number(counters.mean_ms),
        "rows": counters.rows,
        "shared_blocks_hit": counters.shared_blocks_hit,
        "shared_blocks_read": counters.shared_blocks_read,
        "temp_blocks_written": counters.temp_blocks_written,
        "wal_bytes": counters.wal_bytes,
    }


def _table(trend: TableTrend) -> dict[str, Any]:
    return {
        "table": str(trend.table),
        "size_before_bytes": trend.size_before_bytes,
        "size_bytes": trend.size_bytes,
        "growth_bytes": trend.growth_bytes,
        "rows": number(trend.rows),
        "inserted": trend.inserted,
        "updated": trend.updated,
        "deleted": trend.deleted,
        "hot_updated": trend.hot_updated,
        "seq_scans": trend.seq_scans,
        "seq_rows_read": trend.seq_rows_read,
        "index_scans": trend.index_scans,
    }


def _index(trend: IndexTrend) -> dict[str, Any]:
    return {
        "index": str(trend.index),
        "table": str(trend.table),
        "change": trend.change,
        "scans": trend.scans,
        "scans_per_hour_before": number(trend.scans_per_hour_before),
        "size_bytes": trend.size_bytes,
    }
