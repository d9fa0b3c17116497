"""The advice as a whole: look at every statement, choose, prove, say."""

from collections import defaultdict
from collections.abc import Sequence

from pgadvisor.advisor.choice.choose import Choice, choose
from pgadvisor.advisor.choice.constraints import Constraints
from pgadvisor.advisor.choice.curve import budget_curve
from pgadvisor.advisor.choice.patience import CHOICE, CURVE, SHARE, SURVEY, Patience
from pgadvisor.advisor.plans.cases import Case, Survey, survey
from pgadvisor.advisor.plans.checks import add_checks
from pgadvisor.advisor.plans.offers import EXPLORED_CALLS, share
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.standins import standins
from pgadvisor.advisor.price.prices import Prices
from pgadvisor.advisor.price.writes import Writes
from pgadvisor.advisor.proof.prove import Proof, prove
from pgadvisor.advisor.proof.superfluous import Dropped, droppable
from pgadvisor.advisor.proof.thrift import thrifty
from pgadvisor.advisor.words.conversions import conversions
from pgadvisor.advisor.words.findings import Verified, findings
from pgadvisor.advisor.words.naming import name_of
from pgadvisor.advisor.words.spare import spare, spare_findings
from pgadvisor.advisor.words.verdicts import verdict_of, verdict_of_other, verdict_of_unread, with_check
from pgadvisor.model.finding import Verdict
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Estimate, Planner
from pgadvisor.model.report import Advice, Options
from pgadvisor.model.snapshot import Lookup, Skipped
from pgadvisor.model.workload import Query, Workload


def advise(lookup: Lookup, workload: Workload, planner: Planner, options: Options) -> Advice:
    """The set of new indexes that saves most of the workload's time within the budget, write cost counted.

    Every index was planned in the final set, is read by the statements its finding names, and saves more than it costs
    when it alone is left out. `gap_fraction` is (value - bound) / value, where value is the workload's time with the set
    plus the set's charges, and bound the least that any set of the candidates could reach, each statement with what it
    was offered. It holds as far as the planner prefers the cheaper plan; indexes that were no candidates are not in it.
    """
    calls_before, patience = planner.calls, Patience(options.ends_at)
    pool = Pool(planner.size_bytes, options.budget_bytes)
    seen = survey(lookup, _in_order(workload, options), planner, pool, options.min_gain, patience.spent(SURVEY))
    add_checks(seen, lookup, planner, pool, options.min_gain)
    calls = 0 if options.budget_bytes is not None else EXPLORED_CALLS
    share(seen.cases, pool, lookup, calls, patience.spent(SHARE))
    prices = Prices(pool, lookup, Writes(lookup, workload), seen.cases, options.budget_bytes)
    constraints = _constraints(seen.cases, pool, options)
    wider = standins(constraints.sizes, pool) if constraints.bind else {}
    choice = choose(seen.cases, prices.charges_ms(constraints.sizes), constraints, patience.spent(CHOICE), wider)
    chosen = choice.chosen if constraints.budget_bytes is not None else thrifty(seen.cases, choice.chosen, pool, lookup)
    proof, dropped = _proven(seen.cases, chosen, pool, prices, lookup)
    workload_ms = _workload_ms(seen, workload)
    verified = Verified(proof, pool, prices, lookup, _names(proof.chosen, pool, lookup), dropped, workload_ms)
    spared = spare(verified)
    curve = budget_curve(seen.cases, proof, pool, prices, constraints, patience.spent(CURVE))
    gone = {one.old.name for one in dropped} | {one.old.name for one in spared}
    return Advice(
        findings=(*findings(verified), *spare_findings(spared), *conversions(seen.cases, lookup)),
        verdicts=_verdicts(workload, seen, verified, options),
        skipped=_skipped(seen),
        used_existing=_used_existing(proof, gone),
        saving_ms=proof.saving_ms,
        write_cost_ms=sum(prices.write_cost(number).total_ms for number in proof.chosen),
        new_index_bytes=sum(pool.size_bytes(number) for number in proof.chosen),
        whatif_calls=planner.calls - calls_before,
        gap_fraction=_gap(choice, proof, prices, seen, workload_ms),
        late=len(seen.late),
        estimates=_estimates(seen),
        budget_curve=curve,
    )


def _estimates(seen: Survey) -> tuple[Estimate, ...]:
    """What the planner expects of each statement now."""
    own = (case for case in seen.cases if case.check is None)
    return tuple(Estimate(one.query.queryid, one.query.label, one.plan.root.rows, one.probe.inferred) for one in own)


def _in_order(workload: Workload, options: Options) -> Sequence[Query]:
    """The statements as they came; where time may run out, those first that take most of theirs."""
    if options.ends_at is None:
        return workload.queries
    return sorted(workload.queries, key=lambda query: -query.counters.total_ms)


def _proven(
    cases: Sequence[Case], chosen: frozenset[int], pool: Pool, prices: Prices, lookup: Lookup
) -> tuple[Proof, tuple[Dropped, ...]]:
    """The proof of the set, and the existing indexes that go; a second one where an index counted on a drop that cannot be."""
    proof = prove(cases, chosen, pool, prices)
    dropped = droppable(proof, pool, lookup)
    prices.credit({number: [one.old for one in dropped if one.by == number] for number in proof.chosen})
    again = prove(cases, proof.chosen, pool, prices)
    return again, (dropped if again.chosen == proof.chosen else droppable(again, pool, lookup))


def _constraints(cases: list[Case], pool: Pool, options: Options) -> Constraints:
    """What the set must keep to, with the sizes and tables of all that is offered."""
    offered = sorted({number for case in cases if case.tree is not None for number in case.tree.offered})
    return Constraints(
        {number: pool.size_bytes(number) for number in offered},
        options.budget_bytes,
        options.max_indexes,
        options.max_indexes_per_table,
        {number: pool.table(number) for number in offered},
    )


def _workload_ms(seen: Survey, workload: Workload) -> float:
    """The time of all statements, the planner's cost where no time is known."""
    planned = sum(case.weight.total_ms for case in seen.cases) + sum(other.query.counters.total_ms for other in seen.others)
    return planned + sum(unread.statement.counters.total_ms for unread in workload.unread)


def _gap(choice: Choice, proof: Proof, prices: Prices, seen: Survey, workload_ms: float) -> float | None:
    """A statement that time did not suffice for might have been spared altogether."""
    if not all(query.measured for query in seen.late):
        return None
    bound_ms = choice.bound_ms + sum(query.counters.total_ms for query in seen.late)
    net_ms = proof.saving_ms - sum(prices.charge(number).total_ms for number in proof.chosen)
    value_ms = workload_ms - net_ms
    return max(0.0, (bound_ms - net_ms) / value_ms) if value_ms > 0.0 else 0.0


def _names(chosen: frozenset[int], pool: Pool, lookup: Lookup) -> dict[int, str]:
    """A free name for each chosen index, given in the order of their definitions."""
    taken: dict[str, set[str]] = defaultdict(set)
    for name in (*lookup.tables, *lookup.views, *lookup.index_by_name):
        taken[name.schema].add(name.name)
    names = {}
    for number in sorted(chosen, key=lambda number: pool[number].sql("")):
        schema = pool.table(number).schema
        names[number] = name_of(pool[number], taken[schema])
        taken[schema].add(names[number])
    return names


def _verdicts(workload: Workload, seen: Survey, verified: Verified, options: Options) -> tuple[Verdict, ...]:
    """In the order of the workload; what was not read comes last."""
    by_query: dict[int, Verdict] = {id(one.query): verdict_of_other(one) for one in seen.others}
    for one in verified.proof.statements:
        if one.case.check is None:
            by_query[id(one.case.query)] = verdict_of(one, verified, options)
    for one in verified.proof.statements:
        if one.case.check is not None:
            cause = id(one.case.check.cause)
            by_query[cause] = with_check(by_query[cause], one, verified, options)
    return (*(by_query[id(query)] for query in workload.queries), *(verdict_of_unread(unread) for unread in workload.unread))


def _skipped(seen: Survey) -> tuple[Skipped, ...]:
    """The statements that could not be planned, and the sets of indexes that the planner failed on."""
    failed = [Skipped(_what(other.query), other.reason) for other in seen.others if other.verdict == "not-analysed"]
    partly = [(case.query, case.probe.failures[0]) for case in seen.cases if case.probe.failures]
    return (*failed, *(Skipped(f"{_what(query)}, with new indexes", reason) for query, reason in partly))


def _what(query: Query) -> str:
    return f"statement {query.label}" if query.label else f"queryid {query.queryid}"


def _used_existing(proof: Proof, gone: set[Name]) -> tuple[tuple[Name, tuple[int, ...]], ...]:
    """Which statements' final plans read which existing index."""
    readers: dict[Name, list[int]] = defaultdict(list)
    for one in proof.statements:
        for name in one.plan.existing - gone:
            readers[name].append(one.case.query.queryid)
    return tuple((name, tuple(sorted(set(readers[name])))) for name in sorted(readers))
