"""What several rules ask of an index that exists: may it go, what supports what, and the change that drops it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from pgadvisor.model.catalog import Constraint, ExistingIndex
from pgadvisor.model.finding import Change
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.parse.expressions import canonical
from pgadvisor.rules.rule import BLOCK_BYTES, Facts

_SCHEMA_OF_FUNCTION = re.compile(r'(?:"[^"]+"|\b[a-z_]\w*)\.(?=(?:"[^"]+"|[a-z_]\w*)\()', re.IGNORECASE)


def is_usable(index: ExistingIndex) -> bool:
    """The planner may use it and every write maintains it."""
    return index.valid and index.ready


def has_duty(index: ExistingIndex, facts: Facts) -> bool:
    """Something other than queries needs the index: a constraint, replication, CLUSTER, an extension, a partitioned
    index that it is part of. Uniqueness is a duty of its own and not asked here."""
    return bool(
        index.primary or index.exclusion or index.constraint or index.replica_identity or index.clustered
        or index.extension or index.parent or index.name in facts.constraint_indexes
    )  # fmt: skip


def is_on(key: IndexKey, column: str | None, expression: str | None) -> bool:
    """The index key is this column or expression.

    The catalog spells functions of the application with their schema, statements mostly do not: schemas are not compared.
    """
    if expression is None or key.expression is None:
        return expression is None and key.column is not None and key.column == column
    return _spelled(key.expression) == _spelled(expression)


def _spelled(expression: str) -> str:
    return _SCHEMA_OF_FUNCTION.sub("", canonical(expression))


def parts(index: ExistingIndex, facts: Facts) -> Iterator[ExistingIndex]:
    """The indexes that hold the entries: itself, or for a partitioned one those attached to it, at any depth."""
    if index.kind != "I":
        yield index
        return
    for other in facts.attached.get(index.name, ()):
        yield from parts(other, facts)


def index_size_bytes(index: ExistingIndex, facts: Facts) -> int:
    """Size as measured, or relpages where it was not."""
    return sum(p.size_bytes if p.size_bytes is not None else p.pages * BLOCK_BYTES for p in parts(index, facts))


def serves_foreign_key(index: Index, key: Constraint) -> bool:
    """PostgreSQL can find the rows of `key.columns = values` through `index`: they are its first keys in any order.

    A predicate may only leave out NULLs of those columns: the check of a foreign key never looks for NULL.
    """
    if index.method not in ("btree", "hash") or len(index.keys) < len(key.columns):
        return False
    first = index.keys[: len(key.columns)]
    if {k.column for k in first} != set(key.columns) or any(_other_equality(k) for k in first):
        return False
    return index.where is None or index.where.strip("() ").lower() in {f"{quoted} is not null" for quoted in _spellings(key)}


def _other_equality(key: IndexKey) -> bool:
    """Another collation, or an operator class without the type's own equality; the pattern classes have it."""
    return key.collation is not None or not (key.opclass or "_pattern_ops").endswith("_pattern_ops")


def _spellings(key: Constraint) -> set[str]:
    return {text.lower() for column in key.columns for text in (column, f'"{column}"')}


def only_support_of(index: ExistingIndex, facts: Facts) -> Constraint | None:
    """The foreign key that would be without any index if this one went."""
    for key in facts.foreign_keys_of.get(index.table, ()):
        if index.definition is None or not serves_foreign_key(index.definition, key):
            continue
        others = (i for i in facts.lookup.indexes[index.table] if i.name != index.name and i.definition and is_usable(i))
        if not any(other.definition and serves_foreign_key(other.definition, key) for other in others):
            return key
    return None


def create_statement(index: ExistingIndex) -> str | None:
    """CREATE INDEX for what is there, storage options included; None where its definition could not be read."""
    if index.definition is None:
        return None
    text = replace(index.definition, where=None, unique=index.unique).sql(index.name.name, concurrently=index.kind != "I")
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    if index.options:
        text += f" WITH ({', '.join(_option(option) for option in index.options)})"
    return text + (f" WHERE {index.definition.where}" if index.definition.where else "")


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    quoted = value.replace("'", "''")
    return f"{name} = '{quoted}'"


def drop_change(index: ExistingIndex, facts: Facts) -> Change:
    """Drop without blocking anybody; a partitioned index knows no CONCURRENTLY."""
    words = "DROP INDEX" if index.kind == "I" else "DROP INDEX CONCURRENTLY"
    return Change(
        action="drop_index",
        table=index.table,
        sql=f"{words} {index.name}",
        undo_sql=create_statement(index),
        name=index.name.name,
        index=index.definition,
        size_bytes=index_size_bytes(index, facts),
    )


def drop_lock(index: ExistingIndex) -> str:
    """The lock that dropping takes, as a sentence."""
    if index.kind == "I":
        return "DROP INDEX here locks the table and all its partitions against everything (ACCESS EXCLUSIVE): set a lock_timeout."
    return "DROP INDEX CONCURRENTLY blocks no reads or writes (SHARE UPDATE EXCLUSIVE) but waits for transactions on the table."


def dropped(change: Change) -> Name | None:
    """The index that a change drops."""
    return Name(change.table.schema, change.name) if change.action == "drop_index" and change.name else None
