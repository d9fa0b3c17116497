"""Columns that the planner converts before it compares them, which their indexes cannot serve: seen in its conditions only.

Comparing char(n) with text, an integer with numeric or either with a float makes the column the other type first
(https://www.postgresql.org/docs/current/typeconv-oper.html). The rule `implicit-cast` knows of it where two columns are
compared; here it is a list of values, a function's result or a parameter of the driver's type.
"""

import re
from collections.abc import Iterator, Sequence

from pgadvisor.advisor.facts.tables import too_small
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.model.finding import Finding, Level, StatementEffect
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

RULE = "implicit-cast"
_CAST = re.compile(r"\((?:(\"(?:[^\"]|\"\")+\"|\w+)\.)?(\"(?:[^\"]|\"\")+\"|\w+)\)::(text|numeric|double precision)\b")
_CONVERTED = {  # what the planner makes of a column of a type; a varchar's cast to text changes nothing
    "character": ("text",),
    "smallint": ("numeric", "double precision"),
    "integer": ("numeric", "double precision"),
    "bigint": ("numeric", "double precision"),
    "numeric": ("double precision",),
}
_LEAST_SHARE = 0.01  # of the workload's time

Converted = tuple[Name, str, str, str, Name]  # table, column, its type, the type it is converted to, the index


def conversions(cases: Sequence[Case], lookup: Lookup) -> tuple[Finding, ...]:
    """One finding for each column that leads an index and is converted in a statement that matters."""
    workload_ms = sum(case.weight.total_ms for case in cases) or 1.0
    found: dict[Converted, list[Case]] = {}
    for case in cases:
        if case.weight.total_ms >= _LEAST_SHARE * workload_ms:
            for one in dict.fromkeys(_converted(case, lookup)):
                found.setdefault(one, []).append(case)
    return tuple(_finding(one, users, workload_ms) for one, users in found.items())


def _converted(case: Case, lookup: Lookup) -> Iterator[Converted]:
    aliases = {node.alias: node.relation for node in case.plan.root.walk() if node.relation is not None and node.alias}
    written = case.query.sql.lower()
    for node in case.plan.root.walk():
        for text in (node.filter, node.join_filter, node.join_condition, node.recheck, node.index_condition):
            for alias, column, kind in _CAST.findall(text or ""):
                table = aliases.get(_plain(alias)) if alias else node.relation
                index = _leading(table, _plain(column), lookup) if table is not None else None
                type_sql = _type(table, _plain(column), lookup) if table is not None else None
                explicit = re.search(rf"\b{re.escape(_plain(column).lower())}\b\"?\s*(::|as\s+{kind})", written)
                converted = kind in _CONVERTED.get(type_sql or "", ()) and not explicit
                if table is not None and index is not None and type_sql is not None and converted:
                    yield table, _plain(column), type_sql, kind, index


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _leading(table: Name, column: str, lookup: Lookup) -> Name | None:
    """An index that begins with the column, where the table is worth one."""
    if too_small(table, lookup):
        return None
    there = (one for one in lookup.indexes.get(table, ()) if one.valid and one.definition is not None)
    return next((one.name for one in there if one.definition is not None and one.definition.keys[0].column == column), None)


def _type(table: Name, column: str, lookup: Lookup) -> str:
    """The type of the column without its length, "" where it is not known."""
    known = lookup.tables.get(table)
    columns = known.columns if known is not None else ()
    return next((each.type_sql.split("(", 1)[0].strip() for each in columns if each.name == column), "")


def _finding(one: Converted, users: Sequence[Case], workload_ms: float) -> Finding:
    table, column, type_sql, kind, index = one
    share = sum(case.weight.total_ms for case in users) / workload_ms
    return Finding(
        id=f"{RULE}:{table}.{column}:{kind.replace(' ', '-')}",
        rule=RULE,
        severity=Level.MEDIUM if share >= 0.05 else Level.LOW,
        confidence=Level.MEDIUM,
        title=f"{table}.{column} is converted to {kind} before it is compared",
        message=(
            f"{column} is {type_sql}, and what it is compared with is {kind}: the planner converts every {column} first, "
            "and the index that begins with it cannot find the rows."
        ),
        help=f"Cast the other side to {type_sql} in the statement, or send it as that type.",
        refute="Read the plan: the conversion shows as a cast around the column in its condition.",
        tables=(table,),
        statements=tuple(_effect(case) for case in users),
        evidence=(("column", column), ("type", type_sql), ("other_type", kind), ("index", str(index)), ("convertible", True)),
    )


def _effect(case: Case) -> StatementEffect:
    query = case.query
    return StatementEffect(query.queryid, query.label, query.normalised, query.counters.calls, case.weight.total_ms)
