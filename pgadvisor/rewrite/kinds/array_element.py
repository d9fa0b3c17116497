"""`$1 = ANY (labels)` is no operator of a GIN index; `labels @> ARRAY[$1]` is.

Equivalent where
- the array's type is known, a column's or that of a function that returns an array, and its elements are of a type whose = is the
  same in both (numbers, texts, uuid, dates; not char(n), which ignores blanks in one and is made text in the other);
- what is looked for is of the elements' type. For a parameter of an array of numbers that is a condition.
NULL looked for is no row in both: `= ANY` gives NULL, and @> never finds NULL in an array. NULL as the array is no row in both.
Elements that are NULL make `= ANY` NULL where it would be false, which filters alike. Both look at all dimensions.
"""

from sqlglot import exp

from pgadvisor.model.names import Name
from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, on_column
from pgadvisor.rewrite.scope import Known, Scope, spelled
from pgadvisor.rewrite.types import COMPARABLE, INTEGERS, STRINGS, UNKNOWN, cast, fits
from pgadvisor.rewrite.values import named, text_of, value_type, whole_number


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    if not isinstance(node, exp.EQ) or not isinstance(node.right, exp.Any):
        return None
    array, value = opened(node.right.this), opened(node.left)
    known, type_sql = _array(array, scope)
    element = type_sql.removesuffix("[]")
    if known is None or not type_sql.endswith("[]") or element not in COMPARABLE or not known.plain_collation:
        return None
    kind = value_type(value, scope, known.source.alias)
    number = whole_number(value)
    same = kind in (element, UNKNOWN) or (kind in STRINGS and element in STRINGS)
    if not same and not (kind in INTEGERS and number is not None and fits(number, element)):
        return None
    unsure = kind == UNKNOWN and text_of(value) is None and element not in STRINGS
    conditions = [f"{named(value)} is of type {element}"] if unsure else []
    wanted = cast(exp.Array(expressions=[value.copy()]), type_sql)
    return on_column(known, built("a @> w", a=array, w=wanted), *conditions)


def _array(node: exp.Expr, scope: Scope) -> tuple[Known | None, str]:
    """The column whose array, or what a function makes of it, is searched; and the array's type."""
    known = scope.column(node)
    if known is not None:
        return known, known.type_sql
    call = node.expression if isinstance(node, exp.Dot) else node
    if not isinstance(call, exp.Anonymous) or len(call.expressions) != 1:
        return None, ""
    schema = spelled(node.this) if isinstance(node, exp.Dot) and isinstance(node.this, exp.Identifier) else None
    known, name = scope.column(call.expressions[0]), str(call.this)
    found = [one for one in scope.lookup.snapshot.functions if one.name == Name(schema or one.name.schema, name.lower())]
    if known is None or len(found) != 1 or found[0].volatility != "i" or found[0].returns_set:
        return None, ""
    return known, found[0].returns


KIND = Kind("array-element", "non-sargable-predicate", condition=_rewrite)
