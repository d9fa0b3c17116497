"""INSERT, UPDATE, DELETE and MERGE."""

from collections.abc import Mapping
from typing import Any

from pglast import ast, enums

from pgadvisor.parse.compare import Place
from pgadvisor.parse.ctes import read_ctes
from pgadvisor.parse.examine import touch
from pgadvisor.parse.origin import Output
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.scope import Cte, Scope, Source
from pgadvisor.parse.select import Result, read_targets
from pgadvisor.parse.sources import read_from, read_relation
from pgadvisor.parse.where import read_condition

Match = enums.MergeMatchKind


def read_change(reading: Reading, node: Any, parent: Scope | None, ctes: Mapping[str, Cte]) -> Result:
    """Reads a statement that changes rows; its columns are those of RETURNING."""
    scope = reading.new_scope(parent, ctes)
    read_ctes(reading, node, scope)
    target = _target(reading, node, scope)
    _READERS[type(node)](reading, node, scope, target)
    output = _returning(reading, node, scope)
    return output, target.relations


def _target(reading: Reading, node: Any, scope: Scope) -> Source:
    role = "target" if isinstance(node, ast.InsertStmt) else "both"
    target = read_relation(reading, node.relation, scope, role)
    if target.table is None:
        raise Refused(f"changes {node.relation.relname} through a view or a system catalog")
    scope.sources.append(target)
    return target


def _insert(reading: Reading, node: Any, scope: Scope, target: Source) -> None:
    columns = [item.name for item in node.cols or ()] or list(target.columns)
    _assign(reading, target, columns)
    if node.selectStmt is not None:
        output, _ = reading.read_query(reading, node.selectStmt, scope.parent, scope.ctes)
        reading.touch(read for _, value in output for read in value.reads)
    conflict = node.onConflictClause
    if conflict is not None:
        scope.sources.append(Source("excluded", open=True))
        _set(reading, conflict.targetList, scope, target)
        if conflict.whereClause is not None:
            touch(reading, conflict.whereClause, scope)
        scope.sources.pop()


def _update(reading: Reading, node: Any, scope: Scope, target: Source) -> None:
    read_from(reading, node.fromClause, scope)
    _set(reading, node.targetList, scope, target)
    _where(reading, node, scope)


def _delete(reading: Reading, node: Any, scope: Scope, target: Source) -> None:
    read_from(reading, node.usingClause, scope)
    _where(reading, node, scope)


def _where(reading: Reading, node: Any, scope: Scope) -> None:
    if node.whereClause is not None and not isinstance(node.whereClause, ast.CurrentOfExpr):
        read_condition(reading, node.whereClause, scope, Place())


def _merge(reading: Reading, node: Any, scope: Scope, target: Source) -> None:
    mark = len(reading.relations)
    read_from(reading, (node.sourceRelation,), scope)
    kinds = {clause.matchKind for clause in node.mergeWhenClauses}
    read_condition(reading, node.joinCondition, scope, _merge_place(reading, kinds, target, mark))
    for clause in node.mergeWhenClauses:
        if clause.condition is not None:
            touch(reading, clause.condition, scope)
        if clause.commandType == enums.CmdType.CMD_INSERT:
            _assign(reading, target, [item.name for item in clause.targetList or ()] or list(target.columns))
            touch(reading, clause.values or (), scope)
        elif clause.commandType == enums.CmdType.CMD_UPDATE:
            _set(reading, clause.targetList, scope, target)


def _merge_place(reading: Reading, kinds: set[Any], target: Source, mark: int) -> Place:
    """WHEN NOT MATCHED makes MERGE an outer join: of the target, of the source (BY SOURCE), or of both."""
    source = frozenset(range(mark, len(reading.relations)))
    by_target = Match.MERGE_WHEN_NOT_MATCHED_BY_TARGET in kinds
    by_source = Match.MERGE_WHEN_NOT_MATCHED_BY_SOURCE in kinds
    if by_target:
        reading.mark_outer(target.relations)
    if by_source:
        reading.mark_outer(source)
    if by_target and by_source:
        return Place(conjunct=False, nullable=frozenset())
    if by_target:
        return Place(conjunct=False, nullable=target.relations)
    return Place(conjunct=False, nullable=source) if by_source else Place()


def _assign(reading: Reading, target: Source, columns: list[Any]) -> None:
    assert target.table is not None
    for column in columns:
        reading.assigned[target.table, column] = None


def _set(reading: Reading, items: Any, scope: Scope, target: Source) -> None:
    """SET column = expression, and SET (a, b) = (row or subquery)."""
    _assign(reading, target, [item.name for item in items or ()])
    for item in items or ():
        if not isinstance(item.val, ast.MultiAssignRef):
            touch(reading, item.val, scope)
        elif item.val.colno == 1:
            touch(reading, item.val.source, scope)


def _returning(reading: Reading, node: Any, scope: Scope) -> Output:
    clause = getattr(node, "returningClause", None)
    if clause is None:
        return ()
    for option in clause.options or ():
        scope.sources.append(Source(option.value, open=True))
    return read_targets(reading, clause.exprs, scope)


_READERS: dict[type, Any] = {
    ast.InsertStmt: _insert,
    ast.UpdateStmt: _update,
    ast.DeleteStmt: _delete,
    ast.MergeStmt: _merge,
}
