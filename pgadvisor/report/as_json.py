"""JSON: the contract with scripts. Its shape is `schema/audit.schema.json`; ASCII only, so no name can act on a terminal."""

import json
import math
from datetime import datetime, timezone
from typing import Any

from pgadvisor.model.finding import Change, Finding, StatementEffect, Verdict
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.report import BudgetPoint, Report
from pgadvisor.model.server import Footprint
from pgadvisor.model.snapshot import Skipped
from pgadvisor.report.order import ranked, verdicts_by_time

FORMAT = 1
_ORDERED_METHODS = frozenset({"btree"})


def render_json(report: Report) -> str:
    """The report as one JSON object; the order of everything in it is stable."""
    return written(data(report))


def written(value: object) -> str:
    """Standard JSON: no NaN, no Infinity, a final new line."""
    return json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    source, summary = report.source, report.summary
    return {
        "format": FORMAT,
        "tool": report.tool,
        "generated_at": timestamp(report.generated_at),
        "source": {
            "kind": source.kind,
            "database": source.database,
            "server_version_num": source.server_version_num,
            "stats_since": timestamp(source.stats_since),
            "planner": source.planner,
        },
        "summary": {
            "statements": summary.statements,
            "analysed": summary.analysed,
            "skipped": summary.skipped,
            "total_ms": number(summary.total_ms),
            "covered_fraction": number(summary.covered_fraction),
            "saving_ms": number(summary.saving_ms),
            "write_cost_ms": number(summary.write_cost_ms),
            "new_index_bytes": summary.new_index_bytes,
            "whatif_calls": summary.whatif_calls,
            "elapsed_ms": number(summary.elapsed_ms),
            "gap_fraction": number(summary.gap_fraction),
            "not_planned_in_time": summary.late,
            "budget_bytes": summary.budget_bytes,
            "budget_curve": [_budget_point(point) for point in summary.budget_curve],
        },
        "findings": [finding_data(finding) for finding in ranked(report.findings, report.summary.total_ms)],
        "verdicts": [_verdict(verdict) for verdict in verdicts_by_time(report)],
        "skipped": [skipped_data(skipped) for skipped in report.skipped],
        "footprint": footprint_data(report.footprint),
    }


def _budget_point(point: BudgetPoint) -> dict[str, Any]:
    return {
        "budget_bytes": point.budget_bytes,
        "saving_ms": number(point.saving_ms),
        "write_cost_ms": number(point.write_cost_ms),
        "index_bytes": point.index_bytes,
        "indexes": point.indexes,
    }


def number(value: float | None) -> float | None:
    """A finite number to six places; null for anything else."""
    return round(float(value), 6) if value is not None and math.isfinite(value) else None


def timestamp(when: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the second."""
    if when is None:
        return None
    utc = when.astimezone(timezone.utc) if when.tzinfo else when
    return utc.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def finding_data(finding: Finding) -> dict[str, Any]:
    """One finding as plain values."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "title": finding.title,
        "message": finding.message,
        "help": finding.help,
        "refute": finding.refute,
        "saving_ms": number(finding.saving_ms),
        "tables": [str(table) for table in finding.tables],
        "statements": [_effect(effect) for effect in finding.statements],
        "evidence": {name: _evidence(name, value) for name, value in finding.evidence},
        "changes": [_change(change) for change in finding.changes],
    }


def _evidence(name: str, value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value) if name.endswith("queryid") and value is not None else value


def _effect(effect: StatementEffect) -> dict[str, Any]:
    return {
        "queryid": str(effect.queryid),
        "label": effect.label,
        "query": effect.query,
        "calls": effect.calls,
        "total_ms": number(effect.total_ms),
        "cost_before": number(effect.cost_before),
        "cost_after": number(effect.cost_after),
        "saving_ms": number(effect.saving_ms),
    }


def _change(change: Change) -> dict[str, Any]:
    index = change.index
    return {
        "action": change.action,
        "name": change.name,
        "table": str(change.table),
        "method": index.method if index else None,
        "keys": [_key(index, key) for key in index.keys] if index else [],
        "include": list(index.include) if index else [],
        "where": index.where if index else None,
        "unique": index.unique if index else False,
        "size_bytes": change.size_bytes,
        "write_cost_ms": number(change.write_cost_ms),
        "wal_bytes_per_day": change.wal_bytes_per_day,
        "sql": change.sql,
        "undo_sql": change.undo_sql,
    }


def _key(index: Index, key: IndexKey) -> dict[str, Any]:
    ordered = index.method in _ORDERED_METHODS
    return {
        "column": key.column,
        "expression": key.expression,
        "order": ("desc" if key.descending else "asc") if ordered else None,
        "nulls": ("first" if key.nulls_first else "last") if ordered else None,
        "opclass": key.opclass,
        "collation": key.collation,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "queryid": str(verdict.queryid),
        "label": verdict.label,
        "query": verdict.query,
        "calls": verdict.calls,
        "total_ms": number(verdict.total_ms),
        "verdict": verdict.verdict,
        "reason": verdict.reason,
    }


def skipped_data(skipped: Skipped) -> dict[str, Any]:
    """A thing left out, and why."""
    return {"what": skipped.what, "why": skipped.why}


def footprint_data(footprint: Footprint | None) -> dict[str, Any] | None:
    """What the reading cost the server; null for a snapshot that does not tell."""
    if footprint is None:
        return None
    return {
        "connections": footprint.connections,
        "statements": footprint.statements,
        "elapsed_ms": number(footprint.elapsed_ms),
        "locked_objects": footprint.locked_objects,
    }
