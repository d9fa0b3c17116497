"""Two indexes hold the same entries in the same order; one of them is only a cost.

Why it matters: every INSERT, every UPDATE that is not HOT, every VACUUM, backup and standby works for both, both compete
for memory, and no plan can be better for having the second.

What to do: drop the copy that no constraint needs; every statement goes on with the other one, at the same cost.

When to leave it: when the copy is there for a short time on purpose, such as the new half of a rebuild, or when a tool
that owns the schema would create it again: change it there too.

PostgreSQL manual: https://www.postgresql.org/docs/current/sql-dropindex.html
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.rules.coverage import Covered, covered_indexes
from pgadvisor.rules.index_facts import drop_change, drop_lock, index_size_bytes
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import finding_id, size_text

LARGE_BYTES = 100 * 1024**2


def find(facts: Facts) -> tuple[Finding, ...]:
    return tuple(_finding(pair, facts) for pair in covered_indexes(facts) if pair.identical)


def _finding(pair: Covered, facts: Facts) -> Finding:
    index, kept = pair.index, pair.kept
    size = index_size_bytes(index, facts)
    duty = f", which the constraint {kept.constraint} needs" if kept.constraint else ""
    return Finding(
        id=finding_id("duplicate-index", index.name, kept.name),
        rule="duplicate-index",
        severity=Level.MEDIUM if size >= LARGE_BYTES else Level.LOW,
        confidence=Level.HIGH,
        title=f"{index.name} is a copy of {kept.name}",
        message=(
            f"{index.name} ({size_text(size)}) has the same keys, order and rows as {kept.name}{duty}. "
            f"Every write to {index.table} is paid twice for it. {drop_lock(index)}"
        ),
        help=f"drop {index.name}",
        refute=f"compare pg_get_indexdef of the two; after hiding {index.name} every plan reads {kept.name} at the same cost",
        tables=(index.table,),
        evidence=(
            ("index", str(index.name)),
            ("kept_index", str(kept.name)),
            ("size_bytes", size),
            ("scans", index.scans),
        ),
        changes=(drop_change(index, facts),),
    )


RULE = Rule("duplicate-index", find, __doc__ or "")
