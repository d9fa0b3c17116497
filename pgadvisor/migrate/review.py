"""What a reviewer needs to know of a step, as comment lines; names go through `sql_comment`, no query text at all."""

from pgadvisor.migrate.step import Step
from pgadvisor.model.catalog import Table
from pgadvisor.model.finding import StatementEffect
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.text import sql_comment

_WIDTH = 10
_STATEMENTS = 5
_PAGE_BYTES = 8192
# Measured with builds of 3 million rows, wal_level = replica: WAL is 0.9 times the index, temporary files 0.9 to 2.2 times.
_WAL = 0.9
_TEMPORARY = (0.9, 2.2)

_BUILD_LOCK = "SHARE UPDATE EXCLUSIVE: reads and writes go on; VACUUM, ANALYZE and DDL on the table wait until the build ends"
_LOCKS = {
    "create_index": _BUILD_LOCK,
    "reindex": _BUILD_LOCK,
    "create_partitioned": "the parents: SHARE for an instant (writes wait); the partitions one by one: SHARE UPDATE EXCLUSIVE",
    "drop_index": "SHARE UPDATE EXCLUSIVE: reads and writes go on; waits for the transactions that use the table",
    "set_n_distinct": "SHARE UPDATE EXCLUSIVE for an instant; reads and writes go on",
    "create_statistics": "SHARE UPDATE EXCLUSIVE for an instant; reads and writes go on",
    "analyze": "SHARE UPDATE EXCLUSIVE while it reads a sample; reads and writes go on",
}
_LEAST_MS = 0.05  # less is shown as 0
_BUILDS = ("create_index", "create_partitioned", "reindex")


def size(size_bytes: float) -> str:
    """Bytes as PostgreSQL's pg_size_pretty says them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size_bytes < 10240:
            return f"{size_bytes:.0f} {unit}"
        size_bytes /= 1024
    return f"{size_bytes:.0f} TB"


def comment(label: str, text: str) -> str:
    """One line of a comment, safe whatever the text is."""
    return f"-- {label + ':':<{_WIDTH}} {sql_comment(text)}"


def _table(table: Table, lookup: Lookup) -> str:
    tables = [table]
    for one in tables:  # grows: partitions of partitions
        tables += [lookup.tables[child] for child in lookup.partitions.get(one.name, []) if table.kind == "p"]
    rows = "never analysed" if table.rows < 0 else f"{sum(max(0.0, one.rows) for one in tables if one.kind != 'p'):,.0f} rows"
    size_bytes = sum(one.pages * _PAGE_BYTES if one.size_bytes is None else one.size_bytes for one in tables)
    partitions = f" in {len(tables) - 1} partitions" if table.kind == "p" else ""
    return f"{table.name}, {rows if table.kind != 'p' else rows + partitions}, {size(size_bytes)}"


def _statement(effect: StatementEffect) -> str:
    name = effect.label or f"queryid {effect.queryid}"
    saved = "" if effect.saving_ms is None else f", saves about {effect.saving_ms:,.0f} ms of it"
    return f"{name}: {effect.calls:,} calls, {effect.total_ms:,.0f} ms{saved}"


def _statements(step: Step) -> list[str]:
    effects = {(one.queryid, one.label): one for finding in step.findings for one in finding.statements}
    ordered = sorted(effects.values(), key=lambda one: -(one.saving_ms or 0.0))
    lines = [comment("For", _statement(effect)) for effect in ordered[:_STATEMENTS]]
    if len(ordered) > _STATEMENTS:
        lines.append(comment("For", f"{len(ordered) - _STATEMENTS} more statements"))
    return lines


def _build(step: Step) -> list[str]:
    size_bytes = step.change.size_bytes or (step.existing.size_bytes if step.existing else None)
    if size_bytes is None:
        return [comment("Index", "size not estimated")]
    low, high = (size(size_bytes * factor) for factor in _TEMPORARY)
    lines = [
        comment("Index", f"about {size(size_bytes)}"),
        comment(
            "Disk", f"[ ] there is room for it, for {low} to {high} of temporary files, and for {size(size_bytes * _WAL)} of WAL"
        ),
    ]
    if step.change.write_cost_ms is not None:
        cost = f"cost about {step.change.write_cost_ms:,.1f} ms more over the time the counters cover"
        lines.append(comment("Writes", cost if step.change.write_cost_ms >= _LEAST_MS else "none counted that it would slow"))
    return lines


def _freed(step: Step) -> list[str]:
    known = step.existing
    lines = [comment("Index", f"frees {size(known.size_bytes)}")] if known and known.size_bytes is not None else []
    if known is not None and known.scans is not None:
        lines.append(comment("Reads", f"{known.scans:,} scans since the counters were reset"))
        lines.append(comment("Standbys", "[ ] no standby reads it: pg_stat_user_indexes has counters of its own on each"))
    return lines


def review(step: Step, lookup: Lookup, undo: str) -> list[str]:
    """The comment above a step. `undo` says what the down file does."""
    lines = [comment("Finding", f"{finding.id} ({finding.confidence.value} confidence)") for finding in step.findings]
    if any(("inferred_predicate", True) in finding.evidence for finding in step.findings):
        lines.append(comment("Check", "[ ] the statements do ask for the state that the predicate names: it was inferred"))
    lines += _statements(step)
    if step.table is not None:
        lines.append(comment("Table", _table(step.table, lookup)))
    lines += _build(step) if step.kind in _BUILDS else _freed(step)
    if step.kind in _LOCKS:
        lines.append(comment("Lock", _LOCKS[step.kind]))
    lines.append(comment("Undo", undo))
    return lines


def standbys(lookup: Lookup) -> list[str]:
    """What has to take the WAL of the builds."""
    known = lookup.snapshot.replication
    if known is None or not (known.standbys or known.slots):
        return []
    return [comment("Standbys", f"{known.standbys} standbys and {known.slots} replication slots take the WAL of every build")]
