"""No scan has used an index for as long as the counters have counted.

Why it matters: an index that nothing reads is still written by every INSERT and every UPDATE that is not HOT, is
vacuumed, backed up and copied to every standby, and can keep updates from being HOT.

What to do: drop it, after looking at every standby: each server counts its own scans. Keep the undo statement.

When to leave it: when work that comes less often than the counters reach needs it (end of the month or year), or when
a standby serves the reads. Indexes of constraints, of replica identity and the only support of a foreign key are never
reported here.

PostgreSQL manual: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW
"""

from datetime import datetime, timedelta

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Finding, Level
from pgadvisor.rules.index_facts import (
    drop_change,
    drop_lock,
    has_duty,
    index_size_bytes,
    is_usable,
    only_support_of,
    parts,
)
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, finding_id, size_text, span_text

ENOUGH = timedelta(days=7)  # a shorter time has not seen the weekly work
LONG_UNUSED = timedelta(days=35)  # longer than a month's cycle
LARGE_BYTES = 100 * 1024**2


def find(facts: Facts) -> tuple[Finding, ...]:
    found = ((index, _unused_for(index, facts)) for index in facts.lookup.snapshot.indexes if _may_go(index, facts))
    return tuple(_finding(index, how, facts) for index, how in found if how is not None)


def _may_go(index: ExistingIndex, facts: Facts) -> bool:
    if index.definition is None or index.unique or not is_usable(index) or has_duty(index, facts):
        return False
    return only_support_of(index, facts) is None


def _unused_for(index: ExistingIndex, facts: Facts) -> str | None:
    """How long nothing has used it, in words; None where something has or may have."""
    held = list(parts(index, facts))
    if not held or any(part.scans is None for part in held):
        return None
    if not any(part.scans for part in held):
        return f"No scan has used it in {span_text(facts.window)}"
    last = max((part.last_scan for part in held if part.last_scan), default=None)
    unseen = any(part.scans and part.last_scan is None for part in held)
    if last is None or unseen or facts.lookup.snapshot.collected_at - last < LONG_UNUSED:
        return None
    return f"Its last scan was {span_text(_age(last, facts))} ago"


def _age(moment: datetime, facts: Facts) -> timedelta:
    return facts.lookup.snapshot.collected_at - moment


def _finding(index: ExistingIndex, how: str, facts: Facts) -> Finding:
    size = index_size_bytes(index, facts)
    writes = _rows_written(index, facts)
    return Finding(
        id=finding_id("unused-index", index.name),
        rule="unused-index",
        severity=_severity(size, facts),
        confidence=_confidence(facts),
        title=f"{index.name} is not used",
        message=(
            f"{how}. It takes {size_text(size)}, and each of the {count_text(writes, 'row')} inserted or moved by an update "
            f"in {index.table} in that time wrote to it as well. {_caution(facts)}{drop_lock(index)}"
        ),
        help=f"drop {index.name}",
        refute="read idx_scan of pg_stat_user_indexes on every standby, and ask for work that comes less often than that",
        tables=(index.table,),
        evidence=(
            ("index", str(index.name)),
            ("scans", sum(part.scans or 0 for part in parts(index, facts))),
            ("window_days", None if facts.window is None else round(facts.window.total_seconds() / 86400, 2)),
            ("size_bytes", size),
            ("rows_written", writes),
            ("standbys", facts.lookup.snapshot.replication.standbys if facts.lookup.snapshot.replication else None),
        ),
        changes=(drop_change(index, facts),),
    )


def _rows_written(index: ExistingIndex, facts: Facts) -> int:
    usage = [table.usage for table in facts.family(index.table) if table.usage]
    return sum(one.rows_inserted + max(0, one.rows_updated - one.rows_hot_updated) for one in usage)


def _short(facts: Facts) -> bool:
    return facts.window is None or facts.window < ENOUGH


def _elsewhere(facts: Facts) -> bool:
    """Other servers read the same indexes, and their counters are not here."""
    snapshot = facts.lookup.snapshot
    return snapshot.server.in_recovery or bool(snapshot.replication and snapshot.replication.standbys)


def _severity(size: int, facts: Facts) -> Level:
    if _short(facts):
        return Level.INFO
    return Level.MEDIUM if size >= LARGE_BYTES else Level.LOW


def _confidence(facts: Facts) -> Level:
    if _short(facts) or facts.lookup.snapshot.server.in_recovery:
        return Level.LOW
    return Level.MEDIUM if _elsewhere(facts) else Level.HIGH


def _caution(facts: Facts) -> str:
    text = ""
    if _short(facts):
        text += f"The counters cover only {span_text(facts.window)}: wait until they have seen a whole cycle of the work. "
    if facts.lookup.snapshot.server.in_recovery:
        text += "This server is a standby: the primary and other standbys count their own scans. "
    elif _elsewhere(facts):
        text += "Standbys count their own scans: look there first. "
    return text


RULE = Rule("unused-index", find, __doc__ or "")
