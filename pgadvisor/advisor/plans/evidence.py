"""What the counters say of the values: a statement that reads thousands of pages a call was not planned for 3 of them.

The work that the server measured, pages per call or else time, is held against the cost of the plan that each vector of
values gets. Cost and pages of one plan agree within a factor of a few, so only a gross contradiction counts; but values that
differ in their plans often differ by orders of magnitude, above all under LIMIT, min() and max().
"""

from dataclasses import dataclass
from math import exp, log

from pgadvisor.advisor.plans.worth import MS_PER_COST, STATEMENT_COST
from pgadvisor.model.workload import Query

_FREE_FACTOR = 6.0  # between pages and cost that says nothing
_FREE_TIME_FACTOR = 15.0  # the same for time, which waits and slow machines stretch
_SPREAD = 0.7  # of the logarithm beyond that
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Work:
    """What one call of a statement was measured to do: pages touched and milliseconds, each None where it was not counted."""

    pages: float | None
    ms: float | None

    def surprise(self, cost: float) -> float:
        """The logarithm by which the work and `cost` differ beyond what is usual, 0 where they agree."""
        by_pages = _beyond(self.pages, cost, _FREE_FACTOR) if self.pages is not None else 0.0
        by_time = _beyond(self.ms / MS_PER_COST, cost, _FREE_TIME_FACTOR) if self.ms is not None else 0.0
        return by_pages + by_time

    def likelihood(self, cost: float) -> float:
        """How likely a plan of `cost` is to have done this work, 1 where they agree."""
        return max(_LEAST, exp(-((self.surprise(cost) / _SPREAD) ** 2) / 2))


def measured_work(query: Query) -> Work | None:
    """The work of one call; None where nothing was measured, or where writing is a part of it."""
    counters = query.counters
    if not query.measured or counters.calls <= 0 or query.kind != "select":
        return None
    pages = (counters.shared_blocks_hit + counters.shared_blocks_read) / counters.calls
    return Work(pages or None, counters.mean_ms or None)


def _beyond(work: float, cost: float, free: float) -> float:
    return max(0.0, abs(log((work + STATEMENT_COST) / (cost + STATEMENT_COST))) - log(free))
