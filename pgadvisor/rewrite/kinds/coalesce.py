"""`coalesce(c, d) = v` asks for `c = v`, or for the NULLs where `d = v`.

Equivalent where
- there are two arguments, the column and one value, and all three are of the column's type (or constants or parameters that
  become it): then the comparison is the same operator in both, with the column's own collation;
- a column that is NOT NULL, and that no outer join fills up with NULLs, needs no second half.
No row where v is NULL, in both.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built
from pgadvisor.rewrite.kind import Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import COMPARABLE, INTEGERS, STRINGS, UNKNOWN, cast, fits
from pgadvisor.rewrite.values import named, text_of, value_type, whole_number


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        call = one.left
        if not isinstance(call, exp.Anonymous) or str(call.this).lower() != "coalesce" or len(call.expressions) != 2:
            continue
        known = scope.column(call.expressions[0])
        if known is None or known.type_sql not in COMPARABLE or not known.plain_collation:
            continue
        default, value = call.expressions[1], one.right
        kinds = [value_type(each, scope, known.source.alias) for each in (default, value)]
        if not all(_same(kind, each, known) for kind, each in zip(kinds, (default, value), strict=True)):
            return None
        return _halves(known, call.expressions[0], default, one.operator, value, kinds)
    return None


def _same(kind: str | None, node: exp.Expr, known: Known) -> bool:
    if kind in (known.type_sql, UNKNOWN) or (kind in STRINGS and known.type_sql in STRINGS):
        return True
    number = whole_number(node)
    if known.type_sql == "numeric":
        return kind in INTEGERS
    return number is not None and fits(number, known.type_sql)


def _halves(
    known: Known, column: exp.Expr, default: exp.Expr, operator: str, value: exp.Expr, kinds: list[str | None]
) -> Written:
    unsure = [each for each, kind in zip((default, value), kinds, strict=True) if kind == UNKNOWN and text_of(each) is None]
    conditions = [f"{named(each)} is of type {known.type_sql}" for each in unsure] if known.type_sql not in STRINGS else []
    right = cast(value, known.type_sql) if kinds[1] == UNKNOWN and text_of(value) is None else value
    if not known.nullable:
        return on_column(known, built(f"c {operator} v", c=column, v=right), *conditions)
    falls = cast(default, known.type_sql) if kinds[0] == UNKNOWN else default
    typed = cast(value, known.type_sql) if kinds[1] == UNKNOWN else value
    template = f"(c {operator} v OR (c IS NULL AND d {operator} w))"
    return on_column(known, built(template, c=column, v=right, d=falls, w=typed), *conditions)


KIND = Kind("coalesce", "non-sargable-predicate", condition=_rewrite)
