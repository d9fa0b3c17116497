"""Candidates: the indexes that could help a statement. One file per kind, and one list of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest

from pgadvisor.advisor.candidates.access import Access, accesses
from pgadvisor.advisor.candidates.arms import arms
from pgadvisor.advisor.candidates.beyond import beyond
from pgadvisor.advisor.candidates.brin import brin
from pgadvisor.advisor.candidates.contrib import lacks_trigrams
from pgadvisor.advisor.candidates.covering import covering
from pgadvisor.advisor.candidates.equality import equality
from pgadvisor.advisor.candidates.gin import gin
from pgadvisor.advisor.candidates.gist import gist
from pgadvisor.advisor.candidates.grouping import grouping
from pgadvisor.advisor.candidates.hashed import hashed
from pgadvisor.advisor.candidates.joins import joins
from pgadvisor.advisor.candidates.keyset import keyset
from pgadvisor.advisor.candidates.minmax import minmax
from pgadvisor.advisor.candidates.order import order
from pgadvisor.advisor.candidates.partial import partial
from pgadvisor.advisor.candidates.patterns import prefix_patterns
from pgadvisor.advisor.candidates.predicates import written
from pgadvisor.advisor.candidates.ranges import ranges
from pgadvisor.advisor.candidates.rank import estimate
from pgadvisor.advisor.facts.existing import served_by
from pgadvisor.advisor.facts.limits import MOST_CANDIDATES
from pgadvisor.model.index import Index
from pgadvisor.model.plan import Plan
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query
from pgadvisor.parse.expressions import predicate_conjuncts

__all__ = ["KINDS", "candidates", "inferred", "lacks_trigrams", "proposals"]

Kind = Callable[[Access, Sequence[Index]], Iterator[Index]]

# Each looks at one use of a table, and at the B-trees that those before it made.
BTREES: tuple[Kind, ...] = (equality, ranges, order, keyset, minmax, joins, arms, prefix_patterns, grouping)
VARIANTS: tuple[Kind, ...] = (partial, covering)  # of the B-trees
OTHER_METHODS: tuple[Kind, ...] = (gin, gist, brin, hashed)
KINDS = (*BTREES, *VARIANTS, *OTHER_METHODS)


_LEAST_PER_TABLE = 6
_WITHOUT_VALUE = ("IS NULL", "IS NOT NULL", "IS TRUE", "IS FALSE")


def candidates(query: Query, lookup: Lookup, plan: Plan | None = None) -> tuple[Index, ...]:
    """Indexes worth trying for `query` that are not there yet, at most MOST_CANDIDATES, the most promising first.

    `plan`, where there is one, adds what the planner resolved: relations behind views and functions, derived conditions.
    """
    return _chosen(query, lookup, plan, keep_served=False)


def proposals(query: Query, lookup: Lookup, plan: Plan | None = None) -> tuple[Index, ...]:
    """The same with those whose work an existing index does."""
    return _chosen(query, lookup, plan, keep_served=True)


def inferred(index: Index, queries: Iterable[Query], lookup: Lookup) -> bool:
    """Whether the predicate of `index` holds a value that stands in the text of none of `queries`: it was inferred from
    statistics, so the index is worth less confidence, and its value is the data's, not the statement's."""
    if index.where is None:
        return False
    texts: set[str] = set()
    for query in queries:
        for access in accesses(query, lookup, query.relations, query.predicates):
            if access.table.name == index.table:
                texts.update(
                    part for each in access.conjuncts for sql in written(each, access) for part in predicate_conjuncts(sql)
                )
    for existing in lookup.indexes.get(index.table, ()):
        if existing.definition is not None and existing.definition.where is not None:
            texts.update(predicate_conjuncts(existing.definition.where))
    return any(part not in texts and not part.endswith(_WITHOUT_VALUE) for part in predicate_conjuncts(index.where))


def _chosen(query: Query, lookup: Lookup, plan: Plan | None, *, keep_served: bool) -> tuple[Index, ...]:
    more = beyond(query, lookup, plan)
    uses = accesses(query, lookup, more.relations, (*query.predicates, *more.fresh), more.planned)
    share = max(_LEAST_PER_TABLE, MOST_CANDIDATES // max(1, len(uses)))
    lists = []
    for access in uses:
        ranked = _ranked(access)
        fresh = [index for index in ranked if keep_served or served_by(index, lookup) is None]
        lists.append(fresh[:share])
    turns = (index for turn in zip_longest(*lists) for index in turn if index is not None)
    return tuple(dict.fromkeys(turns))[:MOST_CANDIDATES]


def _ranked(access: Access) -> list[Index]:
    """All that the kinds make of one use of a table: the best of each kind, then the rest, by a first estimate."""
    bases: list[Index] = []
    leaders: list[Index] = []
    everything: list[Index] = []
    for kind in (*BTREES, *VARIANTS):
        made = sorted(dict.fromkeys(kind(access, bases)), key=lambda index: _promise(access, index))
        leaders += made[:1]
        everything += made
        bases += [index for index in made if index not in bases]
    others = [index for kind in OTHER_METHODS for index in kind(access, bases)]
    first = sorted(dict.fromkeys(leaders), key=lambda index: _promise(access, index))
    rest = sorted(dict.fromkeys(everything), key=lambda index: _promise(access, index))
    return list(dict.fromkeys([*_woven(first, others), *rest]))


def _woven(one: Sequence[Index], other: Sequence[Index]) -> Iterator[Index]:
    for pair in zip_longest(one, other):
        yield from (index for index in pair if index is not None)


def _promise(access: Access, index: Index) -> tuple[float, str]:
    return estimate(access, index), index.sql("")
