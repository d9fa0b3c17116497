"""`name LIKE '%x'` asks for the end of a text, which is the beginning of the reversed text: `reverse(name) LIKE 'x%'`.

Equivalent where
- the operator is LIKE and the pattern one % in front and no other wildcard or escape, so that reversing it by characters, as
  reverse() does, gives the pattern of the reversed text. A constant shows it, and of `'%' || $1` or concat('%', $1) the text
  shows a half; the rest is a condition. Of a bare parameter it is one where the log shows nothing else. In `$2 || $1` the first
  is a constant that pg_stat_statements hides: the wildcard is assumed;
- the column is a text or varchar with a collation under which equal means the same bytes.
It needs an index on `reverse(name)` with text_pattern_ops.
"""

import re

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import STRINGS
from pgadvisor.rewrite.values import named, text_of

_ENDING = re.compile(r"%[^%_\\]+\Z")
_PLAIN = re.compile(r"[^%_\\]*\Z")


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    if not isinstance(node, exp.Like):
        return None
    known, pattern = scope.column(node.this), opened(node.expression)
    if known is None or known.type_sql not in STRINGS or not known.plain_collation:
        return None
    text = str(pattern.this) if isinstance(pattern, exp.Literal) and pattern.is_string else ""
    if _ENDING.match(text):
        return on_column(known, built("reverse(c) LIKE reverse(v)", c=node.this, v=pattern))
    if isinstance(pattern, exp.Parameter) and str(pattern.this) in scope.endings:
        condition = f"{named(pattern)} is one % and behind it holds no %, _ or backslash"
        return on_column(known, built("reverse(c) LIKE reverse(v)", c=node.this, v=pattern), condition)
    return _joined(node.this, pattern, known)


def _joined(column: exp.Expr, pattern: exp.Expr, known: Known) -> Written | None:
    """A pattern that the statement puts together of a wildcard and a text."""
    wildcard, ending = _halves(pattern)
    if wildcard is None or ending is None or not (isinstance(ending, exp.Parameter) or _PLAIN.match(text_of(ending) or "%")):
        return None
    hidden = isinstance(wildcard, exp.Parameter)
    if hidden and not (isinstance(ending, exp.Parameter) and _number(wildcard) > _number(ending)):
        return None
    if not hidden and text_of(wildcard) != "%":
        return None
    conditions = [f"{named(ending)} holds no %, _ or backslash"] if isinstance(ending, exp.Parameter) else []
    if conditions and isinstance(pattern, exp.Anonymous):
        conditions.append(f"{named(ending)} is not NULL")
    assumed = (f"{named(wildcard)} is '%'",) if hidden else ()
    made = built("reverse(c) LIKE reverse(v) || w", c=column, v=ending, w=wildcard)
    return on_column(known, made, *conditions, assumed=assumed)


def _halves(pattern: exp.Expr) -> tuple[exp.Expr | None, exp.Expr | None]:
    """What `a || b` or concat(a, b) joins."""
    if isinstance(pattern, exp.DPipe):
        return opened(pattern.left), opened(pattern.right)
    if isinstance(pattern, exp.Anonymous) and str(pattern.this).lower() == "concat" and len(pattern.expressions) == 2:
        return opened(pattern.expressions[0]), opened(pattern.expressions[1])
    return None, None


def _number(parameter: exp.Expr) -> int:
    return int(str(parameter.this))


KIND = Kind("reversed-suffix", "leading-wildcard", condition=_rewrite)
