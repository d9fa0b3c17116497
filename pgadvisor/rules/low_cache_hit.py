"""Many of the blocks that statements need are not in shared buffers.

Why it matters: a block that is not in shared buffers is read from the operating system's cache at best and from disk at
worst, which is ten to ten thousand times slower.

What to do: first see to the statements that read most (an index makes a statement need fewer blocks), then give
shared_buffers more memory.

When to leave it: on a server whose tables do not fit its memory by design, or soon after a restart.

PostgreSQL manual: https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.rules.rule import BLOCK_BYTES, Facts, Rule
from pgadvisor.rules.wording import effect, finding_id, size_text

FEWEST_BLOCKS = 1_000_000  # 8 GB; less says nothing
LOW = 0.90
MOST_STATEMENTS = 3


def find(facts: Facts) -> tuple[Finding, ...]:
    queries = [query for query in facts.workload.queries if query.toplevel]  # statements within functions count in these
    hit, read = (sum(getattr(query.counters, name) for query in queries) for name in ("shared_blocks_hit", "shared_blocks_read"))
    if hit + read < FEWEST_BLOCKS or hit >= LOW * (hit + read):
        return ()
    most = sorted(queries, key=lambda query: -query.counters.shared_blocks_read)[:MOST_STATEMENTS]
    buffers = facts.lookup.settings.get("shared_buffers")
    return (
        Finding(
            id=finding_id("low-cache-hit", facts.lookup.snapshot.server.database),
            rule="low-cache-hit",
            severity=Level.INFO,
            confidence=Level.LOW,
            title=f"{hit / (hit + read):.0%} of blocks came from shared buffers",
            message=(
                f"Statements needed {size_text((hit + read) * BLOCK_BYTES)} of blocks; {size_text(read * BLOCK_BYTES)} were not "
                "in shared buffers. How many of those the operating system had in memory, PostgreSQL does not know."
            ),
            help="see to the statements that read most, then to shared_buffers",
            refute="with track_io_timing on, compare blk_read_time with the total time: a small part is no harm",
            tables=tuple(dict.fromkeys(table for query in most for table in query.tables)),
            statements=tuple(effect(query) for query in most),
            evidence=(
                ("blocks_hit", hit),
                ("blocks_read", read),
                ("hit_fraction", round(hit / (hit + read), 4)),
                ("shared_buffers", f"{buffers.value} {buffers.unit or ''}".strip() if buffers else None),
            ),
        ),
    )


RULE = Rule("low-cache-hit", find, __doc__ or "")
