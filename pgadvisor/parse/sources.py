"""FROM: tables, views, CTEs, subqueries, functions and joins become sources of a scope."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pglast import ast, enums

from pgadvisor.model.names import Name
from pgadvisor.parse.compare import Place, compare
from pgadvisor.parse.examine import touch
from pgadvisor.parse.origin import OPAQUE, Output, Value, fixed
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.scope import Scope, Source, given
from pgadvisor.parse.tree import words
from pgadvisor.parse.where import read_condition

Join = enums.JoinType


def read_from(reading: Reading, items: Sequence[Any] | None, scope: Scope) -> None:
    """Adds the sources of a FROM list, and the predicates of its joins."""
    for item in items or ():
        _item(reading, item, scope)


def _item(reading: Reading, item: Any, scope: Scope) -> list[Source]:
    """Adds one FROM item; returns its sources."""
    if isinstance(item, ast.JoinExpr):
        return _join(reading, item, scope)
    if isinstance(item, ast.RangeVar):
        source = read_relation(reading, item, scope)
    elif isinstance(item, ast.RangeSubselect):
        source = _subselect(reading, item, scope)
    elif isinstance(item, ast.RangeTableSample):
        touch(reading, item.args or (), scope)
        return _item(reading, item.relation, scope)
    else:
        source = _function(reading, item, scope)
    scope.sources.append(source)
    return [source]


def read_relation(reading: Reading, item: Any, scope: Scope, role: str = "read") -> Source:
    """A name: a CTE, a table or a view."""
    alias = item.alias.aliasname if item.alias else item.relname
    if item.schemaname is None and item.relname in scope.ctes and role == "read":
        cte = scope.ctes[item.relname]
        return _renamed(given(alias, cte.output, cte.relations, is_open=cte.is_open), item.alias)
    found = reading.catalog.find(item.schemaname, item.relname, reading.path)
    if found.outside:
        reading.extra_path[found.name.schema] = None
    if found.kind == "system":
        reading.systems += 1
        return Source(alias, found.name.schema, open=True)
    if found.kind == "view":
        return _renamed(_view(reading, found.name, alias), item.alias)
    return _renamed(table_source(reading, found.name, alias, scope, role), item.alias)


def table_source(reading: Reading, table: Name, alias: str, scope: Scope, role: str) -> Source:
    number = reading.add_relation(table, alias, role, scope)
    columns = reading.catalog.columns(table)
    return Source(alias, table.schema, number, columns, open=not columns, relations=frozenset((number,)))


def _view(reading: Reading, name: Name, alias: str) -> Source:
    """A view is its query; names in it do not depend on the statement's search_path."""
    if not reading.enter_view():
        raise Refused(f"too many views, or views that refer to each other: {name}")
    tree = reading.catalog.view_tree(name)
    outer, path = reading.view, reading.path
    reading.view, reading.path = outer or name, (*path, name.schema)
    output, relations = reading.read_query(reading, tree, None, {})
    reading.view, reading.path = outer, path
    return replace(given(alias, output, relations), schema=name.schema)


def _subselect(reading: Reading, item: Any, scope: Scope) -> Source:
    parent = scope if item.lateral else scope.parent
    output, relations = reading.read_query(reading, item.subquery, parent, scope.ctes, joined=_is_simple(item.subquery))
    alias = item.alias.aliasname if item.alias else ""
    return _renamed(given(alias, output, relations), item.alias)


def _is_simple(node: Any) -> bool:
    """Whether the planner can make a LATERAL subquery a join (is_simple_subquery in prepjointree.c), so far as it matters."""
    return not (node.limitCount or node.limitOffset or node.groupClause or node.distinctClause or node.larg)


def _function(reading: Reading, item: Any, scope: Scope) -> Source:
    """A function, XMLTABLE or JSON_TABLE: it may read what stands before it, and its columns come from nowhere."""
    touch(reading, item, scope)
    alias = item.alias.aliasname if item.alias else _function_name(item)
    names = words(item.alias.colnames) if item.alias else ()
    defined = tuple(column.colname for column in getattr(item, "coldeflist", None) or ())
    return given(alias, tuple((name, OPAQUE) for name in names + defined), is_open=True)


def _function_name(item: Any) -> str:
    functions = getattr(item, "functions", None)
    call = functions[0][0] if functions else None
    return words(call.funcname)[-1] if isinstance(call, ast.FuncCall) else ""


def _renamed(source: Source, alias: Any) -> Source:
    """`t AS x (a, b)`: the first columns go by other names."""
    names = words(alias.colnames) if alias else ()
    if not names:
        return source
    output: Output = source.output()
    kept = tuple((name, value) for name, (_, value) in zip(names, output, strict=False)) + output[len(names) :]
    return replace(given(source.alias, kept, source.relations, is_open=source.open), schema=source.schema)


def _join(reading: Reading, item: Any, scope: Scope) -> list[Source]:
    left = _item(reading, item.larg, scope)
    mark = len(reading.relations)
    right = _item(reading, item.rarg, scope)
    own = {number for source in right for number in source.relations} | set(range(mark, len(reading.relations)))
    left_own = {number for source in left for number in source.relations}
    place = _place(reading, item.jointype, left_own, own)
    shared = words(item.usingClause) or (_common(left, right, scope) if item.isNatural else ())
    for name in shared:
        _using(reading, name, (left, right), scope, place, item.jointype)
    if item.quals is not None:
        read_condition(reading, item.quals, scope, place)
    if item.alias is not None:
        return [_join_alias(scope, item.alias, [*left, *right])]
    return [*left, *right]


def _place(reading: Reading, kind: Any, left: set[int], right: set[int]) -> Place:
    """The place of a join's ON; marks the relations that may be missing."""
    if kind == Join.JOIN_INNER:
        return Place()
    if kind == Join.JOIN_FULL:
        reading.mark_outer(left | right)
        return Place(conjunct=False, nullable=frozenset())
    missing = right if kind == Join.JOIN_LEFT else left
    reading.mark_outer(missing)
    return Place(conjunct=False, nullable=frozenset(missing))


def _common(left: list[Source], right: list[Source], scope: Scope) -> tuple[str, ...]:
    """The columns of a NATURAL join."""
    others = {name for source in right for name in source.columns}
    return tuple(dict.fromkeys(name for source in left for name in source.columns if name in others))


def _using(reading: Reading, name: str, sides: tuple[list[Source], list[Source]], scope: Scope, place: Place, kind: Any) -> None:
    """A column of USING: compared on both sides, and afterwards one column."""
    values = [_side_value(side, name, scope) for side in sides]
    nodes = [_reference(side, name) for side in sides]
    if all(nodes):
        compare(reading, nodes[0], "=", nodes[1], scope, place)
    if kind == Join.JOIN_FULL:
        scope.merged[name] = Value((), True, values[0].reads + values[1].reads)
    else:
        scope.merged[name] = values[1] if kind == Join.JOIN_RIGHT else values[0]


def _side_value(side: list[Source], name: str, scope: Scope) -> Value:
    having = [source for source in side if source.has(name)]
    if len(having) > 1 and name in scope.merged:
        return scope.merged[name]
    return having[0].value(name) if having else OPAQUE


def _reference(side: list[Source], name: str) -> Any:
    """A qualified reference to the side's column, by which `compare` finds it."""
    having = [source for source in side if source.has(name) and source.alias]
    return ast.ColumnRef(fields=(ast.String(having[0].alias), ast.String(name))) if having else None


def _join_alias(scope: Scope, alias: Any, sources: list[Source]) -> Source:
    """`(a JOIN b ...) AS j` hides a and b behind j."""
    output = tuple(column for source in sources for column in source.output())
    for source in sources:
        source.hidden = True
    relations = frozenset(number for source in sources for number in source.relations)
    joined = _renamed(given(alias.aliasname, output, relations, is_open=any(s.open for s in sources)), alias)
    scope.sources.append(joined)
    return joined


def settled(output: Output, pushable: bool) -> Output:
    """Output columns, behind something that conditions do not pass where not `pushable`."""
    return output if pushable else tuple((name, fixed(value)) for name, value in output)
