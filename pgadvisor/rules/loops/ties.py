"""Ties: where the keys a child is asked by come from. A foreign key decides; names and values only suggest."""

from collections.abc import Iterator
from dataclasses import dataclass

from pgadvisor.model.names import Name
from pgadvisor.model.workload import Query
from pgadvisor.rules.loops.alike import named_after, same_type, same_values
from pgadvisor.rules.loops.keys import Asked
from pgadvisor.rules.rule import Facts


@dataclass(frozen=True, slots=True)
class Tie:
    """`child_columns` take their values from `parent_columns` of the rows of `parent_table`.

    `to_one`: the child reads the referenced side, so that several parent rows may share a key or have none.
    `narrowed`: the child is asked by further values besides the key. `basis`: foreign key, name or values.
    """

    child_columns: tuple[str, ...]
    parent_table: Name
    parent_columns: tuple[str, ...]
    to_one: bool
    narrowed: bool = False
    foreign_key: str | None = None
    basis: str = "foreign key"


def declared_ties(asked: Asked, facts: Facts) -> Iterator[Tie]:
    """Ties through a foreign key in either direction."""
    fixed = set(asked.equalities)
    for key in facts.foreign_keys_to.get(asked.table, ()):
        if fixed.issuperset(key.referenced_columns):
            narrowed = len(fixed) > len(key.referenced_columns)
            yield Tie(key.referenced_columns, key.table, key.columns, True, narrowed, key.name)
    for key in facts.foreign_keys_of.get(asked.table, ()):
        if key.references and fixed.issuperset(key.columns):
            others = fixed.difference(key.columns)
            if not any(unique <= others for unique in facts.unique_keys[asked.table]):  # else it is asked by that key
                yield Tie(key.columns, key.references, key.referenced_columns, False, bool(others), key.name)


def suggested_ties(asked: Asked, parent: Query, relation: int, facts: Facts) -> Iterator[Tie]:
    """Ties without a foreign key, between the one column that `asked` is asked by and the columns `parent` returns."""
    if len(asked.equalities) != 1:
        return
    (column,) = asked.equalities
    table = parent.relations[relation].table
    if table == asked.table:
        return
    unique_here = frozenset((column,)) in facts.unique_keys[asked.table]
    for other in sorted(name for position, name in parent.output if position == relation):
        if not same_type(facts, asked.table, column, table, other):
            continue
        if unique_here and named_after(other, asked.table, column):
            yield Tie((column,), table, (other,), True, basis="name")
        elif unique_here and same_values(facts, (table, other), (asked.table, column)):
            yield Tie((column,), table, (other,), True, basis="values")
        elif frozenset((other,)) in facts.unique_keys[table] and named_after(column, table, other):
            yield Tie((column,), table, (other,), False, basis="name")
