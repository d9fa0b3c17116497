"""Values that the application itself was seen to send: the likeliest few of them, by how many rows they select."""

import re
from collections.abc import Mapping
from dataclasses import replace

from pgadvisor.advisor.facts.selectivity import predicate_fraction
from pgadvisor.advisor.values.literals import typed_literal
from pgadvisor.advisor.values.places import place_type
from pgadvisor.advisor.values.rows import row_model
from pgadvisor.advisor.values.vectors import Vector, few
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Operand, Predicate, Query
from pgadvisor.parse.slot_types import Slot

ENOUGH = 3  # executions; of fewer nobody knows whether they are the usual ones
_STRING = re.compile(r"[eEnN]?'(.*)'\Z", re.DOTALL)
_LIST = re.compile(r"((?:[^',]|'(?:[^']|'')*')+)(?:,|\Z)", re.DOTALL)


def seen_vectors(query: Query, lookup: Lookup, slots: Mapping[int, Slot]) -> list[Vector]:
    """The query's own vectors, those that select like numbers of rows as one; [] where none was seen."""
    made = []
    for vector in query.vectors:
        literals = {number: _spelt(sql, slots.get(number), query, lookup) for number, sql in vector.literals}
        valued = replace(query, predicates=tuple(_with_constants(each, dict(vector.literals)) for each in query.predicates))
        fractions = tuple(
            predicate_fraction(each, query.relations[each.key.relation].table, lookup)
            for each, plain in zip(valued.predicates, query.predicates, strict=True)
            if each is not plain
        )
        made.append(Vector(literals, float(vector.calls), row_model(valued, lookup).rows({}), fractions))
    return few(made)


def enough_seen(query: Query) -> bool:
    """Whether the vectors speak for the statement's calls."""
    return sum(vector.calls for vector in query.vectors) >= min(ENOUGH, query.counters.calls)


def _spelt(sql: str, slot: Slot | None, query: Query, lookup: Lookup) -> str:
    """The literal with its type where nothing else says it: a parameter of the protocol had one."""
    if slot is None or slot.role != "typed" or not _STRING.match(sql):
        return sql
    kind = place_type(slot, query, lookup)
    text = _text(sql)
    return sql if kind.family == "unknown" or text is None else typed_literal(text, kind)


def _with_constants(predicate: Predicate, literals: Mapping[int, str]) -> Predicate:
    """The predicate with constants in the place of its parameters; as it is where they are part of an expression."""
    operand = predicate.operand
    if operand.kind not in ("parameter", "parameters") or not set(operand.parameters) <= set(literals):
        return predicate
    texts = [literals[number] for number in operand.parameters]
    if operand.squashed and len(texts) == 1:
        texts = _LIST.findall(texts[0])
    values = tuple(text for text in map(_text, texts) if text is not None)
    if not values:
        return replace(predicate, operand=Operand("null"))
    kind = "constant" if operand.kind == "parameter" and len(values) == 1 else "constants"
    return replace(predicate, operand=replace(operand, kind=kind, parameters=(), values=values))


def _text(sql: str) -> str | None:
    """What a literal says, None for NULL."""
    plain = sql.strip()
    if plain.upper() == "NULL":
        return None
    string = _STRING.match(plain)
    return string[1].replace("''", "'") if string else plain.replace(" ", "")
