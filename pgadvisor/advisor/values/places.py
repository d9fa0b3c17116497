"""A literal that fits the place of a parameter, where no predicate says more."""

from collections.abc import Sequence

from pgadvisor.advisor.facts.columns import ColumnFacts, column_facts, column_of
from pgadvisor.advisor.facts.selectivity import value_at
from pgadvisor.advisor.facts.types import TypeFacts, type_facts
from pgadvisor.advisor.values.arguments import known_argument, own_argument
from pgadvisor.advisor.values.literals import literal, moment, quoted, stand_in, typed_literal
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Relation
from pgadvisor.parse.slot_types import Slot

ANYTHING = "'1'"  # reads as text, number, boolean, interval and json alike


def place_literal(slot: Slot, query: Query, lookup: Lookup) -> str:
    """SQL that PostgreSQL takes in the place of the parameter."""
    if slot.role == "count":
        return "1"
    if slot.role == "condition":
        return "true"
    if slot.role == "argument":
        return _argument(slot, lookup)
    kind, facts = _kind(slot, query, lookup)
    if kind.family == "unknown":
        return {"array": "'{1}'", "shift": "1", "cast": ANYTHING}.get(slot.role, ANYTHING)
    return _by_role(slot, kind, facts, lookup)


def _by_role(slot: Slot, kind: TypeFacts, facts: ColumnFacts | None, lookup: Lookup) -> str:
    now = lookup.snapshot.collected_at
    if slot.role == "shift":
        return _shift(kind)
    if slot.role == "element":
        inner = kind.element or kind
        return literal(stand_in(inner, now), inner)
    text = _sample(facts) or stand_in(kind, now)
    if slot.role == "array":
        return quoted("{" + ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"') + "}")
    if slot.role == "cast":
        return quoted(text)
    if slot.role == "typed":
        return typed_literal(moment(kind, now) if kind.family == "moment" else text, kind)
    return literal(text, kind)


def _argument(slot: Slot, lookup: Lookup) -> str:
    function, position = slot.function or "", slot.position or 0
    known = known_argument(function, position, slot.arguments)
    if known is not None:
        return known
    own = own_argument(function, position, lookup)
    return literal(stand_in(own, lookup.snapshot.collected_at), own) if own else ANYTHING


def _shift(kind: TypeFacts) -> str:
    """What can be added to or taken from a value of `kind`."""
    if kind.name == "date":
        return "1"
    if kind.family == "moment" or kind.name.startswith(("time", "interval")):
        return "'1 day'::interval"
    if kind.family == "json":
        return "'a'::text"
    return "1"


def _sample(facts: ColumnFacts | None) -> str | None:
    """A value from the middle of the column's statistics."""
    if facts is None or facts.type.element is not None:
        return None
    return value_at(facts, 0.5) or (facts.common[0][0] if facts.common else None)


def _kind(slot: Slot, query: Query, lookup: Lookup) -> tuple[TypeFacts, ColumnFacts | None]:
    if slot.type_sql is not None:
        return type_facts(slot.type_sql, lookup), None
    relation = _relation(slot, query, lookup)
    if relation is None:
        return type_facts(None, lookup), None
    column = slot.column
    if column is None:
        table = lookup.tables.get(relation.table)
        if table is None or slot.position is None or slot.position >= len(table.columns):
            return type_facts(None, lookup), None
        column = table.columns[slot.position].name
    facts = column_facts(lookup, relation.table, column)
    if slot.function is not None and facts.type.family != "text":  # lower() or upper() of a range
        return type_facts(facts.type.subtype, lookup), None
    return facts.type, facts


def place_type(slot: Slot, query: Query, lookup: Lookup) -> TypeFacts:
    """The type of what belongs in the place; of family "unknown" where nothing tells it."""
    return _kind(slot, query, lookup)[0]


def _relation(slot: Slot, query: Query, lookup: Lookup) -> Relation | None:
    """The relation whose column the slot names: by alias, else the target, else any with such a column."""
    if slot.column is None and slot.position is None:
        return None
    relations: Sequence[Relation] = sorted(query.relations, key=lambda each: each.role == "read")
    if slot.qualifier is not None:
        relations = [each for each in relations if slot.qualifier in (each.alias, each.table.name)]
    if slot.column is None:
        return relations[0] if relations else None
    return next((each for each in relations if column_of(lookup, each.table, slot.column)), None)
