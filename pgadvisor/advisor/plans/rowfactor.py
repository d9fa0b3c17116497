"""How far the rows as planned are from the rows per call as counted."""

from pgadvisor.advisor.plans.cases import Case


def row_factor(case: Case) -> float:
    """By what factor they differ, at least 1; 1 where rows were not counted."""
    ratio = _ratio(case)
    return max(ratio, 1.0 / ratio)


def rows_beyond(case: Case) -> float:
    """By what factor more rows were counted than planned, at least 1: where fewer came, the plan is no dearer than it says."""
    return max(1.0, 1.0 / _ratio(case))


def _ratio(case: Case) -> float:
    counters = case.query.counters
    if (
        case.check is not None
        or case.query.kind != "select"
        or not counters.calls
        or not case.query.measured
        or not case.query.rows_counted
    ):
        return 1.0
    return (case.plan.root.rows + 1.0) / (counters.rows / counters.calls + 1.0)
