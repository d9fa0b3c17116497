"""Expressions: what they read, and which column or expression of one relation they are."""

from typing import Any

from pglast import ast, enums

from pgadvisor.parse.functions import AGGREGATES, CHANGING
from pgadvisor.parse.origin import OPAQUE, Origin, Value
from pgadvisor.parse.reading import Facts, Reading
from pgadvisor.parse.scope import Scope, Source
from pgadvisor.parse.tree import child_slots, substituted, words


def examine(reading: Reading, node: Any, scope: Scope) -> Facts:
    """The facts of an expression, found once for each scope: subqueries in it are read on the way."""
    mark = (id(node), scope.number)
    known = reading.facts.get(mark)
    if known is not None:
        return known[1]
    facts = Facts()
    _visit(reading, node, scope, facts)
    reading.facts[mark] = (node, facts)
    return facts


def _visit(reading: Reading, node: Any, scope: Scope, facts: Facts) -> None:
    if isinstance(node, tuple):
        for item in node:
            _visit(reading, item, scope, facts)
    elif isinstance(node, ast.ColumnRef):
        facts.columns.append((node, resolve(reading, node, scope)))
    elif isinstance(node, ast.ParamRef):
        facts.parameters.append(node.number or 0)
    elif isinstance(node, ast.SubLink):
        _subquery(reading, node, scope, facts)
    elif isinstance(node, ast.SelectStmt):
        facts.movable = False
        reading.read_query(reading, node, scope, scope.ctes, joined=False)
    elif isinstance(node, ast.Node):
        if isinstance(node, ast.FuncCall):
            _call(reading, node, facts)
        elif isinstance(node, (ast.CurrentOfExpr, ast.SetToDefault, ast.GroupingFunc)):
            facts.movable = False
        for slot in child_slots(type(node)):
            value = getattr(node, slot)
            if value is not None:
                _visit(reading, value, scope, facts)


def _subquery(reading: Reading, node: Any, scope: Scope, facts: Facts) -> None:
    facts.movable = False
    if node.testexpr is not None:
        _visit(reading, node.testexpr, scope, facts)
    existence = node.subLinkType == enums.SubLinkType.EXISTS_SUBLINK
    output, _ = reading.read_query(reading, node.subselect, scope, scope.ctes, existence=existence, joined=False)
    if not existence:
        reading.touch(read for _, value in output for read in value.reads)


def _call(reading: Reading, node: Any, facts: Facts) -> None:
    names = words(node.funcname)
    name = names[-1]
    shown = name if len(names) == 1 or names[0] == "pg_catalog" else ".".join(names)
    reading.functions[shown] = None
    if node.over is not None:
        facts.movable = False
    elif is_aggregate(reading, node):
        facts.movable, facts.aggregate = False, True
        reading.aggregates[shown] = None
    elif name in CHANGING or name in reading.catalog.changing:
        facts.movable = False


def is_aggregate(reading: Reading, node: Any) -> bool:
    """Whether a FuncCall is one, as far as its name and form tell."""
    name = words(node.funcname)[-1]
    known = name in AGGREGATES or name in reading.catalog.aggregates
    return known or bool(node.agg_star or node.agg_order or node.agg_filter or node.agg_within_group or node.agg_distinct)


def resolve(reading: Reading, node: Any, scope: Scope) -> Value:
    """What a ColumnRef stands for; OPAQUE for what is not known."""
    fields = words(node.fields)
    if fields[-1] == "*":
        source = scope.source(fields[-2]) if len(fields) > 1 else None
        return whole_row(reading, source)
    if len(fields) == 1:
        found = scope.column(fields[0])
        if found is not None:
            return found
        source = scope.source(fields[0])
        return whole_row(reading, source) if source is not None else OPAQUE
    source = scope.source(fields[-2], fields[-3] if len(fields) > 2 else None)
    if source is None or source.has(fields[-1]) is False:
        return OPAQUE
    return source.value(fields[-1])


def whole_row(reading: Reading, source: Source | None) -> Value:
    """A whole-row reference reads every column."""
    if source is None:
        return OPAQUE
    if source.table is not None:
        reading.whole_rows = True
    return Value((), False, tuple(read for _, value in source.output() for read in value.reads))


def value_of(reading: Reading, node: Any, scope: Scope) -> Value:
    """The value of an expression: with an origin where it is a column of, or an expression over, one relation."""
    if isinstance(node, ast.ColumnRef):
        return resolve(reading, node, scope)
    facts = examine(reading, node, scope)
    origin = _origin(node, facts)
    return Value((), facts.movable, facts.reads) if origin is None else Value((origin,), True, facts.reads)


def _origin(node: Any, facts: Facts) -> Origin | None:
    if not facts.columns or not facts.movable:
        return None
    relation = None
    standing: dict[int, Any] = {}
    columns: list[str] = []
    for reference, value in facts.columns:
        if len(value.origins) != 1 or not value.pushable:
            return None
        origin = value.origins[0]
        if relation not in (None, origin.relation):
            return None
        relation = origin.relation
        standing[id(reference)] = origin.node
        columns.extend(origin.columns)
    assert relation is not None
    return Origin(relation, substituted(node, standing), tuple(dict.fromkeys(columns)))


def touch(reading: Reading, node: Any, scope: Scope) -> Facts:
    """Examines an expression whose columns are needed above the scans."""
    facts = examine(reading, node, scope)
    reading.touch(facts.reads)
    return facts
