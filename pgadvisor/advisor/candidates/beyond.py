"""What the planner resolved beyond the parse tree: conditions of the plan's nodes, on relations the query may not name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pgadvisor.advisor.facts.columns import column_of
from pgadvisor.advisor.facts.types import is_domain, type_facts
from pgadvisor.advisor.values.documents import assumed_keys
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Key, Predicate, Query, Relation
from pgadvisor.parse.conditions import predicates
from pgadvisor.parse.forms import forms_of
from pgadvisor.parse.usual_constants import usual_constants

_CONFIGURED = re.compile(r"\b(to_tsvector\()'\w+'(?:::regconfig)?, ")
_WHOLE_CAST = re.compile(r'("[^"]+"|\w+)::(.+)\Z')
_ON_SCAN = ("index_condition", "filter", "recheck")
_ON_JOIN = ("join_condition", "join_filter")


@dataclass(frozen=True, slots=True)
class Beyond:
    """The query's relations and those found in its plan, and the predicates of the plan. Constants in these are the values
    that were planned with; `fresh` are the predicates that the parse tree does not have, with no constants left."""

    relations: tuple[Relation, ...]
    planned: tuple[Predicate, ...] = ()
    fresh: tuple[Predicate, ...] = ()


def beyond(query: Query, lookup: Lookup, plan: Plan | None) -> Beyond:
    """What `plan` adds to `query`; nothing without a plan."""
    if plan is None:
        return Beyond(query.relations)
    relations = list(query.relations)
    aliases: dict[str, int] = {}
    for node in plan.root.walk():
        if node.relation is not None and node.alias is not None:
            aliases[node.alias] = _number(relations, _whole(node.relation, lookup), node.alias)
    planned = tuple(dict.fromkeys(_of_column(each, relations, lookup) for each in _planned(plan.root, aliases, query, lookup)))
    known = {(each.key.relation, each.key.column, each.key.expression, _family(each.operator)) for each in query.predicates}
    fresh = tuple(
        _emptied(each)
        for each in planned
        if (each.key.relation, each.key.column, each.key.expression, _family(each.operator)) not in known
        and _is_the_query_s(each.key.expression, query, lookup)
    )
    return Beyond(tuple(relations), planned, fresh)


def _of_column(predicate: Predicate, relations: Sequence[Relation], lookup: Lookup) -> Predicate:
    """The predicate on the column itself where the planner shows a column of a domain as its base type: `level::smallint`."""
    key = predicate.key
    cast = _WHOLE_CAST.match(key.expression or "")
    if cast is None or len(key.columns) != 1 or cast[1].strip('"') != key.columns[0]:
        return predicate
    column = column_of(lookup, relations[key.relation].table, key.columns[0])
    if column is None or not is_domain(column.type_sql, lookup):
        return predicate
    same = type_facts(column.type_sql, lookup).name == type_facts(cast[2], lookup).name
    return replace(predicate, key=Key(key.relation, column.name)) if same else predicate


def _is_the_query_s(expression: str | None, query: Query, lookup: Lookup) -> bool:
    """Whether the constants of an expression are the statement's own, or were seen in its place: for `data ->> $1` a key that
    only stands in makes an index that nobody can use. The configuration of to_tsvector() is assumed, and so are a key that is
    the only one to fit and constants that are the same nearly everywhere; all are said to be."""
    if expression is None or not query.parameters:
        return True
    expression = _CONFIGURED.sub(r"\1", expression)
    own = {constant for form in forms_of(query.sql) or () for constant in form.constants}
    own.update(sql for vector in query.vectors for _, sql in vector.literals)
    own.update(assumed_keys(query, lookup).values())
    if not query.vectors:
        own.update(usual_constants(query.sql).values())
    return all(constant in own for form in forms_of(f"SELECT {expression}") or () for constant in form.constants)


def _whole(relation: Name, lookup: Lookup) -> Name:
    """The partitioned table that a partition is part of: an index belongs there."""
    table = lookup.tables.get(relation)
    while table is not None and table.partition_bound is not None and table.parents and table.parents[0] in lookup.tables:
        table = lookup.tables[table.parents[0]]
    return table.name if table is not None else relation


def _number(relations: list[Relation], table: Name, alias: str) -> int:
    """The position of the relation: by alias, by the alias that EXPLAIN numbers, by table; a new one else."""
    stem = alias.rstrip("0123456789").removesuffix("_")
    for wanted in (alias, stem):
        for number, relation in enumerate(relations):
            if relation.table == table and relation.alias == wanted:
                return number
    for number, relation in enumerate(relations):
        if relation.table == table:
            return number
    relations.append(Relation(table, alias, scope=1))
    return len(relations) - 1


def _planned(root: PlanNode, aliases: Mapping[str, int], query: Query, lookup: Lookup) -> Iterator[Predicate]:
    for node in root.walk():
        own = aliases.get(node.alias or "") if node.relation is not None else None
        for name in (*_ON_SCAN, *_ON_JOIN):
            text = getattr(node, name)
            if text:
                yield from predicates(text, aliases, own, lookup, query.search_path)


def _family(operator: str) -> str:
    return "=" if operator in ("=", "in", "is true", "is false") else operator  # EXPLAIN writes NOT a for a = false


def _emptied(predicate: Predicate) -> Predicate:
    """The predicate without the values that were inferred: they must not become part of an index."""
    if predicate.operand.kind not in ("constant", "constants"):
        return predicate
    return Predicate(
        key=predicate.key,
        operator=predicate.operator,
        operand=type(predicate.operand)("parameter"),
        conjunct=predicate.conjunct,
        branch=predicate.branch,
        array=predicate.array,
        negated=predicate.negated,
        searchable=predicate.searchable,
        disjunction=predicate.disjunction,
    )
