"""How many rows a statement returns for given fractions of its predicates, and how many it was seen to return."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from pgadvisor.advisor.facts.columns import column_facts, table_rows
from pgadvisor.advisor.facts.selectivity import RANGES, predicate_fraction
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Limit, Predicate, Query

_WHOLE = 0.01  # rows per call so near to a whole number look like a limit that was reached
_TOLD = ("=", "<>", "in", "not in", "is null", "is not null", "is true", "is false", "is not true", "is not false", *RANGES)
_PAGE = 10  # a limit of at least so many is a page; a smaller one may be all there was


@dataclass(frozen=True, slots=True)
class Observed:
    """Rows per call as counted. `exact`: as many as matched; else a limit cut them, and at least so many matched.

    `doubt` is the probability that it is the other way round. `soft`: a small limit may have cut them, so that more rows
    may have matched, but the fewer the likelier.
    """

    rows: float
    exact: bool
    doubt: float = 0.0
    soft: bool = False


def observed_rows(query: Query) -> float | None:
    """Rows per call; None where it was never called or nobody counted them."""
    return query.counters.rows / query.counters.calls if query.counters.calls > 0 and query.rows_counted else None


def main_scope(query: Query) -> int:
    """The scope whose rows the statement returns: the outermost one that reads a table."""
    return min((relation.scope for relation in query.relations), default=0)


def observed(query: Query) -> Observed | None:
    """What rows per call say about the rows that matched; None where they say nothing: aggregates, inner queries."""
    rows = observed_rows(query)
    scopes = {relation.scope for relation in query.relations}
    grouped = query.groupings or query.distinct or query.aggregates or query.minmax
    inner = any(predicate.operand.kind == "subquery" and predicate.conjunct for predicate in query.predicates)
    if rows is None or query.kind == "insert" or not query.relations or grouped or inner:
        return None
    if query.kind == "select" and len(scopes) > 1 and any(relation.view is None for relation in query.relations):
        return None
    limit = limit_of(query)
    if limit is None or (limit.count is None and limit.count_parameter is None):
        return Observed(rows, exact=True)
    if limit.count is not None:
        return Observed(rows, exact=rows < 0.95 * limit.count)
    return _behind_a_parameter(rows, query.locking)


def _behind_a_parameter(rows: float, locking: bool) -> Observed:
    """A limit that is not known: whole numbers of rows per call are its mark, and the more so the rounder. A queue that is
    polled gives as many as it is asked for while it is full, and few while it is not."""
    if not is_round(rows):
        return Observed(rows, exact=True)
    if locking:
        return Observed(rows, exact=True, doubt=0.25, soft=True)
    if rows >= _PAGE:
        return Observed(rows, exact=False, doubt=0.2)
    return Observed(rows, exact=True, doubt=0.3, soft=True)


def is_round(rows: float) -> bool:
    """Whether people would write such a limit: 1 to 5, 10, 25, 1000; or one more, to see whether there is a next page."""
    whole = round(rows)
    if rows < 0.99 or abs(rows - whole) > _WHOLE * rows:
        return False
    return whole <= 5 or whole % 5 in (0, 1) or whole & (whole - 1) == 0


def page_above(rows: float) -> int:
    """A usual limit that `rows` do not reach; where hardly any come it is taken to be one."""
    page = _PAGE if rows > 1 else 1
    while page < 2 * rows:
        page *= 10 if page >= 100 else 5 if page >= 20 else 2
    return page


def limit_of(query: Query) -> Limit | None:
    """The limit of the statement's own rows."""
    scope = 0 if any(limit.scope == 0 for limit in query.limits) else main_scope(query)
    return next((limit for limit in query.limits if limit.scope == scope), None)


@dataclass(frozen=True, slots=True)
class RowModel:
    """Rows of the main scope: `base` times the fractions of its predicates, after the textbook formula of a join,
    |A| |B| / max(distinct(A.x), distinct(B.y)) (Selinger et al., Access Path Selection, 1979)."""

    base: float
    fixed: Mapping[int, float]  # fraction by position in Query.predicates, as far as the text and averages tell
    arms: Mapping[int, tuple[int, int]]  # the OR and the arm of it that a predicate stands in
    conjuncts: frozenset[int]
    vague: frozenset[int] = frozenset()  # predicates whose fraction the statistics do not tell

    def rows(self, fractions: Mapping[int, float]) -> float:
        """Rows with `fractions` of the predicates with parameters, by their positions."""
        known = {**self.fixed, **fractions}
        kept = prod(known[place] for place in self.conjuncts if place in known)
        for disjunction in sorted({its[0] for its in self.arms.values()}):
            kept *= self._either(disjunction, known)
        return self.base * kept

    def _either(self, disjunction: int, known: Mapping[int, float]) -> float:
        """The fraction for which one arm or another holds, the arms taken as independent."""
        arms: dict[int, float] = {}
        for place, (its, arm) in self.arms.items():
            if its == disjunction:
                arms[arm] = arms.get(arm, 1.0) * known.get(place, 1.0)
        return 1.0 - prod(1.0 - min(1.0, fraction) for fraction in arms.values())


def row_model(query: Query, lookup: Lookup) -> RowModel:
    """The model of `query`'s main scope."""
    scope = main_scope(query)
    inside = [place for place, relation in enumerate(query.relations) if relation.scope == scope]
    base = 1.0
    for place in inside:
        table = lookup.tables.get(query.relations[place].table)
        base *= table_rows(table, lookup) if table else 1.0
    fixed: dict[int, float] = {}
    arms: dict[int, tuple[int, int]] = {}
    conjuncts: set[int] = set()
    for place, predicate in enumerate(query.predicates):
        if predicate.key.relation not in inside or (predicate.row is not None and predicate.row[1] > 0):
            continue
        if _joins(predicate):
            base *= _join_fraction(predicate, query, lookup) if _counts(predicate) else 1.0
            continue
        if predicate.conjunct:
            conjuncts.add(place)
        elif predicate.branch is not None and predicate.disjunction is not None:
            arms[place] = (predicate.disjunction, predicate.branch)
        fixed[place] = predicate_fraction(predicate, query.relations[predicate.key.relation].table, lookup)
    vague = frozenset(place for place in (*conjuncts, *arms) if _vague(query.predicates[place]))
    return RowModel(base, fixed, arms, frozenset(conjuncts), vague)


def _vague(predicate: Predicate) -> bool:
    return predicate.key.column is None or predicate.operator not in _TOLD


def _joins(predicate: Predicate) -> bool:
    key = predicate.operand.key
    return predicate.operand.kind == "key" and key is not None and key.relation != predicate.key.relation


def _counts(predicate: Predicate) -> bool:
    """One direction only: a join condition may be listed from both its sides."""
    key = predicate.operand.key
    return predicate.operator == "=" and key is not None and predicate.key.relation < key.relation


def _join_fraction(predicate: Predicate, query: Query, lookup: Lookup) -> float:
    other = predicate.operand.key
    distinct = 1.0
    for key in (predicate.key, other):
        if key is not None and key.column is not None:
            facts = column_facts(lookup, query.relations[key.relation].table, key.column)
            distinct = max(distinct, facts.distinct)
    return 1.0 / distinct
