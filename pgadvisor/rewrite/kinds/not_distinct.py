"""`c IS NOT DISTINCT FROM v` is no operator that an index knows; `c = v` and `c IS NULL` are.

Equivalent for every v, NULL or not, where v is one value for the whole statement: the planner then sees which half is asked for.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, on_column
from pgadvisor.rewrite.scope import Scope
from pgadvisor.rewrite.types import COMPARABLE, UNKNOWN, cast
from pgadvisor.rewrite.values import text_of, value_type, whole_number


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    if not isinstance(node, exp.NullSafeEQ):
        return None
    for column, value in ((node.left, node.right), (node.right, node.left)):
        known = scope.column(column)
        kind = value_type(value, scope, known.source.alias) if known is not None else None
        if known is None or kind is None or known.type_sql not in COMPARABLE or value.find(exp.Column):
            continue
        if text_of(value) is not None or whole_number(value) is not None or not known.nullable:
            return on_column(known, built("c = v", c=column, v=opened(value)))
        typed = cast(value, known.type_sql) if kind == UNKNOWN else value
        return on_column(known, built("(c = v OR (c IS NULL AND w IS NULL))", c=column, v=value, w=typed))
    return None


KIND = Kind("not-distinct", "non-sargable-predicate", condition=_rewrite)
