"""ORDER BY, DISTINCT ON and windows as orderings of keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pglast import ast, enums

from pgadvisor.model.workload import Ordering, OrderKey, Predicate
from pgadvisor.parse.examine import touch, value_of
from pgadvisor.parse.operands import operand_of
from pgadvisor.parse.origin import OPAQUE, Output, Value
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope
from pgadvisor.parse.tree import operator_name, words

_DISTANCES = frozenset({"<->", "<#>", "<=>", "<+>", "<~>", "<%>", "<<->", "<->>", "<<<->", "<->>>"})


@dataclass(frozen=True, slots=True)
class Sorted:
    """One item of ORDER BY."""

    value: Value
    descending: bool
    nulls_first: bool
    collation: str | None = None


def sort_keys(reading: Reading, items: Sequence[Any], scope: Scope, output: Output) -> list[Sorted]:
    """The items of an ORDER BY, constants left out; their columns are noted as needed."""
    keys = []
    for item in items:
        node, collation = item.node, None
        if isinstance(node, ast.CollateClause):
            node, collation = node.arg, ".".join(words(node.collname))
        value = _sort_value(reading, node, scope, output)
        if value is None:
            continue
        reading.touch(value.reads)
        descending = item.sortby_dir == enums.SortByDir.SORTBY_DESC or words(item.useOp)[-1:] == (">",)
        nulls = item.sortby_nulls
        first = descending if nulls in (None, _DEFAULT) else nulls == enums.SortByNulls.SORTBY_NULLS_FIRST
        keys.append(Sorted(value, descending, first, collation))
    return keys


_DEFAULT = enums.SortByNulls.SORTBY_NULLS_DEFAULT


def _sort_value(reading: Reading, node: Any, scope: Scope, output: Output) -> Value | None:
    """By position, by an output's name, or any expression; None for a constant."""
    if isinstance(node, ast.A_Const):
        if not isinstance(node.val, ast.Integer):
            return None
        position = (node.val.ival or 0) - 1
        return output[position][1] if 0 <= position < len(output) else OPAQUE
    if isinstance(node, ast.ParamRef):
        return None
    if isinstance(node, ast.ColumnRef) and len(node.fields) == 1:
        name = words(node.fields)[0]
        if name in scope.outputs:
            return scope.outputs[name]
    if isinstance(node, ast.A_Expr) and operator_name(node) in _DISTANCES:
        _distance(reading, node, scope)
    return value_of(reading, node, scope)


def _distance(reading: Reading, node: Any, scope: Scope) -> None:
    """ORDER BY key <-> value: nearest neighbours, also told as a predicate that restricts nothing."""
    for left, right in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
        value = value_of(reading, left, scope)
        if value.origins:
            operand = operand_of(reading, right, scope)
            for key in reading.keys(value):
                predicate = Predicate(key, operator_name(node), operand, conjunct=False, searchable=False)
                reading.predicates.append(predicate)
            return


def add_ordering(reading: Reading, scope: Scope, items: Sequence[Sorted], *, limited: bool) -> None:
    """Adds an ordering of the scope: its leading keys, as many as are keys of relations."""
    keys: list[OrderKey] = []
    for item in items:
        found = reading.keys(item.value)
        if len(found) != 1:
            break
        keys.append(OrderKey(found[0], item.descending, item.nulls_first, item.collation))
    if not items:
        return
    complete = len(keys) == len(items) and len({key.key.relation for key in keys}) == 1
    reading.orderings.append(Ordering(scope.number, tuple(keys), limited, complete))


def window_orderings(reading: Reading, named: Sequence[Any], calls: Sequence[Any], scope: Scope) -> list[list[Value]]:
    """The orders that window functions ask for; returns each window's PARTITION BY."""
    inline = [call.over for call in calls if call.over is not None]
    own = [window for window in inline if window.partitionClause or window.orderClause or not window.name]
    partitions = []
    for window in [*named, *own]:
        items = [Sorted(value_of(reading, part, scope), False, False) for part in window.partitionClause or ()]
        for item in items:
            reading.touch(item.value.reads)
        touch(reading, tuple(part for part in (window.startOffset, window.endOffset) if part is not None), scope)
        partitions.append([item.value for item in items])
        add_ordering(reading, scope, items + sort_keys(reading, window.orderClause or (), scope, ()), limited=False)
    return partitions
