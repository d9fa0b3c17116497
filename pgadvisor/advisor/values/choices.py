"""The values a predicate's parameters may have had: each with the rows it keeps and how likely it was asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pgadvisor.advisor.facts.columns import ColumnFacts, column_facts, statistics_facts
from pgadvisor.advisor.facts.selectivity import DEFAULT_CONTAINMENT, DEFAULT_EQUALITY, equality_fraction, predicate_fraction
from pgadvisor.advisor.facts.types import TypeFacts, type_facts
from pgadvisor.advisor.values.literals import literal, quoted, stand_in, typed_literal
from pgadvisor.advisor.values.patterns import pattern_choices, pieces_of
from pgadvisor.advisor.values.samples import ABSENT_WORD, containment_value, document_keys, document_parts, spread
from pgadvisor.advisor.values.spans import spanning
from pgadvisor.advisor.values.wrapped import wrapped_facts
from pgadvisor.model.arrays import write_array
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Predicate, Query
from pgadvisor.parse.slot_types import Slot

LIST_LENGTHS = (1, 2, 3, 5, 10, 20, 50, 100, 200)
USUAL_LIST_LENGTH = 3
_DOMINANT = 0.8
_FINEST = 1.5  # of the histogram's values: what fewer match is not told apart
_WINDOWS = 12  # lists tried of one length
_UNSEEN = 0.001  # the weight of a value that no row of the sample had
_EQUALITIES = ("=", "is not distinct from")
_INEQUALITIES = ("<>", "is distinct from", "not in")
_CASED: dict[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper}


@dataclass(frozen=True, slots=True)
class Choice:
    """Literals by parameter, the fraction of rows the predicate then keeps, and a weight among the other choices. `most`: it may
    keep any fewer, for the statistics tell no finer."""

    literals: tuple[tuple[int, str], ...]
    fraction: float
    prior: float = 1.0
    most: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What a predicate stands over: the facts of its column, the places of its parameters, and the snapshot's time."""

    facts: ColumnFacts
    slots: Mapping[int, Slot]
    now: datetime

    def spell(self, number: int, text: str) -> str:
        slot = self.slots.get(number)
        if slot is not None and slot.role == "typed":
            return typed_literal(text, self.facts.type)
        return quoted(text) if slot is not None and slot.role == "cast" else literal(text, self.facts.type)

    def array_of_one(self, predicate: Predicate) -> bool:
        """Whether one parameter is the whole array, not an element of ARRAY[…]."""
        return predicate.array and predicate.operand.kind == "parameter"


def key_facts(predicate: Predicate, table: Name, lookup: Lookup, slots: Mapping[int, Slot]) -> ColumnFacts:
    """Facts of a predicate's key. An expression has those of an index over it, else what its column lets one guess."""
    key = predicate.key
    if key.column is not None:
        return column_facts(lookup, table, key.column)
    base = column_facts(lookup, table, key.columns[0] if key.columns else "")
    function = (key.expression or "").split("(", 1)[0].strip().lower()
    for index in lookup.indexes.get(table, ()):
        for name in (function, "expr"):
            found = lookup.statistics.get((index.name, name))
            if found is not None and _over(index.definition, key.expression):
                return statistics_facts(found, _slot_type(predicate, slots, lookup) or base.type, base.rows)
    if function in _CASED and base.type.family == "range":
        return ColumnFacts(type_facts(base.type.subtype, lookup), base.rows, distinct=base.distinct)
    if function in _CASED and len(key.columns) == 1:
        change = _CASED[function]
        return replace(
            base,
            common=tuple((change(value), fraction) for value, fraction in base.common),
            bounds=tuple(change(bound) for bound in base.bounds),
        )
    kind = _slot_type(predicate, slots, lookup) or _column_type(predicate, slots, base, lookup)
    if kind is not None and key.expression is not None and len(key.columns) == 1:
        return wrapped_facts(key.expression, base, kind)
    return ColumnFacts(kind or type_facts(None, lookup), base.rows, distinct=min(base.rows, 1 / DEFAULT_EQUALITY))


def _over(definition: object, expression: str | None) -> bool:
    keys = getattr(definition, "keys", ())
    return any(key.expression == expression for key in keys)


def _slot_type(predicate: Predicate, slots: Mapping[int, Slot], lookup: Lookup) -> TypeFacts | None:
    for number in predicate.operand.parameters:
        slot = slots.get(number)
        if slot is not None and slot.type_sql is not None:
            return type_facts(slot.type_sql, lookup)
    return None


def _column_type(predicate: Predicate, slots: Mapping[int, Slot], base: ColumnFacts, lookup: Lookup) -> TypeFacts | None:
    """The column's own type, where the expression is one that keeps it, such as COALESCE or date_trunc(); of lower() and upper()
    of a range the type of its bounds."""
    for number in predicate.operand.parameters:
        slot = slots.get(number)
        if slot is not None and slot.column in predicate.key.columns:
            bound = slot.function is not None and base.type.family == "range"
            return type_facts(base.type.subtype, lookup) if bound else base.type
    return None


def choices(query: Query, predicate: Predicate, lookup: Lookup, slots: Mapping[int, Slot]) -> tuple[Choice, ...]:
    """Every choice worth a thought for the parameters of a predicate that is no range; () where it is not understood."""
    table = query.relations[predicate.key.relation].table
    place = Place(key_facts(predicate, table, lookup, slots), slots, lookup.snapshot.collected_at)
    numbers = predicate.operand.parameters
    operator = predicate.operator
    if operator in ("like", "ilike", "not like", "not ilike", "~", "~*", "!~", "!~*", "similar to"):
        pieces, texts = pieces_of(predicate.operand), _texts(place, predicate, table, lookup)
        patterns = list(pattern_choices(texts, operator, pieces.inner))
        finest = min(_FINEST / max(1, len(texts.bounds)), *(fraction for _, fraction, _ in patterns))
        return tuple(
            Choice((*pieces.wildcards, (pieces.number, quoted(text))), fraction, prior, fraction <= finest)
            for text, fraction, prior in patterns
        )
    if operator == "in" or (operator in _INEQUALITIES and (predicate.operand.kind == "parameters" or predicate.array)):
        return tuple(_lists(place, predicate))
    if operator == "= any" and place.facts.type.element is not None:
        return tuple(_elements(place, numbers))
    if place.facts.type.family == "range" and operator in ("&&", "@>", "<@"):
        subtype = type_facts(place.facts.type.subtype, lookup)
        found = [Choice(*each) for each in spanning(place.facts, subtype, predicate, slots, place.now)]
        if found:
            return tuple(found)
    if predicate.operand.kind != "parameter":
        return tuple(_inner(place, predicate))
    if operator in _EQUALITIES:
        return tuple(_equal(place, numbers[0]))
    if operator in _INEQUALITIES:
        return tuple(_unequal(place, numbers[0]))
    return tuple(_contained(place, predicate, predicate_fraction(predicate, table, lookup)))


def _texts(place: Place, predicate: Predicate, table: Name, lookup: Lookup) -> ColumnFacts:
    """The strings a pattern is held against; those of its column for an expression of which nothing is known."""
    columns = predicate.key.columns
    if place.facts.bounds or place.facts.common or len(columns) != 1:
        return place.facts
    return column_facts(lookup, table, columns[0])


def _equal(place: Place, number: int) -> Iterator[Choice]:
    for text, fraction, prior in values(place):
        yield Choice(((number, place.spell(number, text)),), fraction, prior)


def values(place: Place) -> Iterator[tuple[str, float, float]]:
    """Values, the rows equal to each, and how likely it is asked for: half by rows, half by distinct values."""
    facts = place.facts
    distinct = max(facts.distinct, 1.0)
    for text, fraction in facts.common:
        yield text, fraction, (fraction + 1 / distinct) / 2
    rest = facts.rest_fraction
    if facts.type.name == "boolean":
        yield from _booleans(facts)
        return
    spare = _spare(place)
    if spare is not None:
        known = len(facts.common) < distinct - 0.5 and rest > 0
        if facts.known and not known and facts.common and facts.common[0][1] < _DOMINANT:
            return  # all values are listed, and none is so common that the sample may have missed rare ones
        prior = max(0.02, (rest + facts.rest_distinct / distinct) / 2) if known else _UNSEEN
        fraction = rest / facts.rest_distinct if known else 1 / max(facts.rows, 1.0)
        yield spare, fraction if facts.known else equality_fraction(facts, None), prior


def _booleans(facts: ColumnFacts) -> Iterator[tuple[str, float, float]]:
    seen = {text for text, _ in facts.common}
    for text in ("t", "f"):
        if text not in seen:
            yield text, facts.rest_fraction if facts.known else 0.5, 0.25


def _spare(place: Place) -> str | None:
    """A value outside the most common ones."""
    facts = place.facts
    common = {text for text, _ in facts.common}
    for bound in spread(facts.bounds):
        if bound not in common:
            return bound
    if facts.type.family == "enum":
        return next((label for label in facts.type.labels if label not in common), None)
    several = [stand_in(facts.type, place.now, number) for number in range(1, len(common) + 3)]
    return next((text for text in several if text not in common), several[0])


def _unequal(place: Place, number: int) -> Iterator[Choice]:
    """What `<>` leaves out: usually little, but where few rows were returned, what most rows have."""
    whole = 1.0 - place.facts.null_fraction
    for text, fraction, _ in values(place):
        yield Choice(((number, place.spell(number, text)),), max(whole - fraction, 1e-9))


def _lists(place: Place, predicate: Predicate) -> Iterator[Choice]:
    """Lists of rare values and of common ones, of the length given or, for an array, of any usual length."""
    numbers = predicate.operand.parameters
    open_ended = place.array_of_one(predicate) or predicate.operand.squashed
    lengths = LIST_LENGTHS if open_ended else (len(numbers),)
    if predicate.operand.kind == "expression" or not numbers:
        yield from _inner(place, predicate)
        return
    for length in lengths:
        prior = 1.0 if length == USUAL_LIST_LENGTH or not open_ended else 0.5
        for texts in _lists_of(place, length, open_ended):
            fraction = min(1.0, sum(equality_fraction(place.facts, text) for text in dict.fromkeys(texts)))
            kept = 1.0 - fraction if predicate.operator == "not in" else fraction
            yield Choice(_spelt_list(place, predicate, texts), kept, prior)


def _lists_of(place: Place, length: int, open_ended: bool) -> Iterator[list[str]]:
    """Rare values; and neighbours among the common ones, from the most common down."""
    rare, common = _rare_values(place, length), [text for text, _ in place.facts.common]
    if len(rare) >= length or (rare and not open_ended):
        yield [rare[place % len(rare)] for place in range(length)]
    starts = range(0, max(0, len(common) - length) + 1, max(1, len(common) // _WINDOWS))
    for start in starts if len(common) >= length else ():
        yield common[start : start + length]
    if not rare and common and len(common) < length and not open_ended:
        yield [common[place % len(common)] for place in range(length)]


def _spelt_list(place: Place, predicate: Predicate, texts: Sequence[str]) -> tuple[tuple[int, str], ...]:
    numbers = predicate.operand.parameters
    if place.array_of_one(predicate):
        kind = place.facts.type
        return ((numbers[0], quoted(write_array(texts)) + (f"::{kind.name}[]" if kind.family == "composite" else "")),)
    if predicate.operand.squashed:
        return ((numbers[0], ", ".join(place.spell(numbers[0], text) for text in texts)),)
    return tuple((number, place.spell(number, text)) for number, text in zip(numbers, texts, strict=True))


def _rare_values(place: Place, count: int) -> list[str]:
    """Up to `count` different values outside the most common ones."""
    common = {text for text, _ in place.facts.common}
    found = [bound for bound in spread(place.facts.bounds) if bound not in common]
    if not found and place.facts.type.family == "enum":
        found = [label for label in place.facts.type.labels if label not in common]
    if not found and place.facts.type.name != "boolean" and place.facts.distinct > len(common):
        found = [stand_in(place.facts.type, place.now, n) for n in range(1, count + 1)]
    return list(dict.fromkeys(found))[:count]


def _inner(place: Place, predicate: Predicate) -> Iterator[Choice]:
    """A parameter inside an expression: `lower($1)`, `to_tsquery($1)`, `$1::int`; the last one carries the value."""
    numbers = predicate.operand.parameters
    if not numbers:
        return
    if predicate.operator == "@@":
        yield from _contained(place, predicate, DEFAULT_CONTAINMENT)
        return
    slot = place.slots.get(numbers[-1])
    if slot is not None and slot.role == "element" and place.facts.type.element is not None:
        yield from _elements(place, numbers)
        return
    if slot is None or len(numbers) > 1 or slot.role not in ("cast", "argument") or predicate.operator not in _EQUALITIES:
        return
    if slot.role == "cast" or slot.function in _CASED:
        for text, fraction, prior in values(place):
            yield Choice(((numbers[-1], quoted(text)),), fraction, prior)


def _elements(place: Place, numbers: Sequence[int]) -> Iterator[Choice]:
    """The elements inside `ARRAY[$1, $2]`, or the value of `$1 = ANY (column)`."""
    kind = place.facts.type.element
    if kind is None:
        return
    for element, share in place.facts.elements[:: max(1, len(place.facts.elements) // 20)]:
        yield Choice(tuple((number, literal(element, kind)) for number in numbers), share, share)


def _contained(place: Place, predicate: Predicate, fraction: float) -> Iterator[Choice]:
    """Containment, overlap, search and distance: elements by their frequency where the statistics have them."""
    number, operator = predicate.operand.parameters[-1], predicate.operator
    if place.facts.elements and operator == "@@":
        rarest = min(share for _, share in place.facts.elements) / 2  # as tsmatchsel() takes words it does not know
        yield Choice(((number, quoted(ABSENT_WORD)),), rarest)
    if place.facts.elements and operator in ("@>", "&&", "@@", "<@"):
        for element, share in place.facts.elements[:: max(1, len(place.facts.elements) // 20)]:
            prior = 1.0 if operator == "@@" else share  # people look for words that tell things apart
            yield Choice(((number, quoted(element_text(element, operator))),), share, prior)
        return
    if place.facts.type.name == "jsonb" and operator == "@>":
        for document, share in document_parts(place.facts):
            yield Choice(((number, quoted(document)),), share, share)
        return
    if place.facts.type.name == "jsonb" and operator == "?" and place.facts.known:
        for key, share in (*document_keys(place.facts), (ABSENT_WORD, _UNSEEN)):  # the sample has not seen all keys
            yield Choice(((number, quoted(key)),), share)
        return
    text = containment_value(place.facts, operator, place.now)
    if text is not None:
        yield Choice(((number, quoted(text)),), fraction)


def element_text(element: str, operator: str) -> str:
    """One element as an array, or a lexeme as a tsquery."""
    if operator != "@@":
        return write_array([element])
    return "'" + element.replace("\\", "\\\\").replace("'", "''") + "'" if not element.isalnum() else element
