"""A statement takes much time each call and a large share of all time, and nothing better is known about it.

Why it matters: it is where the server's time goes. No index, batch or rewrite that pgadvisor knows would help, so that
somebody has to look.

What to do: read its plan with `pgadvisor explain`, ask whether all its rows and joins are needed, and whether its result
may be kept for a while.

When to leave it: when it is a report or a batch that may take its time.

PostgreSQL manual: https://www.postgresql.org/docs/current/performance-tips.html
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.workload import Query
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id, size_text, time_text

SLOW_MEAN_MS = 100.0
LARGE_SHARE = 0.05
MOST = 5


def find(facts: Facts) -> tuple[Finding, ...]:
    slow = [query for query in facts.workload.queries if _is_slow(query, facts)]
    return tuple(_finding(query, facts) for query in sorted(slow, key=lambda q: -q.counters.total_ms)[:MOST])


def _is_slow(query: Query, facts: Facts) -> bool:
    return query.measured and query.toplevel and query.counters.mean_ms >= SLOW_MEAN_MS and facts.share(query) >= LARGE_SHARE


def _finding(query: Query, facts: Facts) -> Finding:
    counters, share = query.counters, facts.share(query)
    subject = query.tables[0] if query.tables else query.kind
    spilled = counters.temp_blocks_written * 8192
    return Finding(
        id=finding_id("slow-statement", subject, query.fingerprint),
        rule="slow-statement",
        severity=Level.MEDIUM if share >= 0.2 else Level.LOW,
        confidence=Level.HIGH,
        title=f"A slow {query.kind.upper()} on {subject} takes {share:.0%} of all time",
        message=_message(query, spilled),
        help="read its plan with pgadvisor explain",
        refute="compare mean_exec_time over a day without other load; a lock or a cold cache may be the cause",
        tables=query.tables,
        statements=(effect(query),),
        evidence=(
            ("mean_ms", round(counters.mean_ms, 3)),
            ("share", round(share, 4)),
            ("temp_bytes_written", spilled),
        ),
    )


def _message(query: Query, spilled: int) -> str:
    counters = query.counters
    text = f"{count_text(counters.calls, 'call')} of {time_text(counters.mean_ms)} each, {time_text(counters.total_ms)} in all."
    if spilled:
        text += f" It wrote {size_text(spilled)} of temporary files: with more work_mem its sorts and hashes stay in memory."
    return text


RULE = Rule("slow-statement", find, __doc__ or "")
