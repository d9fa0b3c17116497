"""A condition or order wraps a column in a function or cast, so that the index on the column cannot be used.

Why it matters: the index that is there knows the column's values, not what a function makes of them; the statement reads
rows that the same condition on the bare column would have skipped.

What to do: use the rewritten statement where one is shown: it is proven to select the same rows under the conditions that
stand with it (the proofs are in the docstrings of pgadvisor/rewrite/kinds), and its price stands beside that of a new index
for the statement as it is. What pg_stat_statements hides behind `$n` is a condition of the proof; of the unit of
date_trunc(), the field of extract() and the number that a count(*) is compared with, the usual one is assumed and named,
unless the log tells it. Where none is shown, move the work to the other side: compare the column with a range (created_at >=
day AND created_at < day + 1 in place of created_at::date = day), convert the parameter instead of the column, and for
`value = ANY (array)` with a GIN index ask `array @> ARRAY[value]`. Where the function has no inverse, an index on the
expression does. The rule also finds OR over two tables (UNION ALL), NOT IN (NOT EXISTS), count(*) > 0 (EXISTS) and IS NOT
DISTINCT FROM.

When to leave it: when the conditions that can use an index leave few rows.

PostgreSQL manual: https://www.postgresql.org/docs/current/indexes-expressional.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.names import Name
from pgadvisor.model.workload import Key, Query
from pgadvisor.parse.expressions import canonical
from pgadvisor.rules.index_facts import is_on, is_usable
from pgadvisor.rules.loops.keys import fixed_columns
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import effect, expression_text, finding_id

_ELEMENT = "= any"
_COMPARED = ("=", "<", "<=", ">", ">=", "in")
_FUNCTION = re.compile(r'([a-z_][\w.]*|"[^"]+")\s*\(', re.IGNORECASE)
_ARITHMETIC = re.compile(r"[\w)\"]\s[-+]\s")
_CAST = re.compile(r"::\s*\"?[a-z]", re.IGNORECASE)
_TEXTS = ("text", "character varying", "character", "citext")
_INVERTIBLE = {"date_trunc", "date", "extract", "date_part", "to_char", "coalesce", "timezone", "to_timestamp"}


@dataclass(frozen=True, slots=True)
class _Hidden:
    """An index that a way of asking hides; `element`: the array is the index's key, but its elements are asked for."""

    table: Name
    what: str
    index: Name
    element: bool


def find(facts: Facts) -> tuple[Finding, ...]:
    found: dict[_Hidden, list[Query]] = {}
    for query in facts.workload.queries:
        for key, operator in _asked(query) if facts.matters(query) else ():
            table = query.relations[key.relation].table
            index = None if facts.is_small(table) else _hidden_index(query, key, operator, facts)
            if index is not None:
                hidden = _Hidden(table, canonical(key.expression or key.column or ""), index.name, operator == _ELEMENT)
                found.setdefault(hidden, []).append(query)
    return tuple(_finding(hidden, queries, facts) for hidden, queries in found.items())


def _asked(query: Query) -> Iterator[tuple[Key, str]]:
    """Keys that an index could find or sort by, with the operator; of an order with a limit, the first key."""
    for predicate in query.predicates:
        if predicate.searchable and predicate.operator in (*_COMPARED, _ELEMENT):
            yield predicate.key, predicate.operator
    for ordering in query.orderings:
        if ordering.limited and ordering.keys:
            yield ordering.keys[0].key, "order"


def _hidden_index(query: Query, key: Key, operator: str, facts: Facts) -> ExistingIndex | None:
    """The index that would serve if the column stood alone, None where one serves as it is."""
    table = query.relations[key.relation].table
    usable = [index for index in facts.lookup.indexes[table] if index.definition and is_usable(index)]
    if operator == _ELEMENT:
        return next((index for index in usable if _holds_elements(index, key)), None)
    if key.expression is None or len(key.columns) != 1 or not _can_be_moved(key.expression, facts):
        return None
    if any(is_on(one, key.column, key.expression) for index in usable if index.definition for one in index.definition.keys):
        return None
    fixed = fixed_columns(query, key.relation)
    return next((index for index in usable if _reaches(index, key.columns[0], fixed)), None)


def _holds_elements(index: ExistingIndex, key: Key) -> bool:
    definition = index.definition
    return definition is not None and definition.method == "gin" and is_on(definition.keys[0], key.column, key.expression)


def _can_be_moved(expression: str, facts: Facts) -> bool:
    """A cast, arithmetic, or a function with an inverse: known to have one, or the application's own.

    lower(), md5() and the like have none: there an index on the expression is the answer, and the advisor's.
    """
    names = {name.strip('"').lower().rpartition(".")[2] for name in _FUNCTION.findall(expression)}
    if names:
        own = (f.name.name for f in facts.lookup.snapshot.functions if f.volatility == "i" and not f.extension)
        return names <= _INVERTIBLE.union(own)
    return bool(_CAST.search(expression) or _ARITHMETIC.search(expression))


def _convertible(hidden: _Hidden, facts: Facts) -> bool:
    """Whether the value can surely be converted instead: it cannot where a function of the application makes a text."""
    names = {name.strip('"').lower().rpartition(".")[2] for name in _FUNCTION.findall(hidden.what)}
    texts = {f.name.name for f in facts.lookup.snapshot.functions if f.returns in _TEXTS}
    return not hidden.element and not names & (texts - _INVERTIBLE) and not names & {"coalesce", "to_char"}


def _reaches(index: ExistingIndex, column: str, fixed: frozenset[str]) -> bool:
    """`column` is a key of this B-tree, and the keys before it are compared with one value."""
    if index.definition is None or index.definition.method != "btree" or index.definition.where:
        return False
    columns = [key.column for key in index.definition.keys]
    return column in columns and fixed.issuperset(c or "" for c in columns[: columns.index(column)])


def _finding(hidden: _Hidden, queries: list[Query], facts: Facts) -> Finding:
    shown = expression_text(hidden.what)
    statements = list({query.queryid: query for query in queries}.values())
    return Finding(
        id=finding_id("non-sargable-predicate", hidden.table, hidden.what, hidden.element),
        rule="non-sargable-predicate",
        severity=Level.MEDIUM if any(facts.share(query) >= 0.05 or not query.measured for query in statements) else Level.LOW,
        confidence=Level.MEDIUM,
        title=f"{hidden.index} cannot serve the way {shown} is asked for",
        message=_message(hidden, shown),
        help=_help(hidden, shown),
        refute="rewrite one statement by hand and compare the plans; the rewrite must mean the same for NULLs and time zones",
        tables=(hidden.table,),
        statements=tuple(effect(query) for query in statements),
        evidence=(("expression", shown), ("index", str(hidden.index)), ("convertible", _convertible(hidden, facts))),
    )


def _message(hidden: _Hidden, shown: str) -> str:
    if hidden.element:
        return (
            f"{hidden.index} holds the elements of {shown}, but `value = ANY (array)` is no operator of a GIN index: every row "
            "is read. `array @> ARRAY[value]` finds the same rows through it."
        )
    return (
        f"{hidden.index} is there, but the statement asks for {shown}, which it does not hold. Written so that the indexed "
        "column stands alone, the same question can use it and needs no further index."
    )


def _help(hidden: _Hidden, shown: str) -> str:
    if hidden.element:
        return f"ask {shown} @> ARRAY[value] in place of value = ANY ({shown})"
    return f"rewrite so that the column of {hidden.index} stands alone: convert the value it is compared with, or ask for a range"


RULE = Rule("non-sargable-predicate", find, __doc__ or "")
