"""Child statements: those asked by one key."""

from collections.abc import Mapping
from dataclasses import dataclass

from pgadvisor.model.names import Name
from pgadvisor.model.workload import Operand, Predicate, Query

FEWEST_CALLS = 20  # below, agreeing counts say nothing
MOST_ROWS_PER_CALL = 500  # more is a page or an export, not a member or a small collection


@dataclass(frozen=True, slots=True)
class Asked:
    """A relation of a statement, and the columns that the caller fixes by `column = value`."""

    query: Query
    relation: int
    table: Name
    equalities: Mapping[str, Predicate]


def asked_by_key(query: Query) -> tuple[Asked, ...]:
    """The relations through which `query` is a lookup by key, none where it is anything else.

    Left out: statements inside functions (no round trip), those that lock rows (a step of work, and the foreign keys'
    own checks), and pages (OFFSET).
    """
    if not _may_be_child(query):
        return ()
    found = []
    for position, relation in enumerate(query.relations):
        equalities = {p.key.column: p for p in query.predicates if p.key.relation == position and p.key.column and _fixes(p)}
        if relation.scope == 0 and not relation.outer and equalities:
            found.append(Asked(query, position, relation.table, equalities))
    return tuple(found)


def fixed_columns(query: Query, relation: int) -> frozenset[str]:
    """Columns of one relation that `query` compares with one value."""
    return frozenset(p.key.column for p in query.predicates if p.key.relation == relation and p.key.column and _fixes(p))


def _may_be_child(query: Query) -> bool:
    counters = query.counters
    if query.kind != "select" or not query.toplevel or query.locking or counters.calls < FEWEST_CALLS:
        return False
    offset = any(limit.offset or limit.offset_parameter for limit in query.limits)
    return not offset and counters.rows <= MOST_ROWS_PER_CALL * counters.calls


def _fixes(predicate: Predicate) -> bool:
    return predicate.conjunct and predicate.operator == "=" and not predicate.negated and _is_one_value(predicate.operand)


def _is_one_value(operand: Operand) -> bool:
    if operand.kind in ("parameter", "constant"):
        return True
    return operand.kind == "expression" and operand.key is None and len(operand.parameters) <= 1  # a cast or function of a value
