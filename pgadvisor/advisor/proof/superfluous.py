"""Existing indexes that a chosen one makes superfluous."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgadvisor.advisor.facts.existing import superfluous
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.proof.prove import Proof, Proven, by_table, offered_to
from pgadvisor.errors import PlanError
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

# A wider index has fewer entries a page: the same search in it may cost a little more, which is not another plan.
_SLOWER_FRACTION = 0.05
_SLOWER_COST = 1.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """`old` is not needed beside the chosen index `by`."""

    old: ExistingIndex
    by: int


def droppable(proof: Proof, pool: Pool, lookup: Lookup) -> tuple[Dropped, ...]:
    """The existing indexes that begin a chosen one and that no statement is slower without."""
    found: dict[Name, Dropped] = {}
    on_table = by_table(proof.chosen, pool)
    for number in sorted(proof.chosen):
        index = pool[number]
        for old in lookup.indexes.get(index.table, ()):
            if old.name in found or not superfluous(old, index):
                continue
            hidden = frozenset({*found, old.name})
            if _nobody_slower(proof.statements, on_table, hidden):
                found[old.name] = Dropped(old, number)
    return tuple(found.values())


def _nobody_slower(statements: Sequence[Proven], on_table: Mapping[Name, list[int]], hidden: frozenset[Name]) -> bool:
    """Whether the statements that read one of `hidden` are planned as cheaply without them all."""
    for one in statements:
        if not one.plan.existing & hidden:
            continue
        try:
            cost = one.case.probe.without(offered_to(one.case, on_table), hidden).cost
        except PlanError:
            return False
        if cost > one.plan.cost * (1.0 + _SLOWER_FRACTION) + _SLOWER_COST:
            return False
    return True
