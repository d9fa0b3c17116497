"""Where each $n of a statement stands, and so what type of value belongs there."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pglast
from pglast import ast

from pgadvisor.parse.slot_types import LIKE_ARGUMENT, NOTHING, Slot, first_typed, type_name, type_of

_SHIFTS = frozenset(("+", "-"))
_CONDITION = Slot("condition")
_COUNT = Slot("count")


def parameter_slots(sql: str) -> dict[int, Slot]:
    """The place of every $n of `sql`; the most telling one where it stands in several. {} for unreadable text."""
    try:
        statements = pglast.parse_sql(sql)
    except (pglast.parser.ParseError, RecursionError):
        return {}
    found: dict[int, Slot] = {}
    for raw in statements:
        _visit(raw.stmt, NOTHING, found)
    return found


def _visit(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    if isinstance(node, (tuple, list)):
        for each in node:
            _visit(each, expected, found)
        return
    if not isinstance(node, ast.Node):
        return
    if isinstance(node, ast.ParamRef):
        _note(found, node.number or 0, expected)
        return
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        handler(node, expected, found)
    else:
        _visit_children(node, found)


def _visit_children(node: Any, found: dict[int, Slot], skip: Iterable[str] = ()) -> None:
    for name in node:
        if name not in skip:
            _visit(getattr(node, name), NOTHING, found)


def _note(found: dict[int, Slot], number: int, slot: Slot) -> None:
    known = found.get(number)
    if known is None or _telling(slot) > _telling(known):
        found[number] = slot


def _telling(slot: Slot) -> int:
    if slot.role == "nothing":
        return 0
    if slot.role == "argument":
        return 1
    if slot.role == "cast" or slot.typed or slot.role in ("count", "condition"):
        return 3
    return 2


def _operation(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    kinds = pglast.enums.A_Expr_Kind
    operator = node.name[-1].sval if node.name else ""
    left, right = type_of(node.lexpr), type_of(node.rexpr)
    if node.kind in (kinds.AEXPR_OP_ANY, kinds.AEXPR_OP_ALL):
        _visit(node.lexpr, _as(right, "element"), found)
        _visit(node.rexpr, _as(left, "array"), found)
    elif node.kind in (kinds.AEXPR_IN, kinds.AEXPR_BETWEEN, kinds.AEXPR_NOT_BETWEEN, kinds.AEXPR_BETWEEN_SYM):
        _visit(node.lexpr, first_typed(node.rexpr), found)
        _visit(node.rexpr, left, found)
    elif operator in _SHIFTS:
        _visit(node.lexpr, _shifted(operator, right) if right.typed else expected, found)
        _visit(node.rexpr, _as(left, "shift") if left.typed else expected, found)
    elif operator in ("*", "/") and "interval" in (left.type_sql, right.type_sql):
        _visit([node.lexpr, node.rexpr], Slot("value", type_sql="integer"), found)
    elif operator in ("->", "->>"):
        _visit(node.lexpr, Slot("value", type_sql="jsonb"), found)
        _visit(node.rexpr, Slot("value", type_sql="text"), found)
    elif operator in ("#>", "#>>", "?|", "?&"):
        _visit(node.lexpr, Slot("value", type_sql="jsonb"), found)
        _visit(node.rexpr, Slot("value", type_sql="text[]"), found)
    elif operator == "?":
        _visit(node.lexpr, Slot("value", type_sql="jsonb"), found)
        _visit(node.rexpr, Slot("value", type_sql="text"), found)
    elif operator == "@@":
        _visit(node.lexpr, Slot("value", type_sql="tsvector"), found)
        _visit(node.rexpr, Slot("value", type_sql="tsquery"), found)
    elif isinstance(node.lexpr, ast.RowExpr) and isinstance(node.rexpr, ast.RowExpr):
        for one, other in zip(node.lexpr.args or (), node.rexpr.args or (), strict=False):
            _visit(one, type_of(other), found)
            _visit(other, type_of(one), found)
    else:
        _visit(node.lexpr, _as(right, "value") if right.typed else NOTHING, found)
        _visit(node.rexpr, _as(left, "value") if left.typed else NOTHING, found)


def _as(slot: Slot, role: str) -> Slot:
    return replace(slot, role=role) if slot.typed else (Slot(role) if role != "value" else NOTHING)


def _shifted(operator: str, right: Slot) -> Slot:
    """The left side of `$1 - right`: of right's type, or a moment where an interval is taken from it."""
    if right.type_sql == "interval":
        return Slot("typed", type_sql="timestamp with time zone")
    return _as(right, "value" if operator == "-" else "shift")


def _cast(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.arg, Slot("cast", type_sql=type_name(node.typeName)), found)


def _array(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    inner = expected
    if expected.role == "array":
        inner = _as(expected, "typed")
    elif expected.type_sql and expected.type_sql.endswith("[]"):
        inner = Slot("value", type_sql=expected.type_sql[:-2])
    elif expected.column:
        inner = replace(expected, role="element")
    _visit(node.elements, inner, found)


def _call(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    name = node.funcname[-1].sval
    sibling = first_typed(node.args or ()) if name in LIKE_ARGUMENT else NOTHING
    arguments = node.args or ()
    for position, argument in enumerate(arguments):
        place = Slot("argument", function=name, position=position, arguments=len(arguments))
        _visit(argument, sibling if sibling.typed and position > 0 else place, found)
    _visit_children(node, found, skip=("args", "agg_filter"))
    _visit(node.agg_filter, _CONDITION, found)


def _alternatives(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    sibling = first_typed(node.args)
    _visit(node.args, sibling if sibling.typed else _spelt_out(expected), found)


def _spelt_out(expected: Slot) -> Slot:
    """Where nothing but parameters decides on the type of CASE or COALESCE, a literal has to say it."""
    return _as(expected, "typed") if expected.role == "value" and expected.typed else expected


def _case(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    tested = type_of(node.arg) if node.arg is not None else _CONDITION
    own = type_of(node)
    known = own if own.typed else _spelt_out(expected)
    for when in node.args:
        _visit(when.expr, tested, found)
        _visit(when.result, known, found)
    _visit(node.arg, first_typed(when.expr for when in node.args), found)
    _visit(node.defresult, known, found)


def _conditions(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.args, _CONDITION, found)


def _select(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.limitCount, _COUNT, found)
    _visit(node.limitOffset, _COUNT, found)
    _visit(node.whereClause, _CONDITION, found)
    _visit(node.havingClause, _CONDITION, found)
    _visit_children(node, found, skip=("limitCount", "limitOffset", "whereClause", "havingClause"))


def _join(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.quals, _CONDITION, found)
    _visit_children(node, found, skip=("quals",))


def _insert(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    names = [column.name for column in node.cols or ()]
    source = node.selectStmt
    if isinstance(source, ast.SelectStmt):
        rows: list[Any] = list(source.valuesLists or ()) or [[target.val for target in source.targetList or ()]]
        for row in rows:
            for position, value in enumerate(row):
                name = names[position] if position < len(names) else None
                _visit(value, Slot("value", column=name, position=position if name is None else None), found)
        _visit_children(source, found, skip=("valuesLists", "targetList", "limitCount", "limitOffset", "whereClause"))
        _visit(source.whereClause, _CONDITION, found)
        _visit([source.limitCount, source.limitOffset], _COUNT, found)
    if node.onConflictClause is not None:
        _assignments(node.onConflictClause.targetList, found)
        _visit(node.onConflictClause.whereClause, _CONDITION, found)
    _visit_children(node, found, skip=("cols", "selectStmt", "onConflictClause"))


def _assignments(targets: Iterable[ast.ResTarget] | None, found: dict[int, Slot]) -> None:
    for target in targets or ():
        _visit(target.val, Slot("value", column=target.name), found)


def _update(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _assignments(node.targetList, found)
    _visit(node.whereClause, _CONDITION, found)
    _visit_children(node, found, skip=("targetList", "whereClause"))


def _multi_assign(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    if isinstance(node.source, ast.RowExpr):
        place = (node.colno or 1) - 1
        _visit((node.source.args or ())[place : place + 1], expected, found)
    elif node.colno == 1:
        _visit(node.source, NOTHING, found)


def _merge_when(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _assignments([target for target in node.targetList or () if target.val is not None], found)
    for target, value in zip(node.targetList or (), node.values or (), strict=False):
        _visit(value, Slot("value", column=target.name), found)
    _visit(node.condition, _CONDITION, found)


def _delete(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.whereClause, _CONDITION, found)
    _visit_children(node, found, skip=("whereClause",))


def _subscripts(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit([node.lidx, node.uidx], _COUNT, found)


def _window(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit([node.startOffset, node.endOffset], _COUNT, found)
    _visit_children(node, found, skip=("startOffset", "endOffset"))


def _sample(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.args, Slot("value", type_sql="real"), found)
    _visit(node.repeatable, _COUNT, found)


def _test(node: Any, expected: Slot, found: dict[int, Slot]) -> None:
    _visit(node.arg, _CONDITION, found)


_HANDLERS: dict[type[Any], Any] = {
    ast.A_Expr: _operation,
    ast.TypeCast: _cast,
    ast.A_ArrayExpr: _array,
    ast.FuncCall: _call,
    ast.CoalesceExpr: _alternatives,
    ast.MinMaxExpr: _alternatives,
    ast.CaseExpr: _case,
    ast.BoolExpr: _conditions,
    ast.SelectStmt: _select,
    ast.JoinExpr: _join,
    ast.InsertStmt: _insert,
    ast.UpdateStmt: _update,
    ast.MultiAssignRef: _multi_assign,
    ast.MergeWhenClause: _merge_when,
    ast.DeleteStmt: _delete,
    ast.A_Indices: _subscripts,
    ast.WindowDef: _window,
    ast.RangeTableSample: _sample,
    ast.BooleanTest: _test,
}
