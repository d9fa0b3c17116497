"""LIKE or ILIKE with a pattern that begins with a wildcard reads the whole table. Where pg_stat_statements hides the pattern, the
log's constants tell how it begins, or the way the statement puts it together (`$1 || $2 || $3`); of a bare `$1` nothing does,
and only a statement that reads most of its table each call is told, as a question.

Why it matters: a B-tree is sorted by the beginning of the text, which such a pattern leaves open, so that every row is read
and compared.

What to do: create a trigram index (extension pg_trgm, GIN with gin_trgm_ops), or search words with full text search; when
only the end of the text is known, index and ask for the reversed text, with the rewritten statement that is shown then.

When to leave it: when the search is rare or other conditions leave few rows.

PostgreSQL manual: https://www.postgresql.org/docs/current/pgtrgm.html
"""

from dataclasses import dataclass

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.names import Name
from pgadvisor.model.workload import Operand, Predicate, Query
from pgadvisor.parse.patterns import beginning, pattern_parts
from pgadvisor.rules.index_facts import is_on, is_usable
from pgadvisor.rules.rule import BLOCK_BYTES, Facts, Rule
from pgadvisor.rules.wording import count_text, effect, expression_text, finding_id

_OPERATORS = ("like", "ilike")
_WILDCARDS = ("%", "_")
_SOURCES = ("text", "log", "shape", "blocks")  # the surest first
_LEAST_OPEN = 0.1  # of the executions in the log
_SLOW_MS = 5.0
_LEAST_SHARE = 0.01  # of the workload's time, for what is a question only
_WHOLE_TABLE = 0.8  # of its blocks, read by every call


@dataclass(frozen=True, slots=True)
class _Search:
    """What is searched, and how it is known that patterns begin with a wildcard."""

    table: Name
    what: str
    source: str


def find(facts: Facts) -> tuple[Finding, ...]:
    found: dict[tuple[Name, str], list[tuple[str, Query]]] = {}
    for query in facts.workload.queries:
        for predicate in query.predicates if facts.matters(query) else ():
            table = query.relations[predicate.key.relation].table
            if predicate.operator not in _OPERATORS or not predicate.searchable or facts.is_small(table):
                continue
            source = _source(predicate, query, facts)
            if source is not None and not _has_trigrams(table, predicate, facts):
                found.setdefault((table, _what(predicate)), []).append((source, query))
    return tuple(_told(table, what, asked, facts) for (table, what), asked in found.items())


def _told(table: Name, what: str, asked: list[tuple[str, Query]], facts: Facts) -> Finding:
    """The finding of what is known, and only of that where anything is."""
    source = min((source for source, _ in asked), key=_SOURCES.index)
    queries = [query for told, query in asked if told != "blocks" or source == "blocks"]
    return _finding(_Search(table, what, source), queries, facts)


def _source(predicate: Predicate, query: Query, facts: Facts) -> str | None:
    """What tells that the pattern begins with a wildcard, or lets one ask; None where nothing does."""
    operand = predicate.operand
    if operand.kind == "constant":
        return "text" if operand.values[0].startswith(_WILDCARDS) else None
    if operand.kind not in ("parameter", "expression") or predicate.array:
        return None
    begins = beginning(operand.sql) if operand.sql is not None else "closed"
    if begins == "open":
        return "text"
    number = _first(operand)
    if number is not None and query.vectors:
        return "log" if _open_share(query, number) >= _LEAST_OPEN else None
    if begins == "assumed":
        return "shape"
    return "blocks" if operand.kind == "parameter" and _reads_all(query, facts) else None


def _first(operand: Operand) -> int | None:
    """The parameter that the pattern begins with."""
    first = pattern_parts(operand.sql)[0] if operand.sql is not None else operand.parameters[0]
    return first if isinstance(first, int) else None


def _open_share(query: Query, number: int) -> float:
    """The share of the executions in the log whose pattern begins with a wildcard."""
    calls = sum(vector.calls for vector in query.vectors)
    opened = (v.calls for v in query.vectors if dict(v.literals).get(number, "").lstrip("eE").startswith(("'%", "'_")))
    return sum(opened) / calls if calls else 0.0


def _reads_all(query: Query, facts: Facts) -> bool:
    """A slow statement on one table whose calls read about all of its blocks."""
    counters = query.counters
    if not query.measured or len(query.relations) != 1 or counters.mean_ms < _SLOW_MS or facts.share(query) < _LEAST_SHARE:
        return False
    blocks = (counters.shared_blocks_hit + counters.shared_blocks_read) / max(counters.calls, 1)
    return blocks * BLOCK_BYTES >= _WHOLE_TABLE * facts.size_bytes(query.relations[0].table) > 0


def _has_trigrams(table: Name, predicate: Predicate, facts: Facts) -> bool:
    usable = (index.definition for index in facts.lookup.indexes[table] if index.definition and is_usable(index))
    keys = (key for index in usable for key in index.keys if "trgm" in (key.opclass or ""))
    return any(is_on(key, predicate.key.column, predicate.key.expression) for key in keys)


def _what(predicate: Predicate) -> str:
    return predicate.key.column or predicate.key.expression or ""


def _finding(search: _Search, queries: list[Query], facts: Facts) -> Finding:
    shown = expression_text(search.what)
    statements = list({query.queryid: query for query in queries}.values())
    heavy = any(facts.share(query) >= 0.05 for query in statements)
    asked = search.source == "blocks"
    return Finding(
        id=finding_id("leading-wildcard", search.table, search.what),
        rule="leading-wildcard",
        severity=Level.INFO if asked else Level.MEDIUM if heavy else Level.LOW,
        confidence=_CONFIDENCE[search.source],
        title=f"Search within {shown} of {search.table} {'may have' if asked else 'has'} no index to use",
        message=_MESSAGES[search.source].format(rows=count_text(facts.rows(search.table), "row")),
        help=f"create a trigram index on {shown}, or use full text search",
        refute="read the plan: when another index leaves few rows to compare, the pattern costs little",
        tables=(search.table,),
        statements=tuple(effect(query) for query in statements),
        evidence=(("column", shown), ("rows", int(facts.rows(search.table))), ("pattern_known_from", search.source)),
    )


_CONFIDENCE = {"text": Level.HIGH, "log": Level.HIGH, "shape": Level.MEDIUM, "blocks": Level.LOW}
_READS_ALL = "a B-tree cannot find where to start: every call reads {rows} unless another condition finds few."
_MESSAGES = {
    "text": f"The pattern begins with a wildcard, so that {_READS_ALL}",
    "log": f"The log shows patterns that begin with a wildcard, for which {_READS_ALL}",
    "shape": f"The statement puts a constant before what it looks for. If that is a wildcard, as usual, {_READS_ALL}",
    "blocks": (
        "Every call reads about all blocks of the table. If its patterns begin with a wildcard, which the text does not tell, no "
        "B-tree can serve them; a trigram index can. The server's log (--log) would tell."
    ),
}


RULE = Rule("leading-wildcard", find, __doc__ or "")
