"""`Slot`: what a place in a statement wants of a value; and the type of an expression as far as no catalog is needed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pglast
from pglast import ast

_COMPARISONS = frozenset(
    """= <> != < <= > >= ~ !~ ~* !~* ~~ !~~ ~~* !~~* && @> <@ @@ ? ?| ?& @?""".split()  # noqa: SIM905
)
_RETURNS = {
    "now": "timestamp with time zone", "clock_timestamp": "timestamp with time zone",
    "statement_timestamp": "timestamp with time zone", "transaction_timestamp": "timestamp with time zone",
    "count": "bigint", "length": "integer", "char_length": "integer", "octet_length": "integer", "cardinality": "integer",
    "array_length": "integer", "row_number": "bigint", "rank": "bigint", "random": "double precision", "extract": "numeric",
    "date": "date", "date_part": "double precision", "concat": "text", "substring": "text", "trim": "text",
    "btrim": "text", "to_char": "text", "md5": "text", "replace": "text", "left": "text", "right": "text", "avg": "numeric",
    "to_tsvector": "tsvector", "jsonb_array_length": "integer", "jsonb_typeof": "text", "array_agg": "text[]", "age": "interval",
    "gen_random_uuid": "uuid", "position": "integer", "jsonb_extract_path_text": "text", "similarity": "real",
    "tsrange": "tsrange", "tstzrange": "tstzrange", "daterange": "daterange", "int4range": "int4range",
    "int8range": "int8range", "numrange": "numrange", "point": "point", "setweight": "tsvector",
}  # fmt: skip
LIKE_ARGUMENT = frozenset(
    ("date_trunc", "max", "min", "sum", "abs", "coalesce", "greatest", "least", "nullif", "timezone", "any_value")
)
_CLOCK = {
    "SVFOP_CURRENT_DATE": "date", "SVFOP_CURRENT_TIME": "time with time zone",
    "SVFOP_LOCALTIME": "time without time zone", "SVFOP_LOCALTIMESTAMP": "timestamp without time zone",
    "SVFOP_CURRENT_TIMESTAMP": "timestamp with time zone",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a parameter.

    `role`: value (of the type named), typed (the same, but only a literal with its type spelled out will do), cast (under a
    cast or a type's name: only a bare string literal fits), array or element (of the type named), shift (added to or taken
    from it), argument (of `function`, at `position` from 0, one of so many `arguments`), count (LIMIT, OFFSET, a
    subscript), condition (a boolean), nothing (the context says nothing).
    Of a value `function` may be lower or upper: of a string, or the bound of a range.
    The type is `type_sql`, or that of `column` of the relation that goes by `qualifier` (None: any that has it; with
    `column` None and `position` set: the column at that position of the target).
    """

    role: str
    type_sql: str | None = None
    qualifier: str | None = None
    column: str | None = None
    function: str | None = None
    position: int | None = None
    arguments: int = 0

    @property
    def typed(self) -> bool:
        return self.type_sql is not None or self.column is not None


NOTHING = Slot("nothing")


def type_of(node: Any) -> Slot:
    """The type of an expression as far as it can be told without a catalog."""
    if isinstance(node, ast.ColumnRef) and node.fields:
        names = [field.sval for field in node.fields if isinstance(field, ast.String)]
        if len(names) == len(node.fields):
            return Slot("value", qualifier=names[-2] if len(names) > 1 else None, column=names[-1])
    if isinstance(node, ast.TypeCast):
        return Slot("value", type_sql=type_name(node.typeName))
    if isinstance(node, ast.A_Const):
        return _type_of_constant(node)
    if isinstance(node, ast.FuncCall):
        return _type_of_call(node)
    if isinstance(node, ast.SQLValueFunction) and node.op is not None:
        return Slot("value", type_sql=_CLOCK.get(node.op.name.removesuffix("_N"), "text"))
    if isinstance(node, ast.A_Expr) and node.kind == pglast.enums.A_Expr_Kind.AEXPR_OP:
        return _type_of_operation(node)
    if isinstance(node, (ast.CoalesceExpr, ast.MinMaxExpr)):
        return first_typed(node.args or ())
    if isinstance(node, ast.CaseExpr):
        return first_typed([*(when.result for when in node.args or ()), node.defresult])
    if isinstance(node, ast.CollateClause):
        return type_of(node.arg)
    return NOTHING


def first_typed(nodes: Iterable[Any]) -> Slot:
    return next((slot for slot in map(type_of, nodes) if slot.typed), NOTHING)


def _type_of_constant(node: Any) -> Slot:
    if isinstance(node.val, ast.Integer):
        return Slot("value", type_sql="integer")
    if isinstance(node.val, ast.Float):
        return Slot("value", type_sql="numeric")
    if isinstance(node.val, ast.Boolean):
        return Slot("value", type_sql="boolean")
    return NOTHING


def _type_of_call(node: Any) -> Slot:
    name = node.funcname[-1].sval
    if name in ("lower", "upper") and node.args:
        argument = type_of(node.args[0])  # of a string, or of a range
        return replace(argument, function=name) if argument.column is not None else Slot("value", type_sql="text")
    if name in _RETURNS:
        return Slot("value", type_sql=_RETURNS[name])
    if name in LIKE_ARGUMENT and node.args:
        return type_of(node.args[-1])
    return NOTHING


def _type_of_operation(node: Any) -> Slot:
    operator = node.name[-1].sval
    if operator in ("->>", "#>>"):
        return Slot("value", type_sql="text")
    if operator in ("->", "#>"):
        return Slot("value", type_sql="jsonb")
    if operator in _COMPARISONS:
        return Slot("value", type_sql="boolean")
    if operator == "<->":
        return Slot("value", type_sql="double precision")
    left, right = type_of(node.lexpr), type_of(node.rexpr)
    if operator == "||":
        return left if left.typed else right if right.typed else Slot("value", type_sql="text")
    if left.type_sql == "interval" and right.typed:
        return right
    return left if left.typed else right


def type_name(node: Any) -> str:
    names = [part.sval for part in node.names]
    if len(names) > 1 and names[0] == "pg_catalog":
        names = names[1:]
    return ".".join(names) + "[]" * len(node.arrayBounds or ())
