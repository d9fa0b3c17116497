"""`Access`: one use of a table in a statement, and what an index could do for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pgadvisor.advisor.candidates.keys import Keys, same_target
from pgadvisor.advisor.facts.columns import table_pages, table_rows
from pgadvisor.advisor.facts.limits import TOO_SMALL_PAGES
from pgadvisor.advisor.facts.selectivity import RANGES, between_fraction, predicate_fraction
from pgadvisor.model.catalog import Table
from pgadvisor.model.index import IndexKey
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Ordering, Predicate, Query, Relation

_INDEXED_KINDS = ("r", "p", "m")
_TESTS = ("is null", "is true", "is false", "is not true", "is not false")


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate that a B-tree can search by. `kind`: equal, list (IN, = ANY), null, join, range.

    `fraction` of the table's rows is what it keeps; of a join, per row of the other side.
    """

    kind: str
    key: IndexKey
    predicate: Predicate
    fraction: float


@dataclass(frozen=True, slots=True)
class Order:
    """An order that rows of this table alone can be read in."""

    keys: tuple[IndexKey, ...]
    limited: bool


@dataclass(frozen=True, slots=True)
class Access:
    """What a statement does with one of its relations.

    `conditions` hold for every row, `arms` are those of ORs every arm of which reads this relation, `predicates` are
    all that an index could search by, of any operator. `needed` are the columns read, None for all of them.
    """

    query: Query
    lookup: Lookup
    table: Table
    relation: Relation
    keys: Keys
    rows: float
    pages: int
    conditions: tuple[Condition, ...] = ()
    arms: tuple[tuple[Condition, ...], ...] = ()
    predicates: tuple[Predicate, ...] = ()
    conjuncts: tuple[Predicate, ...] = ()
    orders: tuple[Order, ...] = ()
    minmax: tuple[IndexKey, ...] = ()
    groups: tuple[tuple[IndexKey, ...], ...] = ()
    needed: frozenset[str] | None = None
    planned: tuple[Predicate, ...] = ()  # of the plan, with the values that were planned with

    def of(self, *kinds: str) -> list[Condition]:
        """The conditions of these kinds, the most selective first, one per column or expression."""
        chosen: list[Condition] = []
        for condition in sorted(self.conditions, key=lambda each: (each.fraction, each.key.sql())):
            if condition.kind in kinds and not any(same_target(condition.key, each.key) for each in chosen):
                chosen.append(condition)
        return chosen


def accesses(
    query: Query,
    lookup: Lookup,
    relations: Sequence[Relation],
    predicates: Sequence[Predicate],
    planned: Sequence[Predicate] = (),
) -> tuple[Access, ...]:
    """The uses of tables that an index might help, in order of appearance. `relations` and `predicates` are the query's own
    and those that the planner found beyond; `planned` the plan's own predicates."""
    found = []
    for number, relation in enumerate(relations):
        table = lookup.tables.get(relation.table)
        if table is not None and worth_indexing(table, lookup):
            made = _access(query, lookup, table, number, relation, predicates)
            found.append(replace(made, planned=tuple(each for each in planned if each.key.relation == number)))
    return tuple(found)


def worth_indexing(table: Table, lookup: Lookup) -> bool:
    """Whether an index on `table` can be created and could ever pay."""
    system = table.name.schema.startswith("pg_") or table.name.schema == "information_schema"
    unknown = table.rows < 0 and table.size_bytes is None and table.kind != "p"
    big = unknown or table_pages(table, lookup) >= TOO_SMALL_PAGES
    return table.kind in _INDEXED_KINDS and table.persistence != "t" and not system and big and bool(table.columns)


def _access(
    query: Query, lookup: Lookup, table: Table, number: int, relation: Relation, predicates: Sequence[Predicate]
) -> Access:
    keys = Keys(table, lookup)
    mine = [predicate for predicate in predicates if predicate.key.relation == number and predicate.searchable]
    own = [predicate for predicate in mine if not predicate.negated and not _self_join(predicate, number)]
    sure = [predicate for predicate in own if predicate.branch is None]
    return Access(
        query=query,
        lookup=lookup,
        table=table,
        relation=relation,
        keys=keys,
        rows=table_rows(table, lookup),
        pages=table_pages(table, lookup),
        conditions=tuple(_between(list(_conditions(sure, keys, table, lookup)), keys)),
        arms=tuple(_arms(own, predicates, keys, table, lookup)),
        predicates=tuple(own),
        conjuncts=tuple(predicate for predicate in sure if predicate.conjunct),
        orders=tuple(_orders(query, number, keys)),
        minmax=tuple(key for order in query.minmax if order.key.relation == number and (key := keys.ordered(order))),
        groups=tuple(_groups(query, number, keys)),
        needed=_needed(query, number, table),
    )


def _self_join(predicate: Predicate, number: int) -> bool:
    """Compared with another column of the same row: no index searches by that."""
    key = predicate.operand.key
    return predicate.operand.kind == "key" and key is not None and key.relation == number


def _conditions(predicates: Iterable[Predicate], keys: Keys, table: Table, lookup: Lookup) -> Iterable[Condition]:
    for predicate in predicates:
        kind = condition_kind(predicate)
        key = keys.key(predicate.key) if kind is not None else None
        if kind is not None and key is not None:
            yield Condition(kind, key, predicate, predicate_fraction(predicate, table.name, lookup))


def _between(conditions: Sequence[Condition], keys: Keys) -> Iterable[Condition]:
    """The two ends of a range over one column keep what they keep together."""
    ranges = [each for each in conditions if each.kind == "range"]
    for condition in conditions:
        lower = condition.predicate.operator.startswith(">")
        partner = next(
            (
                each
                for each in ranges
                if same_target(each.key, condition.key) and each.predicate.operator.startswith(">") != lower
            ),
            None,
        )
        facts = keys.facts(condition.key.column) if condition.key.column is not None else None
        if condition.kind != "range" or partner is None or facts is None:
            yield condition
        else:
            yield replace(condition, fraction=between_fraction(facts, condition.fraction, partner.fraction))


def condition_kind(predicate: Predicate) -> str | None:
    """The kind of B-tree condition that a predicate is; None for one that a B-tree has no operator for."""
    operator, operand = predicate.operator, predicate.operand.kind
    if operator == "=":
        return "join" if operand == "key" else "null" if operand == "null" else "equal"
    if operator == "in":
        return "join" if operand == "subquery" else "list"
    if operator in RANGES:
        return "range"
    return "null" if operator in _TESTS else None


def _arms(
    own: Sequence[Predicate], everything: Sequence[Predicate], keys: Keys, table: Table, lookup: Lookup
) -> Iterable[tuple[Condition, ...]]:
    """The conditions of each arm of the ORs in which every arm has one on this relation."""
    disjunctions = sorted({each.disjunction for each in own if each.disjunction is not None})
    for disjunction in disjunctions:
        branches = sorted({each.branch for each in everything if each.disjunction == disjunction and each.branch is not None})
        for branch in branches:
            inside = [each for each in own if each.disjunction == disjunction and each.branch == branch]
            found = tuple(_conditions(inside, keys, table, lookup))
            if found:
                yield found


def _orders(query: Query, number: int, keys: Keys) -> Iterable[Order]:
    """Orders over this relation; of one that goes on over another relation, the part before that."""
    for ordering in query.orderings:
        made = _order_keys(ordering, number, keys)
        if made:
            yield Order(made, ordering.limited)


def _order_keys(ordering: Ordering, number: int, keys: Keys) -> tuple[IndexKey, ...]:
    found: list[IndexKey] = []
    for order in ordering.keys:
        key = keys.ordered(order) if order.key.relation == number else None
        if key is None:
            break
        found.append(key)
    return tuple(found)


def _groups(query: Query, number: int, keys: Keys) -> Iterable[tuple[IndexKey, ...]]:
    for grouping in query.groupings:
        made = [keys.key(key) if key.relation == number else None for key in grouping]
        sure = tuple(key for key in made if key is not None)
        if sure and len(sure) == len(made):
            yield sure


def _needed(query: Query, number: int, table: Table) -> frozenset[str] | None:
    """The columns that the statement reads of the relation, None for all; an UPDATE or FOR UPDATE reads the whole row."""
    if number >= len(query.relations) or query.locking or query.relations[number].role != "read":
        return None
    columns = {column for relation, column in query.output if relation == number}
    if query.whole_rows and columns >= {column.name for column in table.columns}:
        return None
    for predicate in query.predicates:
        if predicate.key.relation == number:
            columns.update((predicate.key.column,) if predicate.key.column else predicate.key.columns)
    for ordering in query.orderings:
        for order in ordering.keys:
            if order.key.relation == number:
                columns.update((order.key.column,) if order.key.column else order.key.columns)
    return frozenset(column for column in columns if column)
