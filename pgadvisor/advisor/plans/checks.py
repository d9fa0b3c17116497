"""The work of foreign keys as statements of the choice: a DELETE whose time goes into scans of the referring tables.

The time of a DELETE as measured holds its own search and, for each row, the checks of all foreign keys that refer to it. It is
shared out as the planner's costs are: own cost, and rows per call times the cost of each check. What a check takes is taken
from the DELETE, so that nothing counts twice. Where the time borne out is far less than the checks would take they evidently
do not run (a key set to what it was, a deferred or disabled constraint), and nothing is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pgadvisor.advisor.facts.wording import columns_text
from pgadvisor.advisor.plans.cases import Case, Survey, first_look, planned
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.worth import MS_PER_COST
from pgadvisor.errors import PlanError
from pgadvisor.model.plan import Planner
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.statement import Counters
from pgadvisor.parse.foreign_keys import Check, ForeignKeys, is_check_of

_BORNE_OUT = 0.1  # of the time that the checks are reckoned to take


@dataclass(frozen=True, slots=True)
class _Costed:
    """A check that no index serves, and the planner's cost of running it once."""

    check: Check
    cost: float


def add_checks(seen: Survey, lookup: Lookup, planner: Planner, pool: Pool, min_gain: float) -> None:
    """Make the checks of foreign keys that no index serves statements of their own."""
    foreign_keys = ForeignKeys(lookup)
    queries = [case.query for case in seen.cases]
    for case in tuple(seen.cases):
        checks = [one for one in foreign_keys.checks(case.query) if not any(is_check_of(query, one.key) for query in queries)]
        costed = [one for check in checks if (one := _costed(check, lookup, planner, pool)) is not None]
        if costed:
            seen.cases += _shared_out(case, costed, lookup, planner, pool, min_gain)


def _costed(check: Check, lookup: Lookup, planner: Planner, pool: Pool) -> _Costed | None:
    try:
        base = planned(check.query, lookup, planner, pool).base()
    except PlanError:
        return None
    return None if base.existing else _Costed(check, base.cost)


def _shared_out(
    case: Case, costed: Sequence[_Costed], lookup: Lookup, planner: Planner, pool: Pool, min_gain: float
) -> list[Case]:
    """The checks as cases with their part of the statement's time, which loses it."""
    query, rows = case.query, _rows_per_call(case)
    calls = round(rows * (query.counters.calls or 1))
    work = [rows * one.cost for one in costed]
    if not calls or (query.measured and query.counters.total_ms < _BORNE_OUT * MS_PER_COST * sum(work) * query.counters.calls):
        return []
    whole = case.base.cost + case.weight.overhead + sum(work)
    found = []
    for one, cost in zip(costed, work, strict=True):
        total_ms = query.counters.total_ms * cost / whole if query.measured else 0.0
        counters = Counters(calls=calls, total_ms=total_ms, rows=_referring(one.check, lookup, calls))
        outcome = first_look(replace(one.check.query, counters=counters), lookup, planner, pool, min_gain)
        if isinstance(outcome, Case):
            outcome.check = one.check
            found.append(outcome)
            if query.measured:
                case.weight = replace(case.weight, total_ms=case.weight.total_ms - total_ms)
    return found


def _rows_per_call(case: Case) -> float:
    """Rows that a call deletes or changes: as counted; as planned where nothing was."""
    counters = case.query.counters
    if case.query.measured and counters.calls:
        return counters.rows / counters.calls
    return max(1.0, max((node.rows for node in case.plan.root.children), default=1.0))


def _referring(check: Check, lookup: Lookup, calls: int) -> int:
    """Rows that the checks found in all: none where the statement would have failed, else those of an average key."""
    if check.query.kind == "select":
        return 0
    known = lookup.column_statistics(check.key.table, check.key.columns[0])
    table = lookup.tables.get(check.key.table)
    if known is None or table is None or table.rows < 0 or not known.distinct:
        return 0
    distinct = known.distinct if known.distinct > 0 else -known.distinct * table.rows
    return round(calls * table.rows * (1.0 - known.null_fraction) / max(1.0, distinct))


def check_text(case: Case) -> str:
    """What the case's statement is, where it is the check of a foreign key; '' for others."""
    if case.check is None:
        return ""
    key = case.check.key
    verb = "deleted from" if case.check.cause.kind == "delete" else "given another key in"
    return f"the search of {key.table} {columns_text(key.columns)} by foreign key {key.name} for each row {verb} {key.references}"
