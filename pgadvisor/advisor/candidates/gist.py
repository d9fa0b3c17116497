"""GiST: ranges that overlap or hold a value, networks, geometry, and the nearest neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.contrib import with_scalar
from pgadvisor.advisor.facts.types import TypeFacts, type_facts
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.workload import Key
from pgadvisor.parse.expressions import columns_named
from pgadvisor.parse.immutable import type_name_of

_RANGE_TESTS = ("&&", "@>", "<@", "-|-", "<<", ">>", "&<", "&>", "=")
_NETWORK_TESTS = (">>=", "<<=", ">>", "<<", "&&")
_GEOMETRY_TESTS = ("&&", "@>", "<@", "<<", ">>", "~=", "<->", "<^", ">^", "@", "~")
_GEOMETRY = ("point", "box", "circle", "polygon")
_SHAPES = ("geometry", "geography")  # PostGIS
_SHAPE_FUNCTIONS = ("st_dwithin", "st_intersects", "st_contains", "st_within", "st_covers", "st_coveredby", "st_overlaps")


def gist(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """One index per column and kind of question; with btree_gist also one with an equality column in front."""
    for predicate in access.predicates:
        for index in _for(access, predicate.key, predicate.operator):
            yield index
            if predicate.branch is None:
                yield from with_scalar(access, index)
    for key in _nearest(access):
        for index in _for(access, key, "<->"):
            yield index
            yield from with_scalar(access, index)


def _for(access: Access, key: Key, operator: str) -> Iterator[Index]:
    plain, kind = _plain(access, key)
    opclass = _class(kind, operator) if kind is not None else None
    if plain is not None and opclass is not None:
        yield Index(access.table.name, (replace(plain, opclass=opclass or None),), method="gist")


def _plain(access: Access, key: Key) -> tuple[IndexKey | None, TypeFacts | None]:
    """The key and its type: a column, or an expression that makes such a value, as `tsrange(a, b)` does."""
    column = key.column
    if column is not None:
        facts = access.keys.facts(column) if access.keys.usable(column) else None
        return (IndexKey(column=column), facts.type) if facts is not None else (None, None)
    made = access.keys.expression(key)
    return made, type_facts(type_name_of(key.expression or ""), access.lookup) if made is not None else None


def _class(kind: TypeFacts, operator: str) -> str | None:
    """The operator class ("" for the default one) that answers the operator on a type; None where none does."""
    if kind.family in ("range", "multirange") and operator in _RANGE_TESTS and operator != "=":
        return ""
    if kind.family == "network" and operator in _NETWORK_TESTS:
        return "inet_ops"
    if kind.name in _GEOMETRY and operator in _GEOMETRY_TESTS:
        return ""
    if kind.name.rsplit(".", 1)[-1] in _SHAPES and (operator in _GEOMETRY_TESTS or operator in _SHAPE_FUNCTIONS):
        return ""
    return "" if kind.name == "ltree" and operator in ("@>", "<@", "~", "?", "@") else None


def _nearest(access: Access) -> Iterator[Key]:
    """What stands in ORDER BY x <-> point, which an ordering holds as an expression: a column, or an expression over some."""
    query = access.query
    for ordering in query.orderings:
        for order in ordering.keys[:1]:
            key = order.key
            sides = (key.expression or "").split(" <-> ")
            if query.relations[key.relation] != access.relation or len(sides) != 2:
                continue
            if len(key.columns) == 1:
                yield Key(key.relation, key.columns[0], None, key.columns)
            for side in sides:
                named = columns_named(side)
                if named and named == set(key.columns) and "$" not in side:
                    yield Key(key.relation, None, side, key.columns)
