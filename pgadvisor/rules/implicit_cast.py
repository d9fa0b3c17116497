"""Two columns of different types are compared, and PostgreSQL converts the one that has the index.

Why it matters: comparing an integer column with a numeric one makes every integer a numeric first (and every char(n) a text,
every numeric a double precision), so that an index on the converted column is of no use to the comparison.

What to do: use the rewritten statement where one is shown, give both columns the same type, or cast the other side to the
type of the indexed column where its values allow that.

When to leave it: when the planner starts from the converted side anyway, or when the cast would lose information.

PostgreSQL manual: https://www.postgresql.org/docs/current/typeconv-oper.html
"""

from collections.abc import Iterator

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.names import Name
from pgadvisor.model.workload import Key, Query
from pgadvisor.rules.index_facts import is_usable
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import effect, finding_id

# A column of a type on the left is converted when compared with one on the right (pg_operator has no operator of the two
# in an index's operator family).
_CONVERTED = {
    "smallint": ("numeric", "real", "double precision"),
    "integer": ("numeric", "real", "double precision"),
    "bigint": ("numeric", "real", "double precision"),
    "numeric": ("real", "double precision"),
    "character": ("text", "character varying"),
}

Side = tuple[Name, str, str]


def find(facts: Facts) -> tuple[Finding, ...]:
    found: dict[tuple[Side, Side], list[Query]] = {}
    for query in facts.workload.queries:
        for sides in _compared(query, facts) if facts.matters(query) else ():
            (table, column, type_sql), (_, _, other) = sides
            if other in _CONVERTED.get(type_sql, ()) and not facts.is_small(table) and _leads(table, column, facts):
                found.setdefault(sides, []).append(query)
    return tuple(_finding(converted, other, queries, facts) for (converted, other), queries in found.items())


def _compared(query: Query, facts: Facts) -> Iterator[tuple[Side, Side]]:
    """Pairs of columns compared for equality; a predicate stands in the statement once from each side."""
    for predicate in query.predicates:
        if predicate.operator == "=" and predicate.searchable and predicate.operand.kind == "key" and predicate.operand.key:
            left, right = _side(query, predicate.key, facts), _side(query, predicate.operand.key, facts)
            if left and right:
                yield left, right


def _side(query: Query, key: Key, facts: Facts) -> Side | None:
    table = query.relations[key.relation].table
    known = facts.column_types.get((table, key.column)) if key.column is not None else None
    return None if known is None or key.column is None else (table, key.column, known)


def _leads(table: Name, column: str, facts: Facts) -> bool:
    usable = (index.definition for index in facts.lookup.indexes[table] if is_usable(index))
    return any(index is not None and index.keys[0].column == column for index in usable)


def _finding(converted: Side, other: Side, queries: list[Query], facts: Facts) -> Finding:
    table, column, type_sql = converted
    statements = list({query.queryid: query for query in queries}.values())
    return Finding(
        id=finding_id("implicit-cast", table, column, *other),
        rule="implicit-cast",
        severity=Level.MEDIUM if any(facts.share(query) >= 0.05 for query in statements) else Level.LOW,
        confidence=Level.MEDIUM,
        title=f"{table}.{column} is converted before it is compared",
        message=(
            f"{column} is {type_sql}, and {other[0]}.{other[1]} with which it is compared is {other[2]}: "
            f"every {type_sql} is converted first, and the index on {column} cannot find the rows."
        ),
        help=f"cast {other[0]}.{other[1]} to {type_sql} in the comparison, or give both columns one type",
        refute="read the plan: a conversion shows as a cast around the column in its condition",
        tables=tuple(dict.fromkeys((table, other[0]))),
        statements=tuple(effect(query) for query in statements),
        evidence=(("column", column), ("type", type_sql), ("other_column", f"{other[0]}.{other[1]}"), ("other_type", other[2])),
    )


RULE = Rule("implicit-cast", find, __doc__ or "")
