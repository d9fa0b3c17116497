"""A verdict, with a reason in one plain sentence, for every statement."""

import re
from collections.abc import Iterator
from dataclasses import replace

from pgadvisor.advisor.candidates import lacks_trigrams
from pgadvisor.advisor.choice.constraints import Constraints
from pgadvisor.advisor.facts.tables import rows_of, too_small
from pgadvisor.advisor.facts.wording import amount, count, keys, listed, percent, size
from pgadvisor.advisor.plans.cases import Case, NotPlanned
from pgadvisor.advisor.plans.checks import check_text
from pgadvisor.advisor.plans.probe import Atomic
from pgadvisor.advisor.proof.prove import Proven
from pgadvisor.advisor.words.findings import Verified
from pgadvisor.model.finding import Verdict
from pgadvisor.model.plan import PlanNode
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Unread

_MOST_OF_A_TABLE = 0.2  # of its rows: a scan is cheaper than an index for more (random_page_cost 4, some rows a page)
_LEAST_MS = 0.05  # less is shown as 0.0

_PARAMETER = re.compile(r"\$\d")

Judgement = tuple[str, str]


def verdict_of_unread(unread: Unread) -> Verdict:
    statement = unread.statement
    counters = statement.counters
    shown = unread.normalised or ""
    return Verdict(statement.queryid, statement.label, shown, counters.calls, counters.total_ms, "not-analysed", unread.reason)


def verdict_of_other(other: NotPlanned) -> Verdict:
    return _verdict(other.query, other.query.counters.total_ms, (other.verdict, other.reason))


def verdict_of(one: Proven, verified: Verified, options: Options) -> Verdict:
    """The verdict of a statement that was planned."""
    return _verdict(one.case.query, one.case.weight.total_ms, _judge(one, verified, options))


def with_check(verdict: Verdict, one: Proven, verified: Verified, options: Options) -> Verdict:
    """A statement's verdict with what became of a foreign key's check that it causes."""
    total_ms = verdict.total_ms + one.case.weight.total_ms
    share = percent(one.case.weight.total_ms / total_ms) if total_ms else "0%"
    spent = f"{share} of its time is {check_text(one.case)}"
    if one.plan.used and one.saving_ms > 0.0:
        return replace(verdict, total_ms=total_ms, verdict="improved", reason=f"{spent}. {_improved(one, verified)}")
    if verdict.verdict == "improved":
        return replace(verdict, total_ms=total_ms)
    judged, reason = _judge(one, verified, options)
    if judged == "over-budget":
        return replace(verdict, total_ms=total_ms, verdict=judged, reason=f"{spent}. {reason}")
    return replace(verdict, total_ms=total_ms, reason=f"{spent}, and no index for that pays. {verdict.reason}")


def _verdict(query: Query, total_ms: float, judgement: Judgement) -> Verdict:
    return Verdict(query.queryid, query.label, query.normalised, query.counters.calls, total_ms, *judgement)


def _judge(one: Proven, verified: Verified, options: Options) -> Judgement:
    case = one.case
    if one.plan.used and one.saving_ms > 0.0:
        return "improved", _improved(one, verified)
    if case.blind and any(_big_scans(case, verified.lookup)):
        return "not-analysed", _analyze_first(case)
    if case.small:
        tables = listed([str(table) for table in case.query.tables])
        return "too-small", f"A scan of {tables} is as fast as any index: there is too little to read."
    if case.tree is not None:
        return _not_chosen(case, case.tree.root, verified, options)
    if case.invalid:
        return "no-index-helps", f"Index {case.invalid[0].name} would serve it, but is invalid: rebuild it."
    if case.beyond is not None:
        return _not_chosen(case, case.beyond, verified, options)
    big_scans = list(_big_scans(case, verified.lookup))
    if not big_scans and case.base.existing:
        served = listed(sorted(str(name) for name in case.base.existing))
        return "already-served", f"Its plan reads {served}, and nothing better was found."
    return "no-index-helps", _why_not(case, big_scans, verified) + _beyond_reach(case, verified.lookup)


def _analyze_first(case: Case) -> str:
    names = [str(table) for table in case.blind]
    verb = "was" if len(names) == 1 else "were"
    commands = "; ".join(f"ANALYZE {name}" for name in names)
    return f"{listed(names)} {verb} never analysed, so its plan is a guess: {commands}, then audit again."


def _improved(one: Proven, verified: Verified) -> str:
    names = listed([verified.names[number] for number in sorted(one.plan.used)])
    before, after = one.case.weight.cost_before, one.plan.planned
    return f"With {names} the planner's cost falls from {before:,.1f} to {after:,.1f}."


def _not_chosen(case: Case, best: Atomic, verified: Verified, options: Options) -> Judgement:
    """Why indexes that would save time are not advised."""
    pool, alone = verified.pool, len(best.used) == 1
    indexes = "An index" if alone else "Indexes"
    saving = case.weight.saving_ms(best.cost)
    shown = listed([f"{pool[number].table} {keys(pool[number])}" for number in sorted(best.used)])
    if saving < _LEAST_MS:
        return "no-index-helps", f"The best {'index' if alone else 'indexes'} found, on {shown}, would save next to nothing."
    saved = f"would save {amount(saving, case.query.measured)}"
    unearned = _unearned(best.used, saving, verified)
    if unearned:
        return "no-index-helps", f"{indexes} on {shown} {saved}, {unearned}."
    limit = _limit(best.used, verified, options)
    if limit:
        room = size(sum(pool.size_bytes(number) for number in best.used))
        return "over-budget", f"{indexes} of {room} on {shown} {saved}, but {limit}."
    return "no-index-helps", f"{indexes} on {shown} {saved}, too little beside the indexes that are advised."


def _unearned(used: frozenset[int], saving_ms: float, verified: Verified) -> str:
    """Which price of the indexes their saving does not earn; empty where it earns all."""
    prices = verified.prices
    costs = [prices.write_cost(number) for number in used]
    write_ms, at_worst_ms = sum(cost.total_ms for cost in costs), sum(cost.high_ms for cost in costs)
    if write_ms >= saving_ms:
        return f"less than the {amount(write_ms, True)} of writes it would cost"
    if at_worst_ms >= saving_ms:
        return f"but in the worst case would cost more writing than it saves: up to {amount(at_worst_ms, True)}"
    if sum(prices.charge(number).total_ms for number in used) >= saving_ms:
        return "too little for its write cost and the space it takes"
    return ""


def _limit(used: frozenset[int], verified: Verified, options: Options) -> str:
    """The limit that leaves no room for the indexes beside those that are advised; empty where there is room."""
    pool, together = verified.pool, verified.proof.chosen | used
    sizes = {number: pool.size_bytes(number) for number in together}
    room = Constraints(sizes, budget_bytes=options.budget_bytes)
    if options.budget_bytes is not None and not room.allow(used):
        return f"the whole budget is {size(options.budget_bytes)}"
    if not room.allow(together):
        return "the budget is better spent on other indexes"
    others = ", and others save more" if verified.proof.chosen else ""
    if not Constraints(sizes, most_indexes=options.max_indexes).allow(together):
        return f"only {options.max_indexes} may be made{others}"
    tables = {number: pool.table(number) for number in together}
    if not Constraints(sizes, most_per_table=options.max_indexes_per_table, tables=tables).allow(together):
        return f"only {options.max_indexes_per_table} may be made on a table{others}"
    return ""


def _why_not(case: Case, big_scans: list[PlanNode], verified: Verified) -> str:
    ended_early = any(node.kind == "Limit" for node in case.plan.root.walk())
    for node in () if ended_early else big_scans:
        share = _share_read(node, verified.lookup)
        if share is not None and share >= _MOST_OF_A_TABLE and not case.own:
            return f"It reads {percent(share)} of the rows of {node.relation}, where a scan is cheaper than any index."
    if case.best is None and case.dear:
        return "Every index that could answer it is larger than the whole budget, and none would save enough to count."
    if case.best is None:
        return "It has no condition, order or join that an index could answer."
    tried = f"{count(len(case.own), 'candidate index').replace('indexs', 'indexes')} planned"
    gain = case.weight.gain(case.best.cost)
    if not case.best.used or gain <= 0.0:
        return f"With {tried}, the planner prefers the plan it has: no candidate is cheaper."
    shown = listed([f"{verified.pool[number].table} {keys(verified.pool[number])}" for number in sorted(case.best.used)])
    return f"With {tried}, the best, {shown}, saves {percent(gain)}, less than the {percent(case.weight.min_gain)} that count."


def _beyond_reach(case: Case, lookup: Lookup) -> str:
    """What could help and cannot be advised on this server."""
    if any(_PARAMETER.search(each.key.expression or "") for each in case.query.predicates if each.searchable):
        return (
            " A condition's expression has a parameter in it, and an index cannot: give the statement with its constants, in a "
            "workload file or the log."
        )
    if not lacks_trigrams(case.query, lookup):
        return ""
    return " A trigram index might answer its pattern, but the server does not have the extension pg_trgm."


def _big_scans(case: Case, lookup: Lookup) -> Iterator[PlanNode]:
    for node in case.plan.root.walk():
        if node.kind == "Seq Scan" and node.relation is not None and not too_small(node.relation, lookup):
            yield node


def _share_read(node: PlanNode, lookup: Lookup) -> float | None:
    rows = rows_of(node.relation, lookup) if node.relation is not None else None
    return min(1.0, node.rows / rows) if rows else None
