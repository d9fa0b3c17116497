"""A statement without LIMIT returns very many rows, again and again.

Why it matters: the rows are read, sent, and held by the client all at once; the more the table grows, the slower it gets
and the more memory it takes at both ends.

What to do: ask for a page at a time, for the columns and rows that are needed, or let the database add up; a batch reads
through a cursor.

When to leave it: when it is an export or a cache that is filled on purpose.

PostgreSQL manual: https://www.postgresql.org/docs/current/queries-limit.html
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.workload import Query
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id

MANY_ROWS = 10_000
OFTEN = 10  # calls; fewer are somebody's export


def find(facts: Facts) -> tuple[Finding, ...]:
    return tuple(_finding(query) for query in facts.workload.queries if facts.matters(query) and _is_unbounded(query))


def _is_unbounded(query: Query) -> bool:
    counters = query.counters
    if query.kind != "select" or not query.toplevel or not query.tables or counters.calls < OFTEN:
        return False
    return counters.rows >= MANY_ROWS * counters.calls and not any(limit.scope == 0 for limit in query.limits)


def _finding(query: Query) -> Finding:
    rows = query.counters.rows / query.counters.calls
    return Finding(
        id=finding_id("unbounded-result", query.tables[0], query.fingerprint),
        rule="unbounded-result",
        severity=Level.LOW,
        confidence=Level.MEDIUM,
        title=f"{count_text(rows, 'row')} of {query.tables[0]} at a time",
        message=f"{count_text(query.counters.calls, 'call')} returned {count_text(rows, 'row')} each, and nothing limits them.",
        help="ask for a page at a time, or read through a cursor",
        refute="ask what the client does with so many rows: an export needs them all",
        tables=query.tables,
        statements=(effect(query),),
        evidence=(("rows_per_call", round(rows, 1)),),
    )


RULE = Rule("unbounded-result", find, __doc__ or "")
