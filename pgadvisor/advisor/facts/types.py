"""What kind of type a column or cast names: domains resolved, aliases folded, arrays taken apart."""

import re
from dataclasses import dataclass, replace

from pgadvisor.model.catalog import Type
from pgadvisor.model.snapshot import Lookup

_ALIASES = {
    "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint", "serial": "integer", "bigserial": "bigint",
    "float8": "double precision", "float4": "real", "float": "double precision", "decimal": "numeric", "bool": "boolean",
    "varchar": "character varying", "char": "character", "bpchar": "character",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone", "timetz": "time with time zone", "varbit": "bit varying",
}  # fmt: skip
_FAMILIES = {
    "integer": ("smallint", "integer", "bigint", "oid", "xid", "xid8", "cid"),
    "number": ("numeric", "double precision", "real", "money"),
    "text": ("text", "character varying", "character", "name", "citext", '"char"', "unknown"),
    "moment": ("timestamp without time zone", "timestamp with time zone", "date"),
    "json": ("json", "jsonb"),
    "network": ("inet", "cidr"),
    "range": ("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"),
    "multirange": ("int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange"),
    "geometry": ("point", "box", "circle", "polygon", "lseg", "path", "line"),
}
_FAMILY_OF = {name: family for family, names in _FAMILIES.items() for name in names}
_SUBTYPES = {
    "tsmultirange": "timestamp without time zone", "tstzmultirange": "timestamp with time zone", "datemultirange": "date",
    "int4range": "integer", "int8range": "bigint", "numrange": "numeric", "daterange": "date",
    "tsrange": "timestamp without time zone", "tstzrange": "timestamp with time zone",
}  # fmt: skip
_MODIFIER = re.compile(r"\([^)]*\)")
_DEPTH = 8  # of domains over domains


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """A type without modifier and domain. `family`: integer, number, text, moment, boolean, json, network, range,
    multirange, geometry, enum, composite, or the name itself. `element` is set for an array."""

    name: str
    family: str
    labels: tuple[str, ...] = ()
    subtype: str | None = None  # of a range
    element: "TypeFacts | None" = None
    attributes: int = 0  # of a composite type
    modifier: tuple[int, ...] = ()


def type_facts(type_sql: str | None, lookup: Lookup) -> TypeFacts:
    """Facts of the type that format_type() or a cast writes as `type_sql`; family "unknown" for None.

    >>> type_facts("varchar(20)[]", lookup).element.name  # doctest: +SKIP
    'character varying'
    """
    return _facts(type_sql, {kind.name.name: kind for kind in lookup.snapshot.types}, _DEPTH)


def is_domain(type_sql: str, lookup: Lookup) -> bool:
    """Whether format_type() writes a domain as `type_sql`."""
    return any(kind.kind == "d" and kind.name.name == _last_part(type_sql) for kind in lookup.snapshot.types)


def _facts(type_sql: str | None, types: dict[str, Type], depth: int) -> TypeFacts:
    if type_sql is None:
        return TypeFacts("unknown", "unknown")
    text = " ".join(_MODIFIER.sub("", type_sql).split())
    modifier = tuple(int(part) for part in re.findall(r"\d+", " ".join(_MODIFIER.findall(type_sql))))
    if text.endswith("[]"):
        while text.endswith("[]"):
            text = text[:-2].rstrip()
        return TypeFacts(text + "[]", "array", element=_facts(text, types, depth))
    bare = text.removeprefix("pg_catalog.")
    if bare.startswith("_") and bare[1:] in _ALIASES:  # int4[] as the parser names it
        return _facts(bare[1:] + "[]", types, depth)
    own = types.get(_last_part(bare))
    if own is not None and bare not in _FAMILY_OF:
        facts = _own(own, text, types, depth)
        return replace(facts, modifier=modifier or facts.modifier)
    name = _ALIASES.get(bare.lower(), bare)
    if name.startswith("interval"):
        name = "interval"
    name = _FOLDED.get(_last_part(name), name)
    return TypeFacts(name, _FAMILY_OF.get(name, name), subtype=_SUBTYPES.get(name), modifier=modifier)


_FOLDED = {"citext": "citext", "hstore": "hstore", "ltree": "ltree"}  # extension types, with or without a schema


def _own(own: Type, text: str, types: dict[str, Type], depth: int) -> TypeFacts:
    if own.kind == "d" and depth:
        return _facts(own.base_type, types, depth - 1)
    if own.kind == "e":
        return TypeFacts(text, "enum", labels=own.labels)
    if own.kind == "r":
        return TypeFacts(text, "range", subtype=own.base_type)
    if own.kind == "c":
        return TypeFacts(text, "composite", attributes=len(own.attributes))
    name = _FOLDED.get(own.name.name, text)
    return TypeFacts(name, _FAMILY_OF.get(name, name))


def _last_part(text: str) -> str:
    return text.rsplit(".", 1)[-1].strip('"')
