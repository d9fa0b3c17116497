"""`id::text = $1` asks for the id that the text stands for.

Equivalent where
- the column is an integer or a uuid, whose text has one spelling only, and the comparison is = (texts are sorted in another
  order), or = ANY of an array;
- the text is that spelling: digits without zeros in front, lower-case hexadecimal in groups. `'007'::int` is a number, but
  no number's text. For a constant this is seen, for a parameter it is a condition.
"""

import re

from sqlglot import exp

from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, comparisons, on_column
from pgadvisor.rewrite.scope import Known, Scope
from pgadvisor.rewrite.types import INTEGERS, STRINGS, UNKNOWN, cast, fits, has_modifier, type_of_cast
from pgadvisor.rewrite.values import named, text_of, value_type

_WHOLE = re.compile(r"0|-?[1-9]\d{0,18}\Z", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.ASCII)


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    if isinstance(node, exp.EQ) and isinstance(node.right, exp.Any):
        known = _column(node.left, scope)
        array = opened(node.right.this)
        if known is None or not isinstance(array, exp.Parameter):
            return None
        values = cast(array, f"{known.type_sql}[]")
        condition = f"every element of {named(array)} is {_spelling(known)}"
        return on_column(known, built("c = ANY(v)", c=opened(node.left).this, v=values), condition)
    for one in comparisons(node):
        known = _column(one.left, scope)
        if known is not None and one.operator == "=" and value_type(one.right, scope, known.source.alias) in (UNKNOWN, *STRINGS):
            return _equal(known, opened(one.left.this), one.right)
    return None


def _column(node: exp.Expr, scope: Scope) -> Known | None:
    """The integer or uuid column that `node` makes a text of any length of."""
    node = opened(node)
    if type_of_cast(node) not in STRINGS or has_modifier(node):
        return None
    known = scope.column(node.this)
    return known if known is not None and known.type_sql in (*INTEGERS, "uuid") else None


def _equal(known: Known, column: exp.Expr, value: exp.Expr) -> Written | None:
    text = text_of(value)
    if text is not None and not _is_spelling(text, known.type_sql):
        return None
    conditions = () if text is not None else (f"{named(value)} is {_spelling(known)}",)
    return on_column(known, built("c = v", c=column, v=cast(value, known.type_sql)), *conditions)


def _is_spelling(text: str, type_sql: str) -> bool:
    if type_sql == "uuid":
        return _UUID.match(text) is not None
    return _WHOLE.fullmatch(text) is not None and fits(int(text), type_sql)


def _spelling(known: Known) -> str:
    """What a text has to be to be the column's."""
    if known.type_sql == "uuid":
        return "a uuid in lower case, in the usual five groups"
    return f"a number of type {known.type_sql}, without zeros or signs that it does not need"


KIND = Kind("text-cast", "non-sargable-predicate", condition=_rewrite)
