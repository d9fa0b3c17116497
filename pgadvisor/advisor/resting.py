"""What is said of gains that are doubted: in the words of a finding, and in its evidence."""

from collections.abc import Sequence

from pgadvisor.advisor.columns import column_facts
from pgadvisor.advisor.proof import Proven
from pgadvisor.advisor.selectivity import RANGES
from pgadvisor.advisor.values.rows import observed
from pgadvisor.advisor.wording import listed
from pgadvisor.model.finding import EvidenceValue
from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query

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


def guessed_range(index: Index, query: Query, lookup: Lookup) -> bool:
    """Whether nothing tells how much of the table the index has to give: a range open at one end, of a statement whose result is
    no count of the rows that matched. After a moment is no such range: people ask for what is recent."""
    if index.where is not None or observed(query) is not None:
        return False
    first = index.keys[0]
    asked = [
        each
        for each in query.predicates
        if query.relations[each.key.relation].table == index.table
        and (each.key.column, each.key.expression) == (first.column, first.expression)
    ]
    ends = {each.operator[0] for each in asked}
    if not all(each.operator in RANGES and each.operand.parameters and each.conjunct for each in asked) or len(ends) != 1:
        return False
    recent = first.column is not None and column_facts(lookup, index.table, first.column).type.family == "moment"
    return not (recent and ends == {">"})


def fragile_evidence(served: Sequence[Proven]) -> list[tuple[str, EvidenceValue]]:
    fragile = [one for one in served if one.fragile is not None]
    facts: list[tuple[str, EvidenceValue]] = [("fragile", bool(fragile))]
    if fragile and fragile[0].fragile is not None:
        facts.append(("estimated_rows", fragile[0].fragile.rows))
        facts.append(("gain_until_rows", fragile[0].fragile.most_rows))
    return facts
