"""WITH queries."""

from collections.abc import Mapping
from typing import Any

from pglast import ast, enums

from pgadvisor.parse.origin import fixed
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Cte, Scope
from pgadvisor.parse.tree import replaced, walk, words


def read_ctes(reading: Reading, node: Any, scope: Scope) -> None:
    """The WITH queries of a statement; each sees those before it, and itself under RECURSIVE."""
    clause = node.withClause
    if clause is None:
        return
    ctes = dict(scope.ctes)
    scope.ctes = ctes
    for number, definition in enumerate(clause.ctes):
        inside: Mapping[str, Cte] = ctes
        recursive = bool(clause.recursive) and _refers(definition.ctequery, definition.ctename) > 0
        if recursive:
            inside = {**ctes, definition.ctename: Cte((), frozenset(), is_open=True)}
        output, relations = reading.read_query(reading, definition.ctequery, scope.parent, inside)
        names = words(definition.aliascolnames)
        output = tuple((names[n] if n < len(names) else name, value) for n, (name, value) in enumerate(output))
        folded = isinstance(definition.ctequery, ast.SelectStmt) and not recursive and _folded(definition, node, number)
        if not folded:
            output = tuple((name, fixed(value)) for name, value in output)
            reading.touch(read for _, value in output for read in value.reads)
        ctes[definition.ctename] = Cte(output, relations)


def _folded(definition: Any, node: Any, number: int) -> bool:
    """Whether the planner makes a WITH query a subquery (inline_cte in subselect.c): asked to, or used once."""
    wish = definition.ctematerialized
    if wish != enums.CTEMaterialize.CTEMaterializeDefault:
        return bool(wish == enums.CTEMaterialize.CTEMaterializeNever)
    users = (*node.withClause.ctes[number + 1 :], replaced(node, withClause=None))
    return sum(_refers(user, definition.ctename) for user in users) <= 1


def _refers(node: Any, name: str) -> int:
    return sum(isinstance(n, ast.RangeVar) and n.relname == name and n.schemaname is None for n in walk(node))
