"""`name LIKE '%x'` asks for the end of a text, which is the beginning of the reversed text: `reverse(name) LIKE 'x%'`.

Equivalent where
- the operator is LIKE and the pattern is a constant with one % in front and no other wildcard or escape in it, so that reversing
  it by characters, as reverse() does, gives the pattern of the reversed text;
- the column is a text or varchar with a collation under which equal means the same bytes.
It needs an index on `reverse(name)` with text_pattern_ops.
"""

import re

from sqlglot import exp

from pgadvisor.rewrite.dialect import built
from pgadvisor.rewrite.kind import Kind, Written, on_column
from pgadvisor.rewrite.scope import Scope
from pgadvisor.rewrite.types import STRINGS

_ENDING = re.compile(r"%[^%_\\]+\Z")


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    if not isinstance(node, exp.Like):
        return None
    known, pattern = scope.column(node.this), node.expression
    text = str(pattern.this) if isinstance(pattern, exp.Literal) and pattern.is_string else ""
    if known is None or known.type_sql not in STRINGS or not known.plain_collation or _ENDING.match(text) is None:
        return None
    return on_column(known, built("reverse(c) LIKE reverse(v)", c=node.this, v=pattern))


KIND = Kind("reversed-suffix", "leading-wildcard", condition=_rewrite)
