"""LIKE or ILIKE with a pattern that begins with a wildcard reads the whole table.

Why it matters: a B-tree is sorted by the beginning of the text, which such a pattern leaves open, so that every row is read
and compared.

What to do: create a trigram index (extension pg_trgm, GIN with gin_trgm_ops), or search words with full text search; when
only the end of the text is known, index and ask for the reversed text, with the rewritten statement that is shown then.

When to leave it: when the search is rare or other conditions leave few rows.

PostgreSQL manual: https://www.postgresql.org/docs/current/pgtrgm.html
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.names import Name
from pgadvisor.model.workload import Operand, Predicate, Query
from pgadvisor.rules.index_facts import is_on, is_usable
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, expression_text, finding_id

_OPERATORS = ("like", "ilike")


def find(facts: Facts) -> tuple[Finding, ...]:
    found: dict[tuple[Name, str], list[Query]] = {}
    for query in facts.workload.queries:
        for predicate in query.predicates if facts.matters(query) else ():
            table = query.relations[predicate.key.relation].table
            if _is_open(predicate) and not facts.is_small(table) and not _has_trigrams(table, predicate, facts):
                found.setdefault((table, _what(predicate)), []).append(query)
    return tuple(_finding(table, what, queries, facts) for (table, what), queries in found.items())


def _is_open(predicate: Predicate) -> bool:
    return predicate.operator in _OPERATORS and predicate.searchable and _starts_open(predicate.operand)


def _starts_open(operand: Operand) -> bool:
    if operand.kind == "constant":
        return operand.values[0][:1] in ("%", "_")
    return operand.kind == "expression" and (operand.sql or "").lstrip("( ")[:2] in ("'%", "'_")


def _has_trigrams(table: Name, predicate: Predicate, facts: Facts) -> bool:
    usable = (index.definition for index in facts.lookup.indexes[table] if index.definition and is_usable(index))
    keys = (key for index in usable for key in index.keys if "trgm" in (key.opclass or ""))
    return any(is_on(key, predicate.key.column, predicate.key.expression) for key in keys)


def _what(predicate: Predicate) -> str:
    return predicate.key.column or predicate.key.expression or ""


def _finding(table: Name, what: str, queries: list[Query], facts: Facts) -> Finding:
    shown = expression_text(what)
    statements = list({query.queryid: query for query in queries}.values())
    return Finding(
        id=finding_id("leading-wildcard", table, what),
        rule="leading-wildcard",
        severity=Level.MEDIUM if any(facts.share(query) >= 0.05 for query in statements) else Level.LOW,
        confidence=Level.HIGH,
        title=f"Search within {shown} of {table} has no index to use",
        message=(
            f"The pattern begins with a wildcard, so that a B-tree cannot find where to start: every call reads "
            f"{count_text(facts.rows(table), 'row')} unless another condition finds few."
        ),
        help=f"create a trigram index on {shown}, or use full text search",
        refute="read the plan: when another index leaves few rows to compare, the pattern costs little",
        tables=(table,),
        statements=tuple(effect(query) for query in statements),
        evidence=(("column", shown), ("rows", int(facts.rows(table)))),
    )


RULE = Rule("leading-wildcard", find, __doc__ or "")
