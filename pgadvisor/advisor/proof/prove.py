"""The proof: every statement planned under the final set itself, and every index left out in turn."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.fragile import Fragile
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import Atomic
from pgadvisor.advisor.price.prices import Prices
from pgadvisor.model.names import Name


@dataclass(frozen=True, slots=True)
class Proven:
    """A statement under the final set. `saving_ms` is negative where it got slower, `fragile` on which rows a gain rests."""

    case: Case
    plan: Atomic
    saving_ms: float
    fragile: Fragile | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """`contributions_ms`: what is lost when one index alone is left out, all statements together; `by_statement` the same for
    each statement, by its position in `statements`."""

    chosen: frozenset[int]
    statements: tuple[Proven, ...]
    contributions_ms: dict[int, float]
    by_statement: dict[int, dict[int, float]]

    @property
    def saving_ms(self) -> float:
        return sum(one.saving_ms for one in self.statements)

    def users(self, number: int) -> tuple[int, ...]:
        """Positions of the statements whose final plan reads the index."""
        return tuple(self.by_statement[number])


def prove(cases: Sequence[Case], chosen: frozenset[int], pool: Pool, prices: Prices) -> Proof:
    """Plan all statements with exactly `chosen`, and drop, the worst first, every index that does not save more than its
    charge when it alone is left out; a statement that gets slower counts against the indexes that it reads. What is dropped
    leaves the plans that did not read it as they are."""
    exact = True
    while True:
        proof = _measure(cases, chosen, pool, exact)
        useless = [
            (contribution - prices.charge(number).total_ms, number)
            for number, contribution in proof.contributions_ms.items()
            if contribution <= prices.charge(number).total_ms or not _matters(number, proof)
        ]
        if not useless:
            return replace(proof, statements=_tested(proof.statements, by_table(chosen, pool)))
        chosen, exact = chosen - {min(useless)[1]}, False


def _tested(statements: Sequence[Proven], on_table: Mapping[Name, list[int]]) -> tuple[Proven, ...]:
    """The statements that gain, with the rows on which their gain rests."""
    return tuple(
        replace(one, fragile=one.case.probe.fragile(offered_to(one.case, on_table))) if one.saving_ms > 0.0 else one
        for one in statements
    )


def _matters(number: int, proof: Proof) -> bool:
    """Whether some statement loses without the index as much of its time as counts as a gain, or any time where its values
    are the application's own: what adds a little to another index rests on inferred values no better than they are."""
    for at, lost_ms in proof.by_statement[number].items():
        case = proof.statements[at].case
        if not case.probe.inferred or lost_ms >= case.weight.min_gain * case.weight.total_ms:
            return True
    return False


def _measure(cases: Sequence[Case], chosen: frozenset[int], pool: Pool, exact: bool) -> Proof:
    on_table = by_table(chosen, pool)
    statements = tuple(_under(case, offered_to(case, on_table), exact) for case in cases)
    by_statement: dict[int, dict[int, float]] = {number: {} for number in sorted(chosen)}
    for at, one in enumerate(statements):
        for number in sorted(one.plan.used):
            without = _under(one.case, offered_to(one.case, on_table) - {number}, exact=False)
            by_statement[number][at] = one.saving_ms - without.saving_ms
    return Proof(chosen, statements, {number: sum(lost.values()) for number, lost in by_statement.items()}, by_statement)


def by_table(chosen: frozenset[int], pool: Pool) -> dict[Name, list[int]]:
    """The chosen indexes of each table."""
    found: dict[Name, list[int]] = defaultdict(list)
    for number in sorted(chosen):
        found[pool.table(number)].append(number)
    return found


def offered_to(case: Case, on_table: Mapping[Name, list[int]]) -> frozenset[int]:
    """Those of the chosen indexes that stand on the statement's tables."""
    return frozenset(number for table in case.tables if table in on_table for number in on_table[table])


def _under(case: Case, offered: frozenset[int], exact: bool) -> Proven:
    """`exact`: asked for as such; otherwise a plan that was seen with more indexes, and reads only these, will do."""
    ask = case.probe.exact if exact else case.probe.at
    plan = ask(offered) if offered else case.base
    return Proven(case, plan, case.weight.change_ms(plan.cost))
