"""`Case`: a statement that was planned, with what it is offered; and the first look at every statement of a workload."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from pgadvisor.advisor.candidates import candidates
from pgadvisor.advisor.facts.existing import same_but_invalid, served_by
from pgadvisor.advisor.facts.tables import ancestors, family, too_small
from pgadvisor.advisor.plans.atomic import Tree
from pgadvisor.advisor.plans.doubt import Doubt
from pgadvisor.advisor.plans.evidence import measured_work
from pgadvisor.advisor.plans.merge import narrower
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import NOTHING, Atomic, Probe
from pgadvisor.advisor.plans.worth import Weight, weigh
from pgadvisor.advisor.values import valued
from pgadvisor.errors import PlanError
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, Planner
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query
from pgadvisor.parse.foreign_keys import Check

_INDEXED_KINDS = frozenset({"r", "p", "m"})
_UNSURE = 2.0  # times the least gain, where the values are inferred
_NO_TABLES: frozenset[Name] = frozenset()


@dataclass(slots=True)
class Case:
    """One query in the choice. `base` is its plan with nothing new, `tree` what is known of its plans with new indexes;
    None where no candidate helps. `served` are the candidates that exist already, by the index that does their work."""

    query: Query
    probe: Probe
    weight: Weight
    base: Atomic
    plan: Plan
    tables: frozenset[Name]
    own: frozenset[int] = NOTHING
    tree: Tree | None = None
    best: Atomic | None = None
    small: bool = False
    served: tuple[ExistingIndex, ...] = ()
    invalid: tuple[ExistingIndex, ...] = ()
    dear: frozenset[int] = NOTHING  # candidates that alone exceed the budget
    beyond: Atomic | None = None  # the plan with those too, set where they would help and nothing within the budget does
    blind: tuple[Name, ...] = ()  # tables that were never analysed, on which no index is offered
    check: Check | None = None  # set where it is what a foreign key runs for another statement

    @property
    def root_saving_ms(self) -> float:
        """The most that this statement can save with all that it is offered."""
        return self.weight.saving_ms(self.tree.root.planned) if self.tree is not None else 0.0


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """A query that takes no part in the choice: `verdict` and `reason` are its verdict's."""

    query: Query
    verdict: str
    reason: str


@dataclass(slots=True)
class Survey:
    """The first look: the statements that were planned, and those that were not, `late` of them for lack of time."""

    cases: list[Case] = field(default_factory=list)
    others: list[NotPlanned] = field(default_factory=list)
    late: list[Query] = field(default_factory=list)


def survey(
    lookup: Lookup,
    queries: Collection[Query],
    planner: Planner,
    pool: Pool,
    min_gain: float,
    is_late: Callable[[], bool] = lambda: False,
) -> Survey:
    """Plan every query with nothing and, where an index might help, with all of its candidates, until `is_late`."""
    found, doubt = Survey(), Doubt(lookup)
    for query in queries:
        if is_late():
            found.late.append(query)
            found.others.append(NotPlanned(query, "not-analysed", "The time limit had passed before it was planned."))
            continue
        outcome = _unplanned(query) or first_look(query, lookup, planner, pool, min_gain, doubt)
        if isinstance(outcome, Case):
            found.cases.append(outcome)
        else:
            found.others.append(outcome)
    return found


def _unplanned(query: Query) -> NotPlanned | None:
    if not query.relations:
        return NotPlanned(query, "no-index-helps", "It reads no table.")
    if query.kind == "insert" and all(relation.role == "target" for relation in query.relations):
        return NotPlanned(query, "no-index-helps", "An INSERT of given rows reads nothing through an index.")
    return None


def first_look(
    query: Query, lookup: Lookup, planner: Planner, pool: Pool, min_gain: float, doubt: Doubt | None = None
) -> Case | NotPlanned:
    """The query planned with nothing and, where an index might help, with all of its candidates."""
    try:
        probe = _probe(query, lookup, planner, pool)
    except PlanError as error:
        return NotPlanned(query, "not-analysed", f"It could not be planned: {error.reason.rstrip('.')}.")
    if doubt is not None and query.measured:
        probe.trust(doubt)
    base = probe.base()
    plan = probe.first_plan
    if plan is None:
        raise AssertionError("a probe that has planned keeps its first plan")
    least = min(1.0, _UNSURE * min_gain) if probe.inferred else min_gain
    case = Case(query, probe, weigh(query, base.cost, least), base, plan, _NO_TABLES)
    wanted = candidates(query, lookup, plan)
    case.tables = _tables(case, wanted, lookup)
    case.small = bool(case.tables) and all(too_small(table, lookup) for table in case.tables)
    _offer(case, wanted, lookup, pool)
    return case


def _probe(query: Query, lookup: Lookup, planner: Planner, pool: Pool) -> Probe:
    """The statement planned with the values that its measured work does not contradict. Raises PlanError."""
    probe = planned(query, lookup, planner, pool)
    cost = probe.base().cost
    work = measured_work(query) if query.parameters else None
    if work is None or not probe.inferred:
        return probe
    if work.surprise(cost) > 0.0:
        probe = Probe(planner, pool, valued(replace(query, vectors=()), lookup, wide=True))
        probe.base()
    probe.believe(work.likelihood)
    return probe


def planned(query: Query, lookup: Lookup, planner: Planner, pool: Pool) -> Probe:
    """The statement planned with its usual values; with inferred ones where those that were seen do not fit, with numbers
    where the type of a place is not known and strings do not fit. Raises PlanError, the first one."""
    probe = Probe(planner, pool, valued(query, lookup))
    try:
        probe.base()
    except PlanError:
        if not query.parameters:
            raise
        if query.vectors:
            return planned(replace(query, vectors=()), lookup, planner, pool)
        other = Probe(planner, pool, valued(query, lookup, numbers=True))
        if not _plans(other):
            raise
        return other
    return probe


def _plans(probe: Probe) -> bool:
    try:
        probe.base()
    except PlanError:
        return False
    return True


def _tables(case: Case, wanted: Collection[Index], lookup: Lookup) -> frozenset[Name]:
    """Every table whose indexes the statement's plan may read: its own, what its views read, partitions and parents."""
    read = {*case.query.tables, *(index.table for index in wanted)}
    read.update(node.relation for node in case.plan.root.walk() if node.relation is not None)
    if lookup.partitions:
        for table in tuple(read):
            read.update(family(table, lookup))
            read.update(ancestors(table, lookup))
    return frozenset(read)


def _offer(case: Case, wanted: Collection[Index], lookup: Lookup, pool: Pool) -> None:
    """Plan with all candidates that may be created, are not there already and are not larger than the whole budget."""
    fresh, served, invalid, blind = [], [], [], []
    for index in wanted:
        if not indexable(index.table, lookup):
            continue
        there, broken = served_by(index, lookup), same_but_invalid(index, lookup)
        if there is not None:
            served.append(there)
        elif broken is not None:
            invalid.append(broken)
        elif lookup.never_analysed(index.table):
            blind.append(index.table)
        else:
            fresh.append(index)
    case.blind = tuple(dict.fromkeys(blind))
    case.served, case.invalid = tuple(dict.fromkeys(served)), tuple(dict.fromkeys(invalid))
    numbers = pool.numbers(fresh)
    case.dear = numbers - pool.affordable(numbers)
    less = [index for index in narrower(pool.definitions(case.dear)) if served_by(index, lookup) is None]
    case.own = pool.affordable(numbers | pool.numbers(less))
    if case.own:
        case.best = case.probe.at(case.own)
        if case.weight.saving_ms(case.best.planned) > 0.0:
            case.tree = Tree(case.probe, case.weight, case.own)
    if case.tree is None and case.dear:
        beyond = case.probe.at(case.own | case.dear)
        case.beyond = beyond if case.weight.saving_ms(beyond.cost) > 0.0 else None


def indexable(table: Name, lookup: Lookup) -> bool:
    """Whether an index on `table` may be advised: a table that lasts, is the application's and is not tiny."""
    known = lookup.tables.get(table)
    if known is None or known.kind not in _INDEXED_KINDS or known.persistence == "t":
        return False
    system = table.schema.startswith("pg_") or table.schema == "information_schema"
    return not system and not too_small(table, lookup)
