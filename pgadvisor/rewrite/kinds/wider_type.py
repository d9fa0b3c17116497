"""`c::bigint = $1` on an integer column needs no cast: the two types compare directly, and through the column's index.

Equivalent where the cast makes the column a wider type of the same operator family: smallint to integer to bigint, and date to
timestamp (its midnight). The comparison across the types is defined as that of the wider one (integer_ops, and date_cmp_timestamp
in src/backend/utils/adt/date.c); infinity is infinity in both. Not to timestamptz, which depends on the time zone.
The other side gets the cast where it is a constant or parameter, so that it means the same.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Scope
from pgadvisor.rewrite.types import INTEGERS, UNKNOWN, cast, has_modifier, type_of_cast
from pgadvisor.rewrite.values import value_type

_WIDER = {
    "smallint": ("integer", "bigint"),
    "integer": ("bigint",),
    "date": ("timestamp without time zone",),
}


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        target = type_of_cast(one.left)
        known = scope.column(one.left.this) if target is not None else None
        if known is None or target is None or target not in _WIDER.get(known.type_sql, ()) or has_modifier(one.left):
            continue
        kind = value_type(one.right, scope, known.source.alias)
        if kind == UNKNOWN:
            value = cast(one.right, target)
        elif kind == target or (kind in INTEGERS and target in INTEGERS):
            value = one.right
        else:
            return None
        return on_column(known, built(f"c {one.operator} v", c=opened(one.left.this), v=value))
    return None


KIND = Kind("wider-type", "non-sargable-predicate", condition=_rewrite)
