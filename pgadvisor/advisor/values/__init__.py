"""Values for a statement's parameters: real ones from the statistics, such as return the rows that were observed."""

from collections.abc import Mapping
from dataclasses import replace

from pgadvisor.advisor.facts.columns import column_facts, table_rows
from pgadvisor.advisor.values.choices import choices, key_facts
from pgadvisor.advisor.values.documents import assumed_keys
from pgadvisor.advisor.values.places import place_literal
from pgadvisor.advisor.values.ranges import Range, bound_of, is_range
from pgadvisor.advisor.values.rows import Observed, is_round, limit_of, main_scope, observed, observed_rows, page_above, row_model
from pgadvisor.advisor.values.seen import enough_seen, seen_vectors
from pgadvisor.advisor.values.vectors import Unit, Vector, choose
from pgadvisor.advisor.values.wholes import with_whole_operands
from pgadvisor.model.plan import ValuedStatement
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Predicate, Query
from pgadvisor.parse.clock import at_time
from pgadvisor.parse.parameters import substitute
from pgadvisor.parse.slot_types import Slot
from pgadvisor.parse.slots import parameter_slots
from pgadvisor.parse.usual_constants import usual_constants

__all__ = ["fit", "valued"]

_INNER_LIMIT = 10
_FOUND = 0.5  # rows per call; of a limit of one it was reached by most calls
_SEVERAL = 2
_DEEP = 0.5  # of a table's rows


def valued(query: Query, lookup: Lookup, *, wide: bool = False, numbers: bool = False) -> tuple[ValuedStatement, ...]:
    """`query` with literals for its parameters, in at most three versions whose weights sum to 1; with `wide` in more, the
    unlikely ones among them; with `numbers` a number where nothing tells of the type, such as in a list of VALUES.

    Values that the application was seen to send go before all others (`Query.vectors`). A statement without parameters stays as
    it is. The clock stands at the snapshot's time in all of them. No value that was
    inferred here may ever be printed.
    """
    if not query.parameters:
        return (ValuedStatement(at_time(query.sql, lookup.snapshot.collected_at), query.search_path),)
    slots = parameter_slots(query.sql)
    if query.vectors:
        return _seen(query, lookup, slots)
    simpler = with_whole_operands(query, slots)
    if simpler is not query:
        query, slots = simpler, parameter_slots(simpler.sql)
    places = {number: slots.get(number, Slot("nothing")) for number in query.parameters}
    fixed = {number: place_literal(slot, query, lookup) for number, slot in places.items()}
    fixed.update(usual_constants(query.sql))
    fixed.update(assumed_keys(query, lookup, slots))
    if numbers:
        fixed.update({number: "1" for number, slot in places.items() if slot.role == "nothing"})
    reached = is_round(observed_rows(query) or 0.0)
    seen = observed(query)
    units, ranges = _units(query, lookup, slots), _ranges(query, lookup, slots)
    vectors = choose(units, ranges, row_model(query, lookup), seen, lookup.snapshot.collected_at, wide=wide)
    made = []
    for vector in vectors:
        limits = [_limits(query, vector.rows, reached=reached)]
        if wide and limit_of(query) is not None:
            limits.append(_limits(query, vector.rows, reached=not reached))
            limits += _deep(query, limits[0], lookup)
        for each in limits:
            text = at_time(substitute(query.sql, {**fixed, **each, **vector.literals}), lookup.snapshot.collected_at)
            made.append(_statement(query, vector, text, seen, 1 / len(limits)))
    return tuple(made)


def _seen(query: Query, lookup: Lookup, slots: Mapping[int, Slot]) -> tuple[ValuedStatement, ...]:
    rows, sure = observed(query), enough_seen(query)
    return tuple(
        ValuedStatement(
            sql=at_time(substitute(query.sql, vector.literals), lookup.snapshot.collected_at),
            search_path=query.search_path,
            weight=vector.weight,
            inferred=not sure,
            fit=_fit(vector.rows, rows),
        )
        for vector in seen_vectors(query, lookup, slots)
    )


def fit(query: Query, predicted_rows: float) -> float | None:
    """Predicted over observed rows per call, both at least 1; None where the counters say nothing about matches.

    Where a limit was reached, predicting more than it is no error.
    """
    return _fit(predicted_rows, observed(query))


def _fit(rows: float, seen: Observed | None) -> float | None:
    if seen is None:
        return None
    ratio = max(rows, 1.0) / max(seen.rows, 1.0)
    return ratio if seen.exact and not seen.soft else min(1.0, ratio)


def _statement(query: Query, vector: Vector, sql: str, seen: Observed | None, share: float) -> ValuedStatement:
    return ValuedStatement(
        sql=sql,
        search_path=query.search_path,
        weight=vector.weight * share,
        inferred=True,
        fit=_fit(vector.rows, seen),
    )


def _limits(query: Query, matching: float, *, reached: bool) -> dict[int, str]:
    """LIMIT: the rows per call where it was reached, else a page that neither they nor the `matching` rows of the plan fill, for
    a scan that found too few went on to its end; OFFSET: none."""
    own = limit_of(query)
    rows = observed_rows(query)
    literals: dict[int, str] = {}
    for limit in query.limits:
        if limit.count_parameter is not None:
            count = _INNER_LIMIT
            if limit is own and rows is not None:
                stopped = _FOUND <= rows < 1 or matching < _SEVERAL
                count = max(1, round(rows)) if reached else page_above(rows if stopped else max(rows, matching))
            literals[limit.count_parameter] = str(count)
        if limit.offset_parameter is not None:
            literals[limit.offset_parameter] = "0"
    return literals


def _deep(query: Query, limits: Mapping[int, str], lookup: Lookup) -> list[dict[int, str]]:
    """The same limits with an OFFSET far into the largest table."""
    numbers = [limit.offset_parameter for limit in query.limits if limit.offset_parameter is not None]
    rows = max((table_rows(table, lookup) for name in query.tables if (table := lookup.tables.get(name))), default=0.0)
    return [{**limits, **dict.fromkeys(numbers, str(round(rows * _DEEP)))}] if numbers else []


def _units(query: Query, lookup: Lookup, slots: Mapping[int, Slot]) -> list[Unit]:
    """The predicates with parameters that are no ranges; the first one speaks for a parameter that stands in several."""
    scope = main_scope(query)
    taken: set[int] = set()
    units: list[Unit] = []
    for place, predicate in enumerate(query.predicates):
        if not predicate.operand.parameters or is_range(predicate) or _typeless(predicate, lookup, query):
            continue
        found = choices(query, predicate, lookup, slots)
        numbers = {number for choice in found for number, _ in choice.literals}
        if found and not numbers & taken:
            taken |= numbers
            units.append(Unit(place, found, query.relations[predicate.key.relation].scope == scope))
    return units


def _typeless(predicate: Predicate, lookup: Lookup, query: Query) -> bool:
    """A column whose table or type the snapshot does not know."""
    column = predicate.key.column
    table = query.relations[predicate.key.relation].table
    return column is not None and column_facts(lookup, table, column).type.family == "unknown"


def _ranges(query: Query, lookup: Lookup, slots: Mapping[int, Slot]) -> list[tuple[Range, bool]]:
    """Range predicates, the two ends of one column's range together."""
    scope = main_scope(query)
    found: dict[tuple[object, ...], Range] = {}
    for place, predicate in enumerate(query.predicates):
        if not is_range(predicate) or _typeless(predicate, lookup, query) or (predicate.row is not None and predicate.row[1] > 0):
            continue
        facts = key_facts(predicate, query.relations[predicate.key.relation].table, lookup, slots)
        bound = bound_of(predicate, slots, facts, lookup)
        if bound is None or facts.type.family == "unknown":
            continue
        key: tuple[object, ...] = (predicate.key, predicate.conjunct, predicate.branch, predicate.disjunction)
        span = found.get(key)
        if span is not None and (span.lower if bound.lower else span.upper) is not None:
            key, span = (*key, place), None  # a second bound on the same side
        span = span or Range(facts, None, None, (), paged=_paged(query, predicate))
        end = replace(span, lower=bound) if bound.lower else replace(span, upper=bound)
        found[key] = replace(end, members=(*span.members, place))
    return [(span, query.relations[query.predicates[span.members[0]].key.relation].scope == scope) for span in found.values()]


def _paged(query: Query, predicate: Predicate) -> bool:
    """A range over the first key of a limited order: the next page begins there."""
    return any(
        ordering.limited and ordering.keys and ordering.keys[0].key.column == predicate.key.column
        for ordering in query.orderings
        if predicate.key.column is not None
    )
