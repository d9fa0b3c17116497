"""`Explanation`: one statement, its plan now and with what would help."""

from dataclasses import dataclass

from pgadvisor.model.plan import Plan
from pgadvisor.model.report import Report


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` prints. The plans hold no values: conditions are normalised.

    `score` is 100 times the cost with the best that was found over the cost now: 100 means nothing better was found.
    `limits` are sentences, the costliest first. `inferred` tells that the values planned with come from statistics.
    """

    report: Report
    query: str
    before: Plan
    after: Plan
    score: float
    limits: tuple[str, ...]
    inferred: bool
