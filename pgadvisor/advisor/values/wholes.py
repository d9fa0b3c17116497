"""Statements with simpler operands: where an expression over parameters is compared, its value is inferred as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pgadvisor.advisor.facts.selectivity import RANGES
from pgadvisor.model.workload import Operand, Predicate, Query
from pgadvisor.parse.parameters import numbers_in
from pgadvisor.parse.slot_types import Slot
from pgadvisor.parse.whole_operands import calls_in, is_one_value, with_parameters

_COMPARED = ("=", "<>", "is not distinct from", *RANGES)
_PATTERNS = ("like", "ilike", "not like", "not ilike", "~", "~*")
_UNDERSTOOD = ("cast", "shift", "typed", "element")  # the value of the parameter itself decides
_CASED = ("lower", "upper")
_KEPT = (*_CASED, "concat")  # around and in patterns


def with_whole_operands(query: Query, slots: Mapping[int, Slot]) -> Query:
    """`query` with one parameter in the place of each operand that is a function of parameters, such as `md5($1)::uuid`: no
    value of the parameter could be found that makes the operand a value of the column."""
    standing: dict[str, int] = {}
    changed: dict[int, Predicate] = {}
    for place, predicate in enumerate(query.predicates):
        operand = predicate.operand
        if operand.sql is not None and _opaque(predicate, slots) and is_one_value(operand.sql):
            standing[operand.sql] = operand.parameters[0]
            changed[place] = replace(predicate, operand=Operand("parameter", operand.parameters[:1]))
        elif operand.sql is not None and operand.kind == "expression" and predicate.operator in _PATTERNS:
            calls = [call for call in calls_in(operand.sql) if call[0].split("(", 1)[0] not in _KEPT]
            standing.update({text: numbers[0] for text, numbers in calls})
            if calls:
                changed[place] = replace(predicate, operand=_without_calls(operand, calls))
    sql = with_parameters(query.sql, standing) if changed else None
    if sql is None:
        return query
    left = numbers_in(sql)
    gone = set(query.parameters) - left
    wanted = {number for predicate in changed.values() for number in predicate.operand.parameters}
    return query if wanted & gone else _rewritten(query, sql, left, changed)


def _without_calls(operand: Operand, calls: Sequence[tuple[str, tuple[int, ...]]]) -> Operand:
    """`$1 || f($2) || $3` as `$1 || $2 || $3`: the pieces of a pattern are looked for, whatever function cleans them."""
    sql = operand.sql or ""
    for text, numbers in calls:
        sql = sql.replace(text, f"${numbers[0]}")
    dropped = {number for _, numbers in calls for number in numbers[1:]}
    left = tuple(number for number in operand.parameters if number not in dropped)
    kind = "parameter" if sql.strip("() ") == f"${left[0]}" else operand.kind
    return replace(operand, kind=kind, sql=sql, parameters=left)


def _rewritten(query: Query, sql: str, left: frozenset[int], changed: Mapping[int, Predicate]) -> Query:
    predicates = tuple(changed.get(place, predicate) for place, predicate in enumerate(query.predicates))
    return replace(query, sql=sql, predicates=predicates, parameters=tuple(n for n in query.parameters if n in left))


def _opaque(predicate: Predicate, slots: Mapping[int, Slot]) -> bool:
    operand = predicate.operand
    if operand.kind != "expression" or not operand.parameters or predicate.key.column is None or predicate.array:
        return False
    slot = slots.get(operand.parameters[-1])
    plain = slot is not None and (slot.role in _UNDERSTOOD or slot.function in _CASED) and len(operand.parameters) == 1
    return predicate.operator in _COMPARED and not plain
