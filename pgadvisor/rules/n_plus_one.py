"""A statement runs once for each row that another statement returned: N+1 statements where 2 would do.

Why it matters: every repeat costs a round trip over the network and the fixed price of parsing, planning and answering,
however fast it is by itself; a page of 100 rows waits for 101 answers. It is found in the counters: over the same time
the child was called as often as the parent returned rows, and a foreign key says that the child's key comes from those
rows. Where a server log is given (--log), it shows the order itself: the child many times in a row, each time with another
key, after the parent or within one transaction. Where a lookup ran many times as often as transactions ended, it ran many times
within one of them, whoever gave the keys.

What to do: load the members of all rows at once (select_related or prefetch_related, includes or preload, selectinload,
a DataLoader), or join; `batched_sql` is the child's own statement for many keys.

When to leave it: when the repeats are few or come from rows that the caller handles one by one on purpose (a queue), or
when the equal counts are a coincidence: look in the application's log for the child right after the parent.

PostgreSQL manual: https://www.postgresql.org/docs/current/pgstatstatements.html
"""

from dataclasses import replace

from pgadvisor.model.finding import EvidenceValue, Finding, Level
from pgadvisor.model.workload import Operand, Predicate, Query, Run
from pgadvisor.parse.batching import batched_sql
from pgadvisor.rules.loops.crowded import Crowd, crowds
from pgadvisor.rules.loops.fit import Fit
from pgadvisor.rules.loops.keys import Asked
from pgadvisor.rules.loops.logged import Witness, witnesses
from pgadvisor.rules.loops.search import Loop, find_loops
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id, per_call, time_text

FEW_CALLS = 100  # agreement is weaker evidence below
LOGGED_CALLS = 50  # of the child in the log; where none of them is in a run, the counters may agree by chance
LOGGED_ROWS = 20  # of the parent per call; fewer make no run
MOST_CONSTANTS = 9
HIGH_SHARE = 0.1  # of the workload's time
_HELP = "load them for all rows at once{}, or join"
GRADES = (Level.HIGH, Level.MEDIUM, Level.LOW)


def find(facts: Facts) -> tuple[Finding, ...]:
    counted = {id(loop.asked.query): loop for loop in find_loops(facts)}
    seen = witnesses(facts)
    crowded = {id(crowd.asked.query): crowd for crowd in crowds(facts)}
    found = []
    for place, query in enumerate(facts.workload.queries):
        loop, witness = counted.get(id(query)), seen.get(place)
        if witness is not None and witness.fit is not None:
            found.append(_finding(_witnessed(loop, witness, witness.fit), facts))
        elif loop is not None:
            found.append(_finding(replace(loop, unseen=witness is None and _unseen(loop)), facts))
        elif witness is not None:
            found.append(_alone(witness, facts))
        elif id(query) in crowded:
            found.append(_crowded(crowded[id(query)], facts))
    return tuple(found)


def _witnessed(loop: Loop | None, witness: Witness, fit: Fit) -> Loop:
    """The loop of the counters where it has the log's parent, else the log's."""
    if loop is not None and any(parent.parent is fit.parent for parent in loop.parents):
        return replace(loop, seen=witness.run)
    return Loop(witness.asked, fit, seen=witness.run)


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
        help=_HELP.format(", as in batched_sql" if batched else ""),
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
            ("ratio", round(calls / rows, 4) if rows else None),
            ("round_trips", loop.round_trips),
            ("batched_sql", batched),
            ("tie", tie.basis),
            ("other_parents", tuple(str(other.parent.queryid) for other in loop.others)),
            *_logged(loop.seen),
        ),
    )


def _unseen(loop: Loop) -> bool:
    """The log has both statements often enough for a run of the child to show, the parent's rows being many."""
    parent = loop.best.parent
    often = loop.asked.query.logged_calls >= LOGGED_CALLS and parent.logged_calls > 0
    return often and loop.best.parent_rows >= LOGGED_ROWS * parent.counters.calls


def _alone(witness: Witness, facts: Facts) -> Finding:
    """Only the child is sure: its runs stand in transaction blocks of their own."""
    asked, run = witness.asked, witness.run
    child, columns = asked.query, tuple(sorted(asked.equalities))
    batched = _batched(child, asked.equalities[columns[0]]) if len(columns) == 1 else None
    trips = round(child.counters.calls * (run.calls - run.runs) / run.child_calls)
    return Finding(
        id=finding_id("n-plus-one", asked.table, child.fingerprint, *columns),
        rule="n-plus-one",
        severity=Level.HIGH if facts.share(child) >= HIGH_SHARE else Level.MEDIUM,
        confidence=Level.HIGH if run.runs > 1 else Level.MEDIUM,
        title=f"{asked.table} is asked key by key in one transaction",
        message=f"{_shown(run)} Which statement gave the keys does not show. That is about {count_text(trips, 'round trip')} to "
        "the server more than needed.",
        help=_HELP.format(", as in batched_sql" if batched else ""),
        refute="look in the log for one of these transactions: if something else has to happen between two lookups, leave it",
        tables=(asked.table,),
        statements=(effect(child),),
        evidence=(*_nobody(asked, columns), ("round_trips", trips), ("batched_sql", batched), *_logged(run)),
    )


def _crowded(crowd: Crowd, facts: Facts) -> Finding:
    """Only the child is sure: it ran far more often than transactions ended."""
    asked = crowd.asked
    child, columns = asked.query, tuple(sorted(asked.equalities))
    batched = _batched(child, asked.equalities[columns[0]]) if len(columns) == 1 else None
    trips = child.counters.calls - crowd.transactions
    return Finding(
        id=finding_id("n-plus-one", asked.table, child.fingerprint, *columns),
        rule="n-plus-one",
        severity=Level.MEDIUM if facts.share(child) >= HIGH_SHARE else Level.LOW,
        confidence=Level.LOW,
        title=f"{asked.table} is asked key by key in one transaction",
        message=f"The lookup in {asked.table} by {', '.join(columns)} ran {count_text(child.counters.calls, 'time')} while "
        f"{count_text(crowd.transactions, 'transaction')} ended in this database, its own and all others: {per_call(crowd.mean)} "
        "times in each. Which statement gave the keys does not show. One lookup in each would save "
        f"{count_text(trips, 'round trip')} to the server.",
        help=_HELP.format(", as in batched_sql" if batched else ""),
        refute="log the statements of one such transaction: if something else has to happen between two lookups, leave it",
        tables=(asked.table,),
        statements=(effect(child),),
        evidence=(
            *_nobody(asked, columns),
            ("round_trips", trips),
            ("batched_sql", batched),
            ("transactions", crowd.transactions),
        ),
    )


def _nobody(asked: Asked, columns: tuple[str, ...]) -> tuple[tuple[str, EvidenceValue], ...]:
    """The evidence of a child without a parent."""
    known: tuple[tuple[str, EvidenceValue], ...] = (
        ("child_queryid", str(asked.query.queryid)),
        ("parent_queryid", None),
        ("child_table", str(asked.table)),
        ("child_columns", columns),
    )
    unknown = ("parent_table", "parent_columns", "foreign_key", "parent_rows", "ratio")
    return (*known, ("child_calls", asked.query.counters.calls), *((name, None) for name in unknown))


def _logged(run: Run | None) -> tuple[tuple[str, EvidenceValue], ...]:
    return () if run is None else (("log_runs", run.runs), ("log_calls", run.calls))


def _shown(run: Run) -> str:
    """What the log shows, in a sentence."""
    mean = per_call(run.calls / run.runs)
    return (
        f"The log shows the lookup {count_text(run.calls, 'time')} in {count_text(run.runs, 'run')} of {mean} on average, each "
        "in one session, in a row, with different keys."
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
    if loop.seen is not None:
        return GRADES[(best.tie.foreign_key is None) + (loop.seen.runs < 2 and not loop.seen.blocks)]
    if best.tie.foreign_key is None:
        return Level.LOW
    level = max(best.grade, 1 if loop.together or best.tie.narrowed else 0)
    level += best.estimated + loop.unseen + (loop.asked.query.counters.calls < FEW_CALLS)
    return GRADES[min(level, 2)]


def _severity(loop: Loop, confidence: Level, facts: Facts) -> Level:
    if confidence is Level.LOW:
        return Level.LOW
    share = facts.share(loop.asked.query)
    per_parent_call = loop.round_trips / sum(parent.counters.calls for parent in _parents(loop))
    if share >= HIGH_SHARE:
        return Level.HIGH
    return Level.MEDIUM if share >= 0.01 or per_parent_call >= 10 else Level.LOW


def _message(loop: Loop) -> str:
    child, best = loop.asked.query.counters, loop.best
    calls = sum(parent.counters.calls for parent in _parents(loop))
    who = f"the {count_text(len(loop.parents), 'statement')} before it" if loop.together else "the other statement"
    if not loop.parent_rows and loop.seen is not None:
        return f"{_shown(loop.seen)} Each run follows a statement that returns rows of {best.tie.parent_table}." + _doubts(loop)
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
    if loop.seen is not None and loop.parent_rows:
        text += f" {_shown(loop.seen)}"
    if loop.unseen:
        text += " But the log has both statements and never the lookup many times in a row: the counts may agree by chance."
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
