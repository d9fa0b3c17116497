"""The advice as a whole: look at every statement, choose, prove, say."""

from collections import defaultdict

from pgadvisor.advisor.cases import Case, Survey, survey
from pgadvisor.advisor.choice import Choice, choose
from pgadvisor.advisor.constraints import Constraints
from pgadvisor.advisor.conversions import conversions
from pgadvisor.advisor.findings import Verified, findings
from pgadvisor.advisor.naming import name_of
from pgadvisor.advisor.offers import EXPLORED_CALLS, share
from pgadvisor.advisor.pool import Pool
from pgadvisor.advisor.prices import Prices
from pgadvisor.advisor.proof import Proof, prove
from pgadvisor.advisor.spare import spare, spare_findings
from pgadvisor.advisor.superfluous import droppable
from pgadvisor.advisor.verdicts import verdict_of, verdict_of_other, verdict_of_unread
from pgadvisor.advisor.writes import Writes
from pgadvisor.model.finding import Verdict
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Planner
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
    calls_before = planner.calls
    pool = Pool(planner.size_bytes, options.budget_bytes)
    seen = survey(lookup, workload.queries, planner, pool, options.min_gain)
    share(seen.cases, pool, lookup, 0 if options.budget_bytes is not None else EXPLORED_CALLS)
    prices = Prices(pool, lookup, Writes(lookup, workload), seen.cases, options.budget_bytes)
    choice = _choose(seen.cases, pool, prices, options.budget_bytes)
    proof = prove(seen.cases, choice.chosen, pool, prices)
    workload_ms = _workload_ms(seen, workload)
    dropped = droppable(proof, pool, lookup)
    verified = Verified(proof, pool, prices, lookup, _names(proof.chosen, pool, lookup), dropped, workload_ms)
    spared = spare(verified)
    gone = {one.old.name for one in dropped} | {one.old.name for one in spared}
    return Advice(
        findings=(*findings(verified), *spare_findings(spared), *conversions(seen.cases, lookup)),
        verdicts=_verdicts(workload, seen, verified, options.budget_bytes),
        skipped=_skipped(seen),
        used_existing=_used_existing(proof, gone),
        saving_ms=proof.saving_ms,
        write_cost_ms=sum(prices.write_cost(number).total_ms for number in proof.chosen),
        new_index_bytes=sum(pool.size_bytes(number) for number in proof.chosen),
        whatif_calls=planner.calls - calls_before,
        gap_fraction=_gap(choice, proof, prices, workload_ms),
    )


def _choose(cases: list[Case], pool: Pool, prices: Prices, budget_bytes: int | None) -> Choice:
    offered = sorted({number for case in cases if case.tree is not None for number in case.tree.offered})
    sizes = {number: pool.size_bytes(number) for number in offered}
    tables = {number: pool.table(number) for number in offered}
    return choose(cases, prices.charges_ms(offered), Constraints(sizes, budget_bytes, tables=tables))


def _workload_ms(seen: Survey, workload: Workload) -> float:
    """The time of all statements, the planner's cost where no time is known."""
    planned = sum(case.weight.total_ms for case in seen.cases) + sum(other.query.counters.total_ms for other in seen.others)
    return planned + sum(unread.statement.counters.total_ms for unread in workload.unread)


def _gap(choice: Choice, proof: Proof, prices: Prices, workload_ms: float) -> float:
    net_ms = proof.saving_ms - sum(prices.charge(number).total_ms for number in proof.chosen)
    value_ms = workload_ms - net_ms
    return max(0.0, (choice.bound_ms - net_ms) / value_ms) if value_ms > 0.0 else 0.0


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


def _verdicts(workload: Workload, seen: Survey, verified: Verified, budget_bytes: int | None) -> tuple[Verdict, ...]:
    """In the order of the workload; what was not read comes last."""
    by_query: dict[int, Verdict] = {id(one.query): verdict_of_other(one) for one in seen.others}
    for one in verified.proof.statements:
        by_query[id(one.case.query)] = verdict_of(one, verified, budget_bytes)
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
