"""GiST: ranges that overlap or hold a value, networks, geometry, and the nearest neighbours."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.contrib import with_scalar
from pgadvisor.advisor.types import TypeFacts
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.workload import Key

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
    column = key.column
    facts = access.keys.facts(column) if column is not None and access.keys.usable(column) else None
    if column is None or facts is None:
        return
    opclass = _class(facts.type, operator)
    if opclass is not None:
        yield Index(access.table.name, (IndexKey(column=column, opclass=opclass or None),), method="gist")


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
    """Columns in ORDER BY column <-> point, which an ordering holds as an expression."""
    query = access.query
    for ordering in query.orderings:
        for order in ordering.keys[:1]:
            key = order.key
            if query.relations[key.relation] == access.relation and "<->" in (key.expression or "") and len(key.columns) == 1:
                yield Key(key.relation, key.columns[0], None, key.columns)
