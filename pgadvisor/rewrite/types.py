"""Names of types: as the catalog has them (format_type), and as sqlglot's trees do."""

from sqlglot import exp

from pgadvisor.rewrite.dialect import write

INTEGERS = ("smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "numeric")
STRINGS = ("text", "character varying")
MOMENTS = ("timestamp without time zone", "timestamp with time zone")
COMPARABLE = (*NUMBERS, *MOMENTS, *STRINGS, "date", "uuid", "boolean")  # whose = is the same wherever they stand
UNKNOWN = "unknown"  # PostgreSQL's own name for the type of '…' and of a $n that nothing was said of

_LIMITS = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
_SHORT = {
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamptz",
    "character varying": "varchar",
    "character": "bpchar",
}
_LONG = {
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "varchar": "character varying",
    "bpchar": "character",
    "char": "character",
    "int": "integer",
    "decimal": "numeric",
}


def short(type_sql: str) -> str:
    """The type as a cast names it; without a length, so that nothing is cut off."""
    array = "[]" if type_sql.endswith("[]") else ""
    name = type_sql.removesuffix("[]")
    return _SHORT.get(name, name) + array


def type_of_cast(node: exp.Expr) -> str | None:
    """The type that a cast names, as format_type() writes it without a modifier; None where `node` is no cast."""
    if not isinstance(node, exp.Cast) or isinstance(node, exp.TryCast):
        return None
    name = write(node.to).lower()
    array = "[]" if name.endswith("[]") else ""
    base = name.removesuffix("[]").split("(")[0].strip()
    return _LONG.get(base, base) + array


def has_modifier(node: exp.Expr) -> bool:
    """Whether a cast's type has a length or a precision, which may change the value."""
    return "(" in write(node.args["to"])


def cast(node: exp.Expr, type_sql: str) -> exp.Expr:
    """`node::type`."""
    kind = exp.DataType.build(short(type_sql), dialect="postgres")
    return exp.Cast(this=exp.paren(node.copy()) if isinstance(node, exp.Binary) else node.copy(), to=kind)


def fits(number: int, type_sql: str) -> bool:
    """Whether a whole number is a value of an integer type.

    >>> fits(32768, "smallint"), fits(-32768, "smallint")
    (False, True)
    """
    limit = _LIMITS.get(type_sql, 0)
    return -limit <= number < limit
