"""The probe: what the planner failed on is told, and tells of nothing else."""

from collections.abc import Collection
from dataclasses import dataclass, field

from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.probe import Probe
from pgadvisor.errors import PlanError
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, ValuedStatement
from tests.advisor.world import TablePlanner, btree

GOOD, BAD = btree("t", "a"), btree("t", "b")


@dataclass
class Failing(TablePlanner):
    """Fails on sets that have all of `fails`."""

    fails: frozenset[Index] = field(default_factory=frozenset)

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan:
        plan = super().plan(statement, indexes, hidden)
        if self.fails <= frozenset(indexes):
            raise PlanError("it broke")
        return plan


def test_a_set_that_cannot_be_planned_counts_as_nothing_and_hides_no_other() -> None:
    planner = Failing({"q": {frozenset(): 100.0, frozenset({GOOD}): 1.0}}, fails=frozenset({GOOD, BAD}))
    pool = Pool(planner.size_bytes)
    probe = Probe(planner, pool, (ValuedStatement("q", ()),))
    base, both = probe.base(), pool.numbers([GOOD, BAD])
    assert probe.at(both) == base
    assert probe.at(pool.numbers([GOOD])).cost == 1.0
    calls = planner.calls
    assert probe.at(both) == base == probe.exact(both)
    assert planner.calls == calls, "asked again, though it fails"
    assert probe.failures == ["it broke"]
