"""Predicates for partial indexes: conditions of the statement that hold for few rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.facts.limits import DOMINANT_FRACTION, INFERRED_RARE_FRACTION, MOST_INFERRED_STATES, RARE_FRACTION
from pgadvisor.advisor.facts.selectivity import RANGES, list_values, predicate_fraction
from pgadvisor.advisor.facts.types import TypeFacts
from pgadvisor.advisor.values.literals import literal
from pgadvisor.model.names import quote_identifier
from pgadvisor.model.workload import Key, Predicate
from pgadvisor.parse.expressions import predicate_conjuncts

_BOOLEAN = {"is true": "{0}", "is false": "NOT {0}"}
_TESTS = ("is null", "is not null", "is true", "is false", "is not true", "is not false")
_FEW_VALUES = 100  # a column of more is asked for another value each time: no predicate lasts
_SIGNS = ("0", "0.0")  # a bound that means something by itself, however many values the column has
_PARTS = 3
_ALIKE = 2.0  # frequencies nearer than this factor are not told apart by rows per call
_STATES = ("enum", "boolean", "text", "integer")
_INFERABLE = ("=", "in", "<>", ">", ">=")


@dataclass(frozen=True, slots=True)
class Part:
    """A predicate's SQL, the fraction of the rows it holds for, and the key it pins to one value, if it does.

    `inferred`: it holds a value that the statement was planned with, not one of its text.
    """

    sql: str
    fraction: float
    subject: str  # the column or expression it is about
    pinned: Key | None = None
    inferred: bool = False


def parts(access: Access) -> list[Part]:
    """Predicates that hold for few rows and follow from the statement, the rarest first, the inferred ones last."""
    found = [*_written(access), *_not_null(access), *_existing(access), *_inferred(access)]
    rare: dict[tuple[str, ...], Part] = {}
    for part in found:
        if part.fraction <= RARE_FRACTION:
            rare.setdefault(predicate_conjuncts(part.sql), part)  # in whatever spelling
    return sorted(rare.values(), key=lambda part: (part.inferred, part.fraction, part.sql))


def together(rare: Sequence[Part]) -> list[Part]:
    """The rarest few, and the two rarest columns' of the text joined by AND."""
    sure = [part for part in rare if not part.inferred][:_PARTS]
    few = [*sure, *[part for part in rare if part.inferred][:2]]
    if len(sure) > 1 and sure[0].subject != sure[1].subject:
        few.append(
            Part(
                " AND ".join(part.sql for part in sure[:2]), sure[0].fraction * sure[1].fraction, sure[0].subject, sure[0].pinned
            )
        )
    return few


def _written(access: Access) -> Iterator[Part]:
    for predicate in access.conjuncts:
        for sql in written(predicate, access) if _lasting(predicate, access) else ():
            fraction = predicate_fraction(predicate, access.table.name, access.lookup)
            yield Part(sql, fraction, _subject(predicate.key), predicate.key if _pins(predicate) else None)


def _lasting(predicate: Predicate, access: Access) -> bool:
    """Whether the predicate's constants are likely to be the same in every call: a state, a kind, a sign, a test."""
    if predicate.operator in _TESTS:
        return True
    facts = access.keys.facts(predicate.key.column) if predicate.key.column is not None else None
    if facts is None:
        return False
    sign = predicate.operator in RANGES and predicate.operand.values[:1] in [(each,) for each in _SIGNS]
    return sign or facts.type.family in ("enum", "boolean") or (facts.known and facts.distinct <= _FEW_VALUES)


def _subject(key: Key) -> str:
    return key.column or key.expression or ""


def _pins(predicate: Predicate) -> bool:
    return predicate.operator in ("=", "is null", "is true", "is false", "is not distinct from")


def written(predicate: Predicate, access: Access) -> tuple[str, ...]:
    """The predicate as SQL with its own constants; () where it has parameters or is nothing to keep an index by."""
    operand, operator = predicate.operand, predicate.operator
    key = predicate.key
    usable = access.keys.usable(key.column) if key.column is not None else access.keys.expression(key) is not None
    if not usable or operand.parameters or predicate.row is not None or (predicate.array and not operand.values):
        return ()
    name = quote_identifier(key.column) if key.column is not None else f"({key.expression})"
    if operator in _TESTS:
        plain = _BOOLEAN.get(operator)
        test = f"{name} {operator.upper()}"
        return (plain.format(name), test) if plain else (test,)
    kind = _type(predicate, access)
    if kind is None or not operand.values:
        return ()
    return _compared(predicate, name, kind)


def _compared(predicate: Predicate, name: str, kind: TypeFacts) -> tuple[str, ...]:
    operator, values = predicate.operator, list_values(predicate)
    if kind.name == "boolean" and operator == "=":
        return (name,) if values[0].lower() in ("true", "t") else (f"NOT {name}",)
    texts = [literal(value, kind) for value in values]
    if operator in ("=", "<>") and predicate.operand.kind == "constant":
        return (f"{name} {operator} {texts[0]}",)
    if operator in ("in", "not in") and 0 < len(texts) <= 10:
        return (f"{name} {operator.upper()} ({', '.join(texts)})",)
    if operator in RANGES and kind.family in ("integer", "number"):  # a moment in the text moves on, a number stays
        return (f"{name} {operator} {texts[0]}",)
    return ()


def _type(predicate: Predicate, access: Access) -> TypeFacts | None:
    """The type of the key: of its column; text for an expression, whose constants are then quoted."""
    if predicate.key.column is None:
        return TypeFacts("text", "text")
    facts = access.keys.facts(predicate.key.column)
    return facts.type if facts is not None and facts.type.family != "json" else None


def _not_null(access: Access) -> Iterator[Part]:
    """A mostly empty column that is compared at all: every comparison asks for rows that have a value."""
    for condition in access.conditions:
        column = condition.key.column
        facts = access.keys.facts(column) if column is not None and condition.kind != "null" else None
        if column is not None and facts is not None and facts.known:
            yield Part(f"{quote_identifier(column)} IS NOT NULL", 1.0 - facts.null_fraction, column)


def _existing(access: Access) -> Iterator[Part]:
    """The predicates of existing partial indexes, where the statement's own conditions name each of their parts."""
    own = {part for predicate in access.conjuncts for sql in written(predicate, access) for part in predicate_conjuncts(sql)}
    for index in access.lookup.indexes.get(access.table.name, ()):
        where = index.definition.where if index.definition is not None else None
        if where is not None and set(predicate_conjuncts(where)) <= own:
            fraction = index.rows / access.rows if index.rows >= 0 else RARE_FRACTION
            yield Part(where, min(fraction, RARE_FRACTION), where)


def _inferred(access: Access) -> Iterator[Part]:
    """Rare values of a column of few values, asked for through parameters and taken from the plan; and all but the value
    that nearly all rows have, which says the same without naming the rare ones."""
    for predicate in access.conjuncts:
        if not predicate.operand.parameters or predicate.key.column is None or predicate.operator not in _INFERABLE:
            continue
        for each in _planned_like(predicate, access.planned):
            fraction = predicate_fraction(each, access.table.name, access.lookup)
            most = RARE_FRACTION if each.operator in RANGES else INFERRED_RARE_FRACTION
            if fraction > most or not _tells_states(each, access):
                continue
            known = _known(each, access) and _distinctive(each, access)
            if known:
                pinned = predicate.key if _pins(each) else None
                yield from (Part(sql, fraction, _subject(each.key), pinned, inferred=True) for sql in written(each, access)[:1])
            if not known or each.operator == "in":
                yield from _all_but_one(each, access)


def _tells_states(predicate: Predicate, access: Access) -> bool:
    """Whether the column is of the kind that holds a state: a few values of a short type, or a sign is asked for."""
    facts = access.keys.facts(predicate.key.column) if predicate.key.column is not None else None
    if facts is None or not _lasting(predicate, access):
        return False
    few = facts.type.family in ("enum", "boolean") or facts.distinct <= MOST_INFERRED_STATES
    return predicate.operator in RANGES or (few and facts.type.family in _STATES)


def _known(predicate: Predicate, access: Access) -> bool:
    """Whether the statistics have the values: one that only stands in must not become part of an index."""
    facts = access.keys.facts(predicate.key.column) if predicate.key.column is not None else None
    if facts is None:
        return False
    if predicate.operator in RANGES or facts.type.name == "boolean":
        return True
    seen = {*(text for text, _ in facts.common), *facts.bounds, *facts.type.labels}
    return set(list_values(predicate)) <= seen


def _distinctive(predicate: Predicate, access: Access) -> bool:
    """Whether no other value is about as frequent as those planned with: the inference goes by frequencies alone, so that
    of twelve months any may have been meant, and each call may mean another."""
    facts = access.keys.facts(predicate.key.column) if predicate.key.column is not None else None
    if facts is None or predicate.operator not in ("=", "in"):
        return True
    asked = set(list_values(predicate))
    frequencies = [frequency for value, frequency in facts.common if value in asked]
    others = [frequency for value, frequency in facts.common if value not in asked]
    return not any(each / _ALIKE <= other <= each * _ALIKE for each in frequencies for other in others)


def _all_but_one(predicate: Predicate, access: Access) -> Iterator[Part]:
    """`state <> 'done'` for `state IN (…)` where nearly all are done."""
    facts = access.keys.facts(predicate.key.column) if predicate.key.column is not None else None
    if facts is None or not facts.common or predicate.operator not in ("=", "in") or facts.type.name == "boolean":
        return
    value, share = facts.common[0]
    if share >= DOMINANT_FRACTION and value not in list_values(predicate):
        sql = f"{quote_identifier(predicate.key.column or '')} <> {literal(value, facts.type)}"
        yield Part(sql, max(0.0, 1.0 - share - facts.null_fraction), _subject(predicate.key), inferred=True)


def _planned_like(predicate: Predicate, planned: Sequence[Predicate]) -> list[Predicate]:
    """The plan's predicates on the same key that ask the same; EXPLAIN writes IN of one value as `=`, and `= false` as NOT."""
    wanted = ("=", "in", *_BOOLEAN) if predicate.operator in ("=", "in") else (predicate.operator,)
    alike = [each for each in planned if each.key == predicate.key and each.operator in wanted]
    return [each for each in alike if each.operand.values or each.operator in _BOOLEAN]
