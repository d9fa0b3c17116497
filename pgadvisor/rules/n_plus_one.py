"""A statement runs once for each row that another statement returned: N+1 statements where 2 would do.

Why it matters: every repeat costs a round trip over the network and the fixed price of parsing, planning and answering,
however fast it is by itself; a page of 100 rows waits for 101 answers. It is found in the counters: over the same time
the child was called as often as the parent returned rows, and a foreign key says that the child's key comes from those
rows.

What to do: load the members of all rows at once (select_related or prefetch_related, includes or preload, selectinload,
a DataLoader), or join; `batched_sql` is the child's own statement for many keys.

When to leave it: when the repeats are few or come from rows that the caller handles one by one on purpose (a queue), or
when the equal counts are a coincidence: look in the application's log for the child right after the parent.

PostgreSQL manual: https://www.postgresql.org/docs/current/pgstatstatements.html
"""

from dataclasses import replace

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.workload import Operand, Predicate, Query
from pgadvisor.parse.batching import batched_sql
from pgadvisor.rules.loops.fit import Fit
from pgadvisor.rules.loops.search import Loop, find_loops
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id, per_call, time_text

FEW_CALLS = 100  # agreement is weaker evidence below
MOST_CONSTANTS = 9
GRADES = (Level.HIGH, Level.MEDIUM, Level.LOW)


def find(facts: Facts) -> tuple[Finding, ...]:
    return tuple(_finding(loop, facts) for loop in find_loops(facts))


def _finding(loop: Loop, facts: Facts) -> Finding:
    child, best, tie = loop.asked.query, loop.best, loop.best.tie
    confidence = _confidence(loop)
    batched = _batched(child, loop.asked.equalities[tie.child_columns[0]]) if len(tie.child_columns) == 1 else None
    calls, rows = child.counters.calls, loop.parent_rows
    return Finding(
        id=finding_id("n-plus-one", loop.asked.table, child.fingerprint, tie.parent_table, *tie.child_columns),
        rule="n-plus-one",
        severity=_severity(loop, confidence, facts),
        confidence=confidence,
        title=f"{loop.asked.table} is asked once per row of {tie.parent_table}",
        message=_message(loop),
        help="load them for all rows at once" + (", as in batched_sql" if batched else "") + ", or join",
        refute=_refute(best, confidence),
        tables=tuple(dict.fromkeys((loop.asked.table, tie.parent_table))),
        statements=(effect(child), *(effect(parent) for parent in _parents(loop))),
        evidence=(
            ("child_queryid", str(child.queryid)),
            ("parent_queryid", str(best.parent.queryid)),
            ("child_table", str(loop.asked.table)),
            ("child_columns", tie.child_columns),
            ("parent_table", str(tie.parent_table)),
            ("parent_columns", tie.parent_columns),
            ("foreign_key", tie.foreign_key),
            ("child_calls", calls),
            ("parent_rows", rows),
            ("ratio", round(calls / rows, 4)),
            ("round_trips", loop.round_trips),
            ("batched_sql", batched),
            ("tie", tie.basis),
            ("other_parents", tuple(str(other.parent.queryid) for other in loop.others)),
        ),
    )


def _batched(child: Query, key: Predicate) -> str | None:
    """The child for many keys. A statement of a file holds constants; its normalised text numbers them."""
    if key.operand.kind != "constant":
        return batched_sql(child, key)
    normalised = replace(child, sql=child.normalised)
    numbered = (replace(key, operand=Operand("parameter", (number,))) for number in range(1, MOST_CONSTANTS + 1))
    return next((text for one in numbered if (text := batched_sql(normalised, one))), None)


def _parents(loop: Loop) -> tuple[Query, ...]:
    return tuple(fit.parent for fit in loop.parents)


def _confidence(loop: Loop) -> Level:
    """By the agreement of the counts; never high without an exact tie, low without a foreign key."""
    best = loop.best
    if best.tie.foreign_key is None:
        return Level.LOW
    level = max(best.grade, 1 if loop.together or best.tie.narrowed else 0)
    level += best.estimated + (loop.asked.query.counters.calls < FEW_CALLS)
    return GRADES[min(level, 2)]


def _severity(loop: Loop, confidence: Level, facts: Facts) -> Level:
    if confidence is Level.LOW:
        return Level.LOW
    share = facts.share(loop.asked.query)
    per_parent_call = loop.round_trips / sum(parent.counters.calls for parent in _parents(loop))
    if share >= 0.1:
        return Level.HIGH
    return Level.MEDIUM if share >= 0.01 or per_parent_call >= 10 else Level.LOW


def _message(loop: Loop) -> str:
    child, best = loop.asked.query.counters, loop.best
    calls = sum(parent.counters.calls for parent in _parents(loop))
    who = f"the {count_text(len(loop.parents), 'statement')} before it" if loop.together else "the other statement"
    rows = "would return by its LIMIT" if best.estimated else "returned"
    text = (
        f"The lookup in {loop.asked.table} by {', '.join(best.tie.child_columns)} ran {count_text(child.calls, 'time')} "
        f"while {who} {rows} {count_text(loop.parent_rows, 'row')} of {best.tie.parent_table} in {count_text(calls, 'call')}: "
        f"{per_call(child.calls / calls)} lookups for each call where one would do. "
        f"That is {count_text(loop.round_trips, 'round trip')} to the server more than needed"
    )
    text += f", and {time_text(child.total_ms)} in it." if child.total_ms else "."
    return text + _doubts(loop)


def _doubts(loop: Loop) -> str:
    best, text = loop.best, ""
    if best.fewer:
        text += " There were fewer lookups than rows, as when the application keeps what it has loaded."
    if best.tie.basis == "name":
        text += " No foreign key ties the two; the columns' names do."
    if best.tie.basis == "values":
        text += " No foreign key ties the two; the columns' values are spelled alike and lie in the same range."
    if loop.others and not loop.together:
        text += f" {count_text(len(loop.others), 'other statement fits', 'other statements fit')} less well (other_parents)."
    return text


def _refute(best: Fit, confidence: Level) -> str:
    text = "log one request: if the lookup does not follow the other statement once per row, the counts agree by chance"
    if best.tie.foreign_key is None or confidence is Level.LOW:
        return text + "; compare the two counts again over another day"
    return text


RULE = Rule("n-plus-one", find, __doc__ or "")
