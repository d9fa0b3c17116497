"""SELECT, VALUES and set operations."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pglast import ast, enums

from pgadvisor.model.workload import Key, Limit, OrderKey
from pgadvisor.parse.compare import Place
from pgadvisor.parse.ctes import read_ctes
from pgadvisor.parse.examine import examine, is_aggregate, resolve, touch, value_of
from pgadvisor.parse.operands import constant_text, without_casts
from pgadvisor.parse.ordering import Sorted, add_ordering, sort_keys, window_orderings
from pgadvisor.parse.origin import OPAQUE, Origin, Output, Value, fixed
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Cte, Scope
from pgadvisor.parse.sources import read_from
from pgadvisor.parse.tree import children, words
from pgadvisor.parse.where import read_condition

Result = tuple[Output, frozenset[int]]


def read_select(
    reading: Reading, node: Any, parent: Scope | None, ctes: Mapping[str, Cte], *, existence: bool = False, joined: bool = True
) -> Result:
    """Reads a SELECT in a scope of its own. `existence`: only whether there are rows counts, as in EXISTS."""
    scope = reading.new_scope(parent, ctes, joined=joined)
    return select_into(reading, node, scope, existence=existence)


def select_into(reading: Reading, node: Any, scope: Scope, *, existence: bool = False) -> Result:
    """Reads a SELECT in the given scope."""
    read_ctes(reading, node, scope)
    if node.op != enums.SetOperation.SETOP_NONE:
        output, relations = _set_operation(reading, node, scope)
    elif node.valuesLists:
        output, relations = _values(reading, node, scope), frozenset[int]()
    else:
        output, relations = _plain(reading, node, scope, existence)
    _limit(reading, node, scope)
    if node.lockingClause:
        reading.locking = True
    if _has_limit(node) or node.limitOffset is not None:
        output = tuple((name, fixed(value)) for name, value in output)
    return output, relations


def _set_operation(reading: Reading, node: Any, scope: Scope) -> Result:
    left, left_own = reading.read_query(reading, node.larg, scope.parent, scope.ctes)
    right, right_own = reading.read_query(reading, node.rarg, scope.parent, scope.ctes)
    output = []
    for number, (name, value) in enumerate(left):
        other = right[number][1] if number < len(right) else OPAQUE
        output.append((name, Value(value.origins + other.origins, value.pushable and other.pushable, value.reads + other.reads)))
    if not node.all:
        reading.touch(read for _, value in output for read in value.reads)
    scope.outputs = dict(output)
    if node.sortClause and node.all and node.op == enums.SetOperation.SETOP_UNION:
        _union_orderings(reading, node, scope, output)
    return tuple(output), left_own | right_own


def _union_orderings(reading: Reading, node: Any, scope: Scope, output: list[tuple[str, Value]]) -> None:
    """ORDER BY over UNION ALL is merged from its arms, each in that order."""
    sort = sort_keys(reading, node.sortClause, scope, tuple(output))
    arms = {len(part.value.origins) for part in sort}
    if len(arms) != 1:
        return
    for arm in range(arms.pop()):
        single = [replace(part, value=replace(part.value, origins=(part.value.origins[arm],))) for part in sort]
        add_ordering(reading, scope, single, limited=_has_limit(node))


def _values(reading: Reading, node: Any, scope: Scope) -> Output:
    for row in node.valuesLists:
        touch(reading, row, scope)
    return tuple((f"column{number}", OPAQUE) for number in range(1, len(node.valuesLists[0]) + 1))


def _plain(reading: Reading, node: Any, scope: Scope, existence: bool) -> Result:
    read_from(reading, node.fromClause, scope)
    if node.whereClause is not None:
        read_condition(reading, node.whereClause, scope, Place())
    output = () if existence and not node.groupClause else read_targets(reading, node.targetList, scope)
    scope.outputs = dict(output)
    sets = _group(reading, node, scope, output)
    if node.havingClause is not None:
        read_condition(reading, node.havingClause, scope, Place())
    sort = sort_keys(reading, node.sortClause or (), scope, output)
    distinct_on = _distinct(reading, node, scope, output)
    add_ordering(reading, scope, sort or distinct_on, limited=_has_limit(node))
    calls = _calls((node.targetList, node.havingClause))
    partitions = window_orderings(reading, node.windowClause or (), calls, scope)
    _aggregates(reading, node, scope, calls)
    relations = frozenset(number for source in scope.sources for number in source.relations)
    if sets:
        output = _kept(output, [])
    if distinct_on:
        output = _kept(output, [part.value for part in distinct_on])
    for partition in partitions:
        output = _kept(output, partition)
    return output, relations


def _kept(output: Output, passing: list[Value]) -> Output:
    """Only columns that are in `passing` let conditions through grouping sets, a DISTINCT ON or a window. A plain GROUP BY lets
    every column through: each is grouped by, or depends on what is."""
    marks = {_mark(origin) for value in passing for origin in value.origins}
    return tuple((name, value if {_mark(o) for o in value.origins} <= marks else fixed(value)) for name, value in output)


def _mark(origin: Origin) -> tuple[int, tuple[str, ...], bool]:
    return origin.relation, origin.columns, origin.is_column


def read_targets(reading: Reading, targets: Any, scope: Scope) -> Output:
    """The target list of SELECT or RETURNING. Columns of the outermost one are noted as needed; an inner one's when used."""
    output: list[tuple[str, Value]] = []
    for target in targets or ():
        if isinstance(target.val, ast.ColumnRef) and words(target.val.fields)[-1] == "*":
            output.extend(_star(reading, target.val, scope))
        else:
            output.append((target.name or _target_name(target.val), value_of(reading, target.val, scope)))
    return tuple(output)


def _star(reading: Reading, node: Any, scope: Scope) -> Output:
    fields = words(node.fields)
    if len(fields) > 1:
        source = scope.source(fields[-2], fields[-3] if len(fields) > 2 else None)
        sources = [] if source is None else [source]
    else:
        sources = [source for source in scope.sources if not source.hidden]
    if scope.number == 0:
        reading.whole_rows = reading.whole_rows or bool(sources)
    return tuple(column for source in sources for column in source.output())


def _target_name(node: Any) -> str:
    """The name a column gets without AS (FigureColname in parse_target.c), as far as others may refer to it."""
    if isinstance(node, ast.ColumnRef):
        return words(node.fields)[-1]
    if isinstance(node, ast.FuncCall):
        return words(node.funcname)[-1]
    if isinstance(node, ast.TypeCast):
        return _target_name(node.arg)
    return {"CoalesceExpr": "coalesce", "CaseExpr": "case"}.get(type(node).__name__, "?column?")


def _group(reading: Reading, node: Any, scope: Scope, output: Output) -> bool:
    """GROUP BY: by position, by an output's name or by expression. Whether it has grouping sets."""
    items = node.groupClause or ()
    values = [grouping_value(reading, item, scope, output) for item in items if not isinstance(item, ast.GroupingSet)]
    for value in values:
        reading.touch(value.reads)
    for item in items:
        if isinstance(item, ast.GroupingSet):
            touch(reading, item, scope)
    keys: list[Key] = [reading.keys(value)[0] for value in values if len(reading.keys(value)) == 1]
    if items and len(keys) == len(items):
        reading.groupings.append(tuple(keys))
    return len(values) < len(items)


def grouping_value(reading: Reading, item: Any, scope: Scope, output: Output) -> Value:
    """A GROUP BY item; unlike in ORDER BY, a column of the tables comes before an output's name."""
    if isinstance(item, ast.A_Const) and isinstance(item.val, ast.Integer):
        position = (item.val.ival or 0) - 1
        return output[position][1] if 0 <= position < len(output) else OPAQUE
    if isinstance(item, ast.ColumnRef) and len(item.fields) == 1:
        name = words(item.fields)[0]
        if not any(source.has(name) for source in scope.sources) and name not in scope.merged and name in scope.outputs:
            return scope.outputs[name]
        return resolve(reading, item, scope)
    return value_of(reading, item, scope)


def _distinct(reading: Reading, node: Any, scope: Scope, output: Output) -> list[Sorted]:
    """DISTINCT, and DISTINCT ON as the order that answers it."""
    if node.distinctClause is None:
        return []
    reading.distinct = True
    on = [item for item in node.distinctClause if item is not None]
    if not on:
        reading.touch(read for _, value in output for read in value.reads)
        return []
    wrapped = tuple(ast.SortBy(node=item) for item in on)
    return sort_keys(reading, wrapped, scope, output)


def _aggregates(reading: Reading, node: Any, scope: Scope, calls: list[Any]) -> None:
    """An ungrouped scope whose aggregates are all min and max gives the orders that answer it."""
    aggregates = [call for call in calls if call.over is None and is_aggregate(reading, call)]
    if aggregates and not node.groupClause and all(_is_extreme(call) for call in aggregates):
        for call in aggregates:
            largest = words(call.funcname)[-1] == "max"
            keys = reading.keys(value_of(reading, call.args[0], scope))
            reading.minmax.extend(OrderKey(key, largest, largest) for key in keys)


def _is_extreme(call: Any) -> bool:
    return words(call.funcname)[-1] in ("min", "max") and len(call.args or ()) == 1


def _calls(node: Any) -> list[Any]:
    """The function calls of a scope, those in subqueries left out."""
    if isinstance(node, ast.FuncCall):
        return [node, *(call for below in children(node) for call in _calls(below))]
    if isinstance(node, tuple):
        return [call for item in node for call in _calls(item)]
    if node is None or isinstance(node, (ast.SubLink, ast.ColumnRef)):
        return []
    return [call for below in children(node) for call in _calls(below)]


def _has_limit(node: Any) -> bool:
    """LIMIT, but not LIMIT ALL."""
    bare = without_casts(node.limitCount)
    return bare is not None and not (isinstance(bare, ast.A_Const) and bool(bare.isnull))


def _limit(reading: Reading, node: Any, scope: Scope) -> None:
    if not _has_limit(node) and node.limitOffset is None:
        return
    reading.note(f"limit {_has_limit(node)} {node.limitOffset is not None}")
    count, count_parameter = _amount(reading, node.limitCount, scope)
    offset, offset_parameter = _amount(reading, node.limitOffset, scope)
    reading.limits.append(Limit(scope.number, count, count_parameter, offset, offset_parameter))


def _amount(reading: Reading, node: Any, scope: Scope) -> tuple[int | None, int | None]:
    """A constant or a parameter's number; neither for LIMIT ALL and for expressions."""
    if node is None:
        return None, None
    examine(reading, node, scope)
    bare = without_casts(node)
    if isinstance(bare, ast.ParamRef):
        return None, bare.number or 0
    if isinstance(bare, ast.A_Const) and not bare.isnull:
        text = constant_text(bare)
        return (int(text), None) if text.isdigit() else (None, None)
    return None, None
