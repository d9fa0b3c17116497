"""An index is INVALID: a build that failed or was stopped left it behind, and no plan can use it.

Why it matters: it serves nothing, but once it was ready every write maintains it, it takes its space, and a later
CREATE INDEX IF NOT EXISTS with its name passes without building anything.

What to do: drop it when another index has the same definition or when it is the left-over of a REINDEX (`_ccnew`,
`_ccold`); else rebuild it with REINDEX INDEX CONCURRENTLY, or drop it when nobody wants it any more.

When to leave it: while the build is still going on; pg_stat_progress_create_index lists it then.

PostgreSQL manual: https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

import re

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.rules.coverage import is_identical
from pgadvisor.rules.index_facts import drop_change, index_size_bytes, is_usable
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import finding_id, size_text

_LEFT_OVER = re.compile(r"_cc(new|old)\d*\Z")


def find(facts: Facts) -> tuple[Finding, ...]:
    invalid = (index for index in facts.lookup.snapshot.indexes if not is_usable(index) and not index.extension)
    return tuple(_finding(index, facts) for index in invalid)


def _finding(index: ExistingIndex, facts: Facts) -> Finding:
    twin = _twin(index, facts)
    what, changes = _remedy(index, twin, facts)
    size = index_size_bytes(index, facts)
    written = "Every write to its table maintains it all the same." if index.ready else "Writes do not maintain it yet."
    return Finding(
        id=finding_id("invalid-index", index.name),
        rule="invalid-index",
        severity=Level.MEDIUM,
        confidence=Level.HIGH,
        title=f"{index.name} is INVALID",
        message=f"No plan can use {index.name} ({size_text(size)}): {_why(index, twin)}. {written} {_lock(changes)}".rstrip(),
        help=what,
        refute="if pg_stat_progress_create_index lists it, its build is still running: wait for that",
        tables=(index.table,),
        evidence=(
            ("index", str(index.name)),
            ("ready", index.ready),
            ("size_bytes", size),
            ("left_over", bool(_LEFT_OVER.search(index.name.name))),
            ("twin", str(twin.name) if twin else None),
        ),
        changes=changes,
    )


def _twin(index: ExistingIndex, facts: Facts) -> ExistingIndex | None:
    others = [other for other in facts.lookup.indexes[index.table] if is_usable(other) and other.unique == index.unique]
    return next((other for other in others if is_identical(other, index)), None)


def _why(index: ExistingIndex, twin: ExistingIndex | None) -> str:
    if index.kind == "I":
        return "not every partition has an index attached to it"
    if _LEFT_OVER.search(index.name.name):
        return "a REINDEX CONCURRENTLY that failed left it behind"
    return f"its build did not finish, and {twin.name} has the same definition" if twin else "its build did not finish"


def _remedy(index: ExistingIndex, twin: ExistingIndex | None, facts: Facts) -> tuple[str, tuple[Change, ...]]:
    if index.kind == "I":
        return "build the missing partitions' indexes and attach them", ()
    bound = index.constraint or index.primary or index.exclusion or index.replica_identity or index.parent
    if (twin or _LEFT_OVER.search(index.name.name)) and not bound:
        return f"drop {index.name}", (drop_change(index, facts),)
    if index.exclusion:
        return "rebuild it with REINDEX INDEX in a quiet hour: an exclusion constraint knows no CONCURRENTLY", ()
    sql = f"REINDEX INDEX CONCURRENTLY {index.name}"
    change = Change("reindex", index.table, sql, None, index.name.name, index.definition, index_size_bytes(index, facts))
    return f"rebuild {index.name}, or drop it when nobody wants it", (change,)


def _lock(changes: tuple[Change, ...]) -> str:
    if not changes:
        return ""
    words = "Dropping" if changes[0].action == "drop_index" else "Rebuilding"
    return f"{words} it CONCURRENTLY blocks no reads or writes (SHARE UPDATE EXCLUSIVE), but waits for older transactions."


RULE = Rule("invalid-index", find, __doc__ or "")
