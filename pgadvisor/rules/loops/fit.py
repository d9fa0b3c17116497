"""Whether a child's calls are the rows that a parent returned."""

from dataclasses import dataclass

from pgadvisor.model.workload import Query
from pgadvisor.rules.loops.keys import fixed_columns
from pgadvisor.rules.loops.ties import Tie
from pgadvisor.rules.rule import Facts

# Relative differences. A loop's counts agree to the call but for what was running when they were read; of two unrelated
# counts spread evenly over five decades 1 in 1,000 agrees within EXACT, 1 in 300 within NEAR, 1 in 60 within CLOSE.
EXACT, NEAR, CLOSE = 0.005, 0.02, 0.10
LEAST_ROWS_PER_CALL = 1.5  # one row per call is a member being loaded: 1 + 1, not N + 1
LEAST_OF_ROWS = 0.5  # a cache of loaded objects hides calls, but then not more than half are believed


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the counts agree. `error` is relative; `grade` 0 exact, 1 near, 2 close.

    `fewer`: grade 2, as few as an application asks that keeps what it has loaded. `estimated`: the parent's rows are its
    LIMIT times its calls, because rows were not counted.
    """

    parent: Query
    relation: int
    tie: Tie
    parent_rows: int
    error: float
    grade: int
    estimated: bool
    fewer: bool = False


def returned_rows(query: Query) -> int:
    """Rows counted, or for a statement of a file without that figure its LIMIT times its calls."""
    if query.counters.rows:
        return query.counters.rows
    limits = [limit.count for limit in query.limits if limit.scope == 0 and limit.count]
    return limits[0] * query.counters.calls if limits else 0


def may_be_parent(query: Query) -> bool:
    """A statement of the application that returns several rows a call."""
    calls = query.counters.calls
    return query.kind == "select" and query.toplevel and calls > 0 and returned_rows(query) >= LEAST_ROWS_PER_CALL * calls


def returns(query: Query, relation: int, columns: tuple[str, ...]) -> bool:
    """The rows hold these columns, so that the application can ask by them."""
    if query.whole_rows and query.relations[relation].scope == 0:
        return True
    return all((relation, column) in query.output for column in columns)


def fit(child: Query, parent: Query, relation: int, tie: Tie, facts: Facts) -> Fit | None:
    """How `child` fits to `parent` through `tie`, None where it does not."""
    calls, rows = child.counters.calls, returned_rows(parent)
    if calls < LEAST_ROWS_PER_CALL * parent.counters.calls:
        return None  # about one lookup a call, whatever the parent returns
    nulls = _null_fraction(tie, facts)
    most = max(1.0, rows * (1.0 - nulls))
    error = abs(calls - most) / most
    fewer = error > CLOSE and calls < most and _hidden_by_cache(calls, most, parent, relation, tie, facts)
    if error > CLOSE and not fewer:
        return None
    exact = NEAR if nulls else EXACT  # the share of NULLs comes from a sample
    grade = 0 if error <= exact or abs(calls - most) <= 1 else 1 if error <= NEAR else 2
    return Fit(parent, relation, tie, rows, error, grade, not parent.counters.rows, fewer)


def _null_fraction(tie: Tie, facts: Facts) -> float:
    if not tie.to_one:
        return 0.0
    known = [facts.lookup.column_statistics(tie.parent_table, column) for column in tie.parent_columns]
    return max((row.null_fraction for row in known if row is not None), default=0.0)


def _hidden_by_cache(calls: int, most: float, parent: Query, relation: int, tie: Tie, facts: Facts) -> bool:
    """Fewer calls than rows, as many as the different keys a call of the parent returns, or between the two."""
    distinct = _distinct(tie, facts)
    if not tie.to_one or distinct is None or fixed_columns(parent, relation).issuperset(tie.parent_columns):
        return False
    per_call = most / parent.counters.calls
    least = parent.counters.calls * distinct * (1.0 - (1.0 - 1.0 / distinct) ** per_call)  # keys drawn evenly
    return abs(calls - least) <= CLOSE * least or (least <= calls and calls >= LEAST_OF_ROWS * most)


def _distinct(tie: Tie, facts: Facts) -> float | None:
    """Different values of a single key column in the parent's table."""
    if len(tie.parent_columns) != 1:
        return None
    statistics = facts.lookup.column_statistics(tie.parent_table, tie.parent_columns[0])
    if statistics is None or statistics.distinct == 0:
        return None
    distinct = statistics.distinct if statistics.distinct > 0 else -statistics.distinct * facts.rows(tie.parent_table)
    return max(1.0, distinct)
