"""A `char(n)` column compared with a text is made text for it, row by row; the text made `bpchar` does the same.

Equivalent where
- the comparison is = and the column has a collation under which equal means the same bytes;
- the other side is a text (a column of the list or table beside it, a cast), not a bare constant, which becomes bpchar by itself;
- it does not end in blanks: the column's text never does (rtrim1 when bpchar becomes text), bpchar's = does not see them. For
  what the text does not show, the rewritten condition says so itself, and the two are equivalent for every value.
`::bpchar` without a length: `::char(1)` would cut 'NW' to 'N' and find it.
"""

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Scope
from pgadvisor.rewrite.types import STRINGS, UNKNOWN, has_modifier, type_of_cast
from pgadvisor.rewrite.values import text_of, value_type


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    for one in comparisons(node):
        explicit = type_of_cast(one.left) in STRINGS and not has_modifier(one.left)
        column = opened(one.left.this) if explicit else one.left
        known = scope.column(column)
        if known is None or known.type_sql != "character" or one.operator != "=" or not known.plain_collation:
            continue
        kind = value_type(one.right, scope, known.source.alias)
        if kind not in STRINGS and not (explicit and kind == UNKNOWN):
            return None
        text = text_of(one.right)
        if text is not None:
            return None if text.endswith(" ") else on_column(known, built("c = v::bpchar", c=column, v=one.right))
        template = "c = v::bpchar AND v = v::bpchar::text"
        typed = built("v::text", v=one.right) if kind == UNKNOWN else one.right
        return on_column(known, built(template, c=column, v=typed))
    return None


KIND = Kind("padded-text", "implicit-cast", condition=_rewrite)
