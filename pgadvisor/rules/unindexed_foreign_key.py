"""The columns of a foreign key have no index on the referencing side, and rows of the referenced table are deleted.

Why it matters: for every row that is deleted from the referenced table, or whose key changes, PostgreSQL looks for the
rows that refer to it. Without an index that is a scan of the whole referencing table per row, with the row locked all the
while, and pg_stat_statements shows it as the time of a harmless DELETE.

What to do: create an index that begins with the columns of the foreign key. Joins from the referenced side and cascades
use it too.

When to leave it: when rows of the referenced table are never deleted and their keys never change, or when the referencing
table stays small; then the index would only cost writes. Where no deletes were seen the finding is for information and
proposes no change.

PostgreSQL manual: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from pgadvisor.model.catalog import Constraint
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query
from pgadvisor.rules.index_facts import is_usable, serves_foreign_key
from pgadvisor.rules.rule import BLOCK_BYTES, Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id, size_text

LARGE_ROWS = 100_000
MANY_DELETES = 1_000
FEW_ROWS_PER_KEY = 100  # an index on a part of the columns that leaves so few rows is enough
MOSTLY_NULL = 0.5
LONGEST_NAME = 63  # bytes, NAMEDATALEN - 1


def find(facts: Facts) -> tuple[Finding, ...]:
    keys = (key for key in facts.foreign_keys if not facts.is_small(key.table) and not _is_served(key, facts))
    return tuple(_finding(key, facts) for key in keys)


def _is_served(key: Constraint, facts: Facts) -> bool:
    usable = [index.definition for index in facts.lookup.indexes[key.table] if index.definition and is_usable(index)]
    return any(serves_foreign_key(index, key) or _serves_in_part(index, key, facts) for index in usable)


def _serves_in_part(index: Index, key: Constraint, facts: Facts) -> bool:
    """The first key is one of several columns of the foreign key and finds few rows by itself."""
    column = index.keys[0].column
    if len(key.columns) < 2 or column not in key.columns or index.where or index.method not in ("btree", "hash"):
        return False
    known = facts.lookup.column_statistics(key.table, column) if column else None
    if known is None or known.distinct == 0:
        return False
    rows = facts.rows(key.table)
    return rows / (known.distinct if known.distinct > 0 else -known.distinct * rows) <= FEW_ROWS_PER_KEY


def _finding(key: Constraint, facts: Facts) -> Finding:
    deletes, statements = _deleted_rows(key, facts)
    rows, size = facts.rows(key.table), facts.size_bytes(key.table)
    severity = _severity(deletes, rows)
    columns = ", ".join(key.columns)
    changes = (_create(key, facts.lookup),) if deletes else ()
    return Finding(
        id=finding_id("unindexed-foreign-key", key.table, *key.columns),
        rule="unindexed-foreign-key",
        severity=severity,
        confidence=Level.HIGH if deletes else Level.MEDIUM,
        title=f"Foreign key {key.table} ({columns}) has no index",
        message=_message(key, deletes, rows, size) + "".join(_building(change) for change in changes),
        help=f"create an index on ({columns})" if deletes else f"index ({columns}) before rows of {key.references} are deleted",
        refute=f"EXPLAIN (ANALYZE) the delete of a row of {key.references} in a copy: the trigger of {key.name} takes no time",
        tables=(key.table,) if key.references is None else tuple(dict.fromkeys((key.table, key.references))),
        statements=tuple(effect(query) for query in statements),
        evidence=(
            ("foreign_key", key.name),
            ("columns", key.columns),
            ("referenced_table", str(key.references)),
            ("referencing_rows", int(rows)),
            ("referencing_bytes", size),
            ("deleted_rows", deletes),
        ),
        changes=changes,
    )


def _deleted_rows(key: Constraint, facts: Facts) -> tuple[int, list[Query]]:
    """Rows of the referenced table that were deleted or got another key, and the statements that did it."""
    assert key.references is not None
    statements = [q for q, i in facts.reads[key.references] if _removes_keys(q, i, key)]
    counted = sum(table.usage.rows_deleted for table in facts.family(key.references) if table.usage)
    return max(counted, sum(query.counters.rows or query.counters.calls for query in statements)), statements


def _removes_keys(query: Query, relation: int, key: Constraint) -> bool:
    if query.relations[relation].role == "read":
        return False
    if query.kind not in ("update", "merge"):
        return query.kind == "delete"
    return any((relation, column) in query.assigned for column in key.referenced_columns)


def _severity(deletes: int, rows: float) -> Level:
    if not deletes:
        return Level.INFO
    if deletes >= MANY_DELETES and rows >= LARGE_ROWS:
        return Level.HIGH
    return Level.MEDIUM if deletes >= MANY_DELETES or rows >= LARGE_ROWS else Level.LOW


def _message(key: Constraint, deletes: int, rows: float, size: int) -> str:
    what = f"{key.table} ({count_text(rows, 'row')}, {size_text(size)})"
    if not deletes:
        text = f"No index begins with the columns of {key.name}. Deleting one row of {key.references} would scan {what};"
        return f"{text} none was deleted while the counters ran."
    pages = count_text(deletes * max(1, size // BLOCK_BYTES), "page")
    return (
        f"{count_text(deletes, 'row')} of {key.references} were deleted or got another key, and each had PostgreSQL scan {what} "
        f"for rows that refer to it, {pages} in all."
    )


def _building(change: Change) -> str:
    """What the table's writers see of the index being built."""
    if change.blocks_writes:
        return " The table is partitioned: the migration builds the index on each partition CONCURRENTLY and attaches it."
    return " CREATE INDEX CONCURRENTLY blocks no reads or writes (SHARE UPDATE EXCLUSIVE)."


def _create(key: Constraint, lookup: Lookup) -> Change:
    index = Index(key.table, tuple(IndexKey(column) for column in key.columns), where=_without_nulls(key, lookup))
    partitioned = key.table in lookup.tables and lookup.tables[key.table].kind == "p"
    name = _free_name(key, lookup)
    words = "DROP INDEX" if partitioned else "DROP INDEX CONCURRENTLY"
    undo = f"{words} {quote_identifier(key.table.schema)}.{quote_identifier(name)}"
    return Change("create_index", key.table, index.sql(name, concurrently=not partitioned), undo, name, index)


def _without_nulls(key: Constraint, lookup: Lookup) -> str | None:
    """The predicate that leaves out the NULLs of a column that is mostly NULL: nothing refers by NULL."""
    known = lookup.column_statistics(key.table, key.columns[0])
    mostly = len(key.columns) == 1 and known is not None and known.null_fraction >= MOSTLY_NULL
    return f"{quote_identifier(key.columns[0])} IS NOT NULL" if mostly else None


def _free_name(key: Constraint, lookup: Lookup) -> str:
    """Table, columns and `fk_idx`, so that it is no other index's name; cut to the longest allowed, numbered where taken."""
    base = "_".join((key.table.name, *key.columns))
    for number in range(1000):
        end = f"_fk_idx{number or ''}"
        name = base.encode()[: LONGEST_NAME - len(end)].decode(errors="ignore") + end
        taken = Name(key.table.schema, name)
        if not any(taken in names for names in (lookup.index_by_name, lookup.tables, lookup.views)):
            break
    return name


RULE = Rule("unindexed-foreign-key", find, __doc__ or "")
