"""What is said of gains that are doubted: in the words of a finding, and in its evidence."""

from collections.abc import Sequence

from pgadvisor.advisor.proof import Proven
from pgadvisor.advisor.wording import listed
from pgadvisor.model.finding import EvidenceValue

_DOUBTED = 0.1  # of the planner's cost before: less is not worth a word


def resting(served: Sequence[Proven]) -> str:
    """A sentence for each thing that the gain of the first statement rests on; empty where it is not in doubt."""
    first, text = served[0], ""
    if first.plan.excess > _DOUBTED * first.case.weight.cost_before:
        text = " Less of it is counted than the planner promises: its pages are in memory, or joins may give more rows."
    if first.fragile is not None:
        text += (
            f" It rests on an estimate of {first.fragile.rows:,.0f} rows out of a join; if they are "
            f"{first.fragile.most_rows:,.0f} or more, the statement costs more than today."
        )
    slower = [str(one.case.query.label or one.case.query.queryid) for one in served if one.saving_ms < 0.0]
    return text + (f" Slower with it: {listed(slower)}." if slower else "")


def fragile_evidence(served: Sequence[Proven]) -> list[tuple[str, EvidenceValue]]:
    fragile = [one for one in served if one.fragile is not None]
    facts: list[tuple[str, EvidenceValue]] = [("fragile", bool(fragile))]
    if fragile and fragile[0].fragile is not None:
        facts.append(("estimated_rows", fragile[0].fragile.rows))
        facts.append(("gain_until_rows", fragile[0].fragile.most_rows))
    return facts
