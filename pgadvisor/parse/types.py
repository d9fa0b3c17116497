"""Names of types as PostgreSQL's format_type() spells them."""

from typing import Any

from pglast import ast

from pgadvisor.parse.tree import Node, words

SPELLED = {
    "int2": "smallint",
    "int4": "integer",
    "int": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "decimal": "numeric",
    "varchar": "character varying",
    "bpchar": "character",
    "varbit": "bit varying",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "smallserial": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
_OF_SYSTEM = frozenset(SPELLED) | frozenset(
    """bit char name text bytea json jsonb uuid xml date interval numeric money inet cidr macaddr point box
    circle path polygon line lseg tsvector tsquery oid regclass int4range int8range numrange tsrange tstzrange
    daterange""".split()  # noqa: SIM905
)
_TEXTUAL = frozenset({"text", "varchar"})


def base_name(node: Node) -> str:
    """The short name of a type, "int4" for integer, without schema if that is pg_catalog."""
    names = words(node.names)
    if names[0] == "pg_catalog":
        names = names[1:]
    name = ".".join(names)
    return {"int": "int4", "decimal": "numeric"}.get(name, name)


def of_system(node: Node) -> bool:
    """Whether the type is one of PostgreSQL's own."""
    return base_name(node) in _OF_SYSTEM


def is_textual(node: Node) -> bool:
    """text or varchar, of any length; a cast between the two changes nothing that an index sees."""
    return base_name(node) in _TEXTUAL


def is_array(node: Node) -> bool:
    return bool(node.arrayBounds)


def type_sql(node: Node) -> str:
    """The type as format_type() writes it, "character varying(10)[]"."""
    short = base_name(node)
    name = SPELLED.get(short, short)
    modifiers = [_constant(item) for item in node.typmods or () if isinstance(item, ast.A_Const)]
    if modifiers and short not in ("interval",) and all(item is not None for item in modifiers):
        inner = f"({','.join(str(item) for item in modifiers)})"
        head, space, tail = name.partition(" with")
        name = f"{head}{inner}{space}{tail}"
    return name + "[]" * min(len(node.arrayBounds or ()), 1)


def _constant(node: Any) -> Any:
    return getattr(node.val, "ival", getattr(node.val, "sval", None))
