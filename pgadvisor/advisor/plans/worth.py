"""When an index is worth having: every threshold of the choice, in one place.

A statement's time is taken to fall as its planner cost falls: `saving_ms = total_ms * (1 - cost / cost_before)`, so that
a statement counts with the time that was measured and never with the sum of the planner's cost, of which one statement
of TPC-H alone holds 99 %. Where no time is known the cost stands for it.
"""

from dataclasses import dataclass

from pgadvisor.model.workload import Query

# Parsing, planning, executor start and the answer's way cost about as much as 5 units of planner cost (some 0.05 ms), which
# the planner leaves out: without it a primary-key look-up that falls from 8.3 to 4.3 would count as twice as fast.
STATEMENT_COST = 5.0
# ... but only as far as the time bears it out: where a statement takes longer than its cost tells, it is the work that the
# planner misjudged, not the start.
MS_PER_COST = 0.01
# A call cannot be quicker than this: the executor's start and one descent of an index in memory.
FIXED_MS = 0.02
_MOST_FIXED = 0.999
# What nobody would notice is not worth an index: less a call than its fixed part takes, which varies by as much with the load.
LEAST_CALL_MS = 0.02
# Writing a row (heap, WAL) is not in the planner's cost of an UPDATE or DELETE either, and no index makes it cheaper.
WRITTEN_ROW_COST = 1.0

# An index that saves less is not worth a reviewer's minute: of the average statement's time, and at most of the workload's.
FLOOR_OF_AVERAGE = 0.1
FLOOR_FRACTION = 0.002
BUDGET_FLOOR_FRACTION = 0.0001  # under a budget, where the bytes say what is worth its place
FLOOR_MS = 0.1
# Without a budget storage is not free: an index as large as its table must save this share of the time spent on that table.
RENT_FRACTION = 0.02

SLOWER_FACTOR = 1.01  # costs within 1 % are the same plan to the planner (STD_FUZZ_FACTOR, optimizer/util/pathnode.c)


@dataclass(frozen=True, slots=True)
class Weight:
    """What one statement's planner costs mean in milliseconds over the counters' period.

    `total_ms` is its whole time, `cost_before` the planner's cost with nothing new, `overhead` the part of the work in the
    same unit that no index changes, `min_gain` the least fraction of its time that counts.
    """

    total_ms: float
    cost_before: float
    overhead: float
    min_gain: float

    def gain(self, cost: float) -> float:
        """The fraction of the statement's time that a plan of `cost` saves; negative where it is slower."""
        return 1.0 - (cost + self.overhead) / (self.cost_before + self.overhead)

    def saving_ms(self, cost: float) -> float:
        """Milliseconds saved, 0 where the gain is below the least that counts; never negative."""
        gain = self.gain(cost)
        return self.total_ms * gain if gain > 0.0 and gain >= self.min_gain else 0.0

    def change_ms(self, cost: float) -> float:
        """Milliseconds saved, or lost (negative) where the plan is slower."""
        if cost > self.cost_before * SLOWER_FACTOR:
            return self.total_ms * self.gain(cost)
        return self.saving_ms(cost)


def weigh(query: Query, cost_before: float, min_gain: float) -> Weight:
    """The weight of `query`, whose present plan costs `cost_before`."""
    calls = query.counters.calls or 1
    overhead = STATEMENT_COST
    if query.measured and query.counters.mean_ms > 0.0:
        mean_ms = query.counters.mean_ms
        overhead *= min(1.0, MS_PER_COST * cost_before / mean_ms)
        fixed = min(_MOST_FIXED, FIXED_MS / mean_ms)
        overhead = max(overhead, cost_before * fixed / (1.0 - fixed))
        min_gain = max(min_gain, min(1.0, LEAST_CALL_MS / mean_ms))
    if query.kind in ("update", "delete", "merge"):
        overhead += WRITTEN_ROW_COST * query.counters.rows / calls
    total_ms = query.counters.total_ms if query.measured else calls * cost_before
    return Weight(total_ms, cost_before, overhead, min_gain)


def floor_ms(workload_ms: float, statements: int, budgeted: bool = False) -> float:
    """The least time that an index must save beyond its write cost."""
    most = BUDGET_FLOOR_FRACTION if budgeted else FLOOR_FRACTION
    return max(FLOOR_MS, min(most, FLOOR_OF_AVERAGE / max(1, statements)) * workload_ms)
