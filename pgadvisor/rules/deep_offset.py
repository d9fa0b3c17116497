"""A page far into a list is read by counting off all rows before it.

Why it matters: OFFSET skips rows only after they were found, so that page 1,000 costs a thousand times page 1, and no
index can change that.

What to do: remember the last row of the page before and ask for what follows it: WHERE (sort keys) > (its values) with the
same ORDER BY and LIMIT, over an index on the sort keys; or cap how far a client may page.

When to leave it: when only people page, who rarely go beyond the first pages; the counters then come from something else.

PostgreSQL manual: https://www.postgresql.org/docs/current/queries-limit.html
"""

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.workload import Limit, Ordering, Query
from pgadvisor.parse.respell import respelled
from pgadvisor.rewrite.keyset import keyset
from pgadvisor.rules.index_facts import is_usable
from pgadvisor.rules.loops.keys import fixed_columns
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, expression_text, finding_id, per_call

DEEP = 1_000
FEWEST_BLOCKS = 50  # per call: below, whatever is skipped costs little
MANY_BLOCKS = 5.0  # per row returned: more than finding those rows takes


def find(facts: Facts) -> tuple[Finding, ...]:
    deep = (query for query in facts.workload.queries if facts.matters(query) and _is_deep(query, facts))
    return tuple(_finding(query, facts) for query in deep)


def _offset(query: Query) -> Limit | None:
    return next((one for one in query.limits if one.scope == 0 and (one.offset or one.offset_parameter)), None)


def _is_deep(query: Query, facts: Facts) -> bool:
    limit = _offset(query)
    if limit is None or query.kind != "select" or all(facts.is_small(table) for table in query.tables):
        return False
    return (limit.offset or 0) >= DEEP or (limit.offset_parameter is not None and _reads_much(query) and _is_sorted(query, facts))


def _reads_much(query: Query) -> bool:
    """Many more blocks than the returned rows need; with groups, DISTINCT or aggregates they are needed in any case."""
    if query.groupings or query.aggregates or query.distinct or not query.counters.calls:
        return False
    blocks = _blocks(query)
    return blocks >= FEWEST_BLOCKS and blocks >= MANY_BLOCKS * (1 + query.counters.rows / query.counters.calls)


def _is_sorted(query: Query, facts: Facts) -> bool:
    """An index gives the rows in order and no condition throws any away: only skipping explains what is read."""
    ordering = _ordering(query)
    if ordering is None or len({key.key.relation for key in ordering.keys}) != 1:
        return False
    relation = ordering.keys[0].key.relation
    fixed = fixed_columns(query, relation)
    if {predicate.key.column for predicate in query.predicates if predicate.key.relation == relation} - fixed:
        return False
    wanted = [key.key.column for key in ordering.keys]
    indexes = facts.lookup.indexes.get(query.relations[relation].table, ())
    return any(_gives(index, wanted, fixed) for index in indexes if is_usable(index))


def _gives(index: ExistingIndex, wanted: list[str | None], fixed: frozenset[str]) -> bool:
    if index.definition is None or index.definition.method != "btree" or index.definition.where:
        return False
    columns = [key.column for key in index.definition.keys]
    free = [column for column in columns if column not in fixed]
    return fixed.issubset(columns[: len(fixed)]) and free[: len(wanted)] == wanted


def _ordering(query: Query) -> Ordering | None:
    return next((one for one in query.orderings if one.scope == 0 and one.complete and one.keys), None)


def _blocks(query: Query) -> float:
    counters = query.counters
    return (counters.shared_blocks_hit + counters.shared_blocks_read) / max(1, counters.calls)


def _finding(query: Query, facts: Facts) -> Finding:
    limit, table = _offset(query), query.tables[0]
    known = limit is not None and (limit.offset or 0) >= DEEP
    blocks = _blocks(query)
    rows = query.counters.rows / max(1, query.counters.calls)
    seen = f" It reads {count_text(blocks, 'block')} for {per_call(rows)} rows returned, each call." if blocks else ""
    example = respelled(keyset(respelled(query.normalised) or "") or "")
    shown = ", as in the example: another interface, for the client has to send that row's keys, and not claimed to be equivalent"
    return Finding(
        id=finding_id("deep-offset", table, query.fingerprint),
        rule="deep-offset",
        severity=Level.MEDIUM if facts.share(query) >= 0.05 or not query.measured else Level.LOW,
        confidence=Level.HIGH if known else Level.MEDIUM,
        title=f"Paging through {table} by OFFSET",
        message=f"Every call finds the rows of all pages before it and throws them away.{seen} No index changes that.",
        help=f"page by the last row seen{_by(query)} instead of OFFSET, or cap the depth" + (shown if example else ""),
        refute="run it with OFFSET 0: when that is no faster, the time goes elsewhere",
        tables=query.tables,
        statements=(effect(query),),
        evidence=(
            ("blocks_per_call", round(blocks, 1)),
            ("rows_per_call", round(rows, 2)),
            ("constant_offset", known),
            *((("example_sql", example),) if example else ()),
        ),
    )


def _by(query: Query) -> str:
    ordering = _ordering(query)
    columns = [key.key.column or expression_text(key.key.expression or "") for key in ordering.keys] if ordering else []
    return f" ({', '.join(columns)})" if columns else ""


RULE = Rule("deep-offset", find, __doc__ or "")
