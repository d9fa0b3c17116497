"""SELECT * of a table with wide columns sends much more than a list or a lookup needs.

Why it matters: wide values (documents, long texts) are read from the TOAST table, decompressed, sent and parsed for every
row, and no index-only scan is possible.

What to do: name the columns that are used; most ORMs can defer or exclude the wide ones.

When to leave it: when the wide columns are what the statement is for.

PostgreSQL manual: https://www.postgresql.org/docs/current/storage-toast.html
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.names import Name
from pgadvisor.model.workload import Query
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id, size_text

WIDE_COLUMN_BYTES = 500
WIDE_ROW_BYTES = 1_000
MUCH_BYTES = 1024**3  # sent while the counters ran


def find(facts: Facts) -> tuple[Finding, ...]:
    found = ((query, _wide_columns(query.tables[0], facts)) for query in facts.workload.queries if _may_be_wide(query, facts))
    return tuple(_finding(query, wide) for query, wide in found if _is_much(query, wide))


def _may_be_wide(query: Query, facts: Facts) -> bool:
    alone = len([relation for relation in query.relations if relation.scope == 0]) == 1
    return query.whole_rows and query.kind == "select" and query.toplevel and alone and facts.matters(query)


def _wide_columns(table: Name, facts: Facts) -> dict[str, int]:
    known = facts.lookup.tables.get(table)
    widths = {c.name: facts.lookup.column_statistics(table, c.name) for c in (known.columns if known else ())}
    held = {name: round(row.average_width_bytes * (1 - row.null_fraction)) for name, row in widths.items() if row is not None}
    return {name: width for name, width in held.items() if width >= WIDE_COLUMN_BYTES}


def _is_much(query: Query, wide: dict[str, int]) -> bool:
    width = sum(wide.values())
    return width >= WIDE_ROW_BYTES and width * query.counters.rows >= MUCH_BYTES


def _finding(query: Query, wide: dict[str, int]) -> Finding:
    table, sent = query.tables[0], sum(wide.values()) * query.counters.rows
    return Finding(
        id=finding_id("wide-select", table, query.fingerprint),
        rule="wide-select",
        severity=Level.LOW,
        confidence=Level.MEDIUM,
        title=f"SELECT * reads wide columns of {table}",
        message=(
            f"{', '.join(wide)} take {size_text(sum(wide.values()))} of each row on average: "
            f"{count_text(query.counters.rows, 'row')} brought {size_text(sent)} of them."
        ),
        help=f"name the columns, without {', '.join(wide)} where they are not used",
        refute="ask whether the caller uses these columns of every row",
        tables=(table,),
        statements=(effect(query),),
        evidence=(("columns", tuple(wide)), ("bytes_per_row", sum(wide.values())), ("bytes", sent)),
    )


RULE = Rule("wide-select", find, __doc__ or "")
