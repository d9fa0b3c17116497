"""Whether an expression may stand in an index: it must give the same result for the same row at any time.

The volatilities are those of pg_proc and pg_operator of PostgreSQL 18; what is not known here is not immutable.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pglast import ast

from pgadvisor.parse.expressions import expression
from pgadvisor.parse.slot_types import Slot, type_name, type_of

# Immutable, of PostgreSQL itself and of extensions that are found everywhere.
BUILT_IN = frozenset(
    """abs array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions
    array_prepend array_remove array_replace array_upper ascii bit_count bit_length bool_and btrim cardinality casefold cbrt
    ceil ceiling char_length character_length chr convert_from date_bin decode degrees digest div encode erfc exp family floor
    gcd get_byte greatest host hostmask initcap inet_merge isempty isfinite jsonb_array_length jsonb_build_array
    jsonb_extract_path jsonb_extract_path_text jsonb_path_exists jsonb_path_query_array jsonb_path_query_first jsonb_strip_nulls
    jsonb_typeof json_extract_path json_extract_path_text json_array_length json_typeof justify_days justify_hours
    justify_interval lcm least left length ln log log10 lower lower_inc lower_inf lpad ltrim make_date make_interval make_time
    make_timestamp masklen md5 mod multirange netmask network normalize nullif numeric octet_length overlay parse_ident pi
    position power quote_ident radians range_merge regexp_replace regexp_match regexp_substr regexp_like regexp_count
    regexp_instr repeat replace reverse right round rpad rtrim scale set_masklen setweight sha224 sha256 sha384 sha512 sign
    similarity split_part sqrt starts_with strip strpos substr substring to_ascii to_hex translate trim trim_array trim_scale
    trunc tsvector_to_array upper upper_inc upper_inf width_bucket hashtext hashtextextended jsonb_exists cosine_distance
    st_geohash st_x st_y st_srid st_setsrid st_makepoint st_envelope st_centroid tsrange daterange int4range int8range numrange
    point""".split()  # noqa: SIM905
)
_BY_MOMENT = frozenset(("date_trunc", "extract", "date_part", "age", "date"))  # immutable without a time zone only
_SEARCH = frozenset(("to_tsvector", "to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"))
_ZONED = frozenset(("timestamptz", "timestamp with time zone", "timetz", "time with time zone"))
_MOMENTS = frozenset(("timestamp", "timestamp without time zone", "date", "time", "time without time zone", "interval")) | _ZONED
_TEXTS = frozenset(("text", "varchar", "bpchar", "char", "character varying", "character", "citext", "name"))
_STEADY = frozenset(
    """int2 int4 int8 smallint integer bigint numeric decimal float4 float8 real double bool boolean uuid bytea inet cidr
    macaddr jsonb json oid bit varbit""".split()  # noqa: SIM905
) | {"double precision", "bit varying"}
_TEXT_SPELLINGS = {"pg_catalog.text": "text"}


def immutable(sql: str, types: Mapping[str, str], functions: Mapping[str, str]) -> bool:
    """Whether `sql` is immutable. `types` gives columns' types, `functions` volatility (i, s, v) by a function's name."""
    return _immutable(sql, tuple(sorted(types.items())), tuple(sorted(functions.items())))


def type_name_of(sql: str) -> str | None:
    """The type of the expression `sql` where its function tells, such as `tsrange`; None where a catalog is needed."""
    node = expression(sql)
    return type_of(node).type_sql if node is not None else None


@lru_cache(maxsize=20_000)
def _immutable(sql: str, types: tuple[tuple[str, str], ...], functions: tuple[tuple[str, str], ...]) -> bool:
    node = expression(sql)
    return node is not None and _Check(dict(types), dict(functions)).steady(node)


class _Check:
    """The walk over one expression."""

    def __init__(self, types: Mapping[str, str], functions: Mapping[str, str]) -> None:
        self.types, self.functions = types, functions

    def steady(self, node: Any) -> bool:
        """Whether the node and all below it are immutable."""
        if isinstance(node, (ast.SubLink, ast.ParamRef, ast.SQLValueFunction, ast.SetToDefault)):
            return False
        if isinstance(node, ast.FuncCall) and not self._function(node):
            return False
        if isinstance(node, ast.TypeCast) and not self._cast(node):
            return False
        if isinstance(node, ast.A_Expr) and not self._operator(node):
            return False
        return all(self.steady(child) for child in _children(node))

    def _function(self, node: Any) -> bool:
        name = node.funcname[-1].sval
        arguments: list[Any] = list(node.args or ())
        if node.agg_star or node.over or node.agg_filter or node.agg_order:
            return False
        if name in _SEARCH:
            return len(arguments) == 2 and _is_constant(arguments[0])
        if name in _BY_MOMENT:
            return (
                (name != "age" or len(arguments) == 2) and self._type(arguments[-1]) in _MOMENTS - _ZONED and len(arguments) <= 2
            )
        if name == "tstzrange":  # a bound of another type is made one by a cast that goes by the time zone
            return all(_is_constant(each) or self._type(each) in _ZONED for each in arguments)
        if name == "timezone":
            return len(arguments) == 2 and self._type(arguments[1]) in _MOMENTS
        own = self.functions.get(name)
        if own is not None and (name not in BUILT_IN or own == "v"):
            return own == "i"
        return name in BUILT_IN

    def _cast(self, node: Any) -> bool:
        target = _plain(type_name(node.typeName))
        if _is_constant(node.arg):
            return target not in _ZONED and target not in _MOMENTS
        source = self._type(node.arg)
        if target in _ZONED or source in _ZONED:
            return target == source
        if target.endswith("[]") and source is not None and source.endswith("[]"):
            return target == source or {target[:-2], source[:-2]} <= _TEXTS
        if target in _MOMENTS:
            return source in _MOMENTS
        if target in _TEXTS:
            return source in _TEXTS or source in _STEADY
        return target in _STEADY or target == source

    def _operator(self, node: Any) -> bool:
        operator = node.name[-1].sval if node.name else ""
        sides = [self._type(node.lexpr), self._type(node.rexpr)]
        if operator in ("+", "-") and any(side in _ZONED for side in sides):
            return all(side in _ZONED for side in sides)
        if operator == "||":
            known = [side for side in sides if side is not None]
            texts = all(side in _TEXTS or side in _STEADY for side in known) and any(side in _TEXTS for side in known)
            return bool(known) and (texts or all(_joinable(side) for side in known))
        mixed = len({side in _ZONED for side in sides if side in _MOMENTS}) > 1
        return not mixed

    def _type(self, node: Any) -> str | None:
        """The type's name without modifier; None where it is not known (a constant's counts as not known)."""
        if _is_constant(node):
            return None
        if isinstance(node, ast.FuncCall) and node.funcname[-1].sval == "timezone" and node.args:
            return "timestamp" if self._type(node.args[-1]) in _ZONED else "timestamptz"
        if isinstance(node, ast.A_ArrayExpr):
            inner = next((kind for kind in map(self._type, node.elements or ()) if kind is not None), None)
            return None if inner is None else f"{inner}[]"
        slot: Slot = type_of(node)
        if slot.type_sql is not None:
            return _plain(slot.type_sql)
        known = self.types.get(slot.column or "")
        return _plain(known) if known is not None else None


def _joinable(name: str) -> bool:
    return name.endswith("[]") or name in ("jsonb", "tsvector", "bytea", "bit", "varbit")


def _plain(name: str) -> str:
    text = name.split("(")[0].strip() + (name.split(")", 1)[1] if ")" in name else "")
    return _TEXT_SPELLINGS.get(text, text.removeprefix("pg_catalog."))


def _is_constant(node: Any) -> bool:
    if isinstance(node, ast.TypeCast):
        return _is_constant(node.arg)
    return isinstance(node, ast.A_Const)


def _children(node: Any) -> list[Any]:
    if isinstance(node, (tuple, list)):
        return list(node)
    if not isinstance(node, ast.Node) or isinstance(node, (ast.TypeName, ast.A_Const, ast.ColumnRef)):
        return []
    return [getattr(node, name) for name in node if name not in ("name", "funcname")]
