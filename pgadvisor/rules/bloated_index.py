"""A B-tree index is more than twice as large as its entries need.

Why it matters: half-empty pages take memory and are read, vacuumed, backed up and checksummed like full ones. B-trees give
pages back only when they are entirely empty.

What to do: REINDEX INDEX CONCURRENTLY writes a compact copy and swaps it in; it needs free space for that copy. Ask what
emptied the pages: mass deletes, or updates held up by an old transaction.

When to leave it: when the table is about to grow into the free space again, as a queue does.

PostgreSQL manual: https://www.postgresql.org/docs/current/routine-reindex.html
"""

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.rules.index_facts import is_usable
from pgadvisor.rules.rule import BLOCK_BYTES, Facts, Rule
from pgadvisor.rules.wording import finding_id, size_text

LARGE_BYTES = 100 * 1024**2
TOO_LARGE = 2.0  # times the compact size; a tree filled in random order is at 1.4
TUPLE_BYTES, POINTER_BYTES, PAGE_BYTES, ALIGNMENT = 8, 4, 8192 - 24 - 16, 8  # src/include/access/itup.h, nbtree.h


def find(facts: Facts) -> tuple[Finding, ...]:
    found = []
    for index in facts.lookup.snapshot.indexes:
        size = index.size_bytes or 0
        if size > LARGE_BYTES and index.kind == "i" and is_usable(index) and not index.exclusion:
            compact = compact_size_bytes(index, facts)
            if compact is not None and size > TOO_LARGE * compact:
                found.append(_finding(index, size, compact))
    return tuple(found)


def compact_size_bytes(index: ExistingIndex, facts: Facts) -> int | None:
    """At most this size when built new: leaf pages of rows as wide as the statistics say, at the fill factor, and 2 % of
    upper levels. Deduplication would only make it smaller. None where a width is not known."""
    definition = index.definition
    if definition is None or definition.method != "btree" or len(definition.columns) < len(definition.keys) or index.rows < 0:
        return None
    known = [facts.lookup.column_statistics(index.table, column) for column in (*definition.columns, *definition.include)]
    if any(row is None for row in known):
        return None
    width = sum(-(-(row.average_width_bytes + 1) // 4) * 4 for row in known if row)  # each column aligned, a byte of header
    aligned = -(-(TUPLE_BYTES + width) // ALIGNMENT) * ALIGNMENT + POINTER_BYTES
    fill = next((int(option.split("=")[1]) for option in index.options if option.startswith("fillfactor=")), 90) / 100
    rows = max(index.rows, facts.rows(index.table)) if definition.where is None else index.rows
    return int(max(1.0, rows * aligned / (PAGE_BYTES * fill) * 1.02) * BLOCK_BYTES)


def _finding(index: ExistingIndex, size: int, compact: int) -> Finding:
    sql = f"REINDEX INDEX CONCURRENTLY {index.name}"
    return Finding(
        id=finding_id("bloated-index", index.name),
        rule="bloated-index",
        severity=Level.MEDIUM if size - compact >= 10 * LARGE_BYTES else Level.LOW,
        confidence=Level.MEDIUM,
        title=f"{index.name} is {size / compact:.1f} times as large as needed",
        message=(
            f"It takes {size_text(size)}; its entries need at most about {size_text(compact)}. REINDEX CONCURRENTLY blocks no "
            "reads or writes (SHARE UPDATE EXCLUSIVE), waits for older transactions, and needs room for the new copy."
        ),
        help=f"rebuild {index.name}",
        refute="measure it: avg_leaf_density of pgstatindex (extension pgstattuple)",
        tables=(index.table,),
        evidence=(("index", str(index.name)), ("size_bytes", size), ("compact_bytes", compact)),
        changes=(Change("reindex", index.table, sql, None, index.name.name, index.definition, size),),
    )


RULE = Rule("bloated-index", find, __doc__ or "")
