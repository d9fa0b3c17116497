"""Spells index definitions from the raw catalogs, as pg_get_indexdef() does, without asking the server for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pgadvisor.collect.reading import Row
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name, quote_identifier

_DESCENDING = 1  # INDOPTION_DESC, src/include/catalog/pg_index.h
_NULLS_FIRST = 2  # INDOPTION_NULLS_FIRST
_DEFAULT_COLLATION = 100  # DEFAULT_COLLATION_OID, src/include/catalog/pg_collation.dat


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column that an index or a constraint names."""

    name: str
    type_oid: int
    collation_oid: int


@dataclass(frozen=True, slots=True)
class OperatorClass:
    """A row of pg_opclass; `category` and `preferred` are those of its input type."""

    sql: str
    method: str
    is_default: bool
    type_oid: int
    stores_other: bool
    category: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What turns the numbers of pg_index into names."""

    columns: Mapping[tuple[int, int], KeyColumn]
    opclasses: Mapping[int, OperatorClass]
    collations: Mapping[int, str]
    base_types: Mapping[int, tuple[int, str]]  # type: base type, category

    def is_default(self, opclass: OperatorClass, type_oid: int) -> bool:
        """Whether `opclass` is what CREATE INDEX takes for the type when none is named.

        GetDefaultOpClass() of src/backend/commands/indexcmds.c: the default class of exactly this type, else of a
        binary-coercible type, one preferred in its category first.
        """
        if not opclass.is_default:
            return False
        base, category = self.base_types.get(type_oid, (type_oid, ""))
        if opclass.type_oid == base:
            return True
        rivals = [one for one in self.opclasses.values() if one.method == opclass.method and one.is_default]
        if any(rival.type_oid == base for rival in rivals):
            return False
        return opclass.preferred or not any(rival.preferred and rival.category == category for rival in rivals)


def opclass_of(row: Row) -> OperatorClass:
    """From a row of opclasses.sql."""
    name = quote_identifier(row["name"])
    return OperatorClass(
        sql=name if row["schema"] == "pg_catalog" else f"{quote_identifier(row['schema'])}.{name}",
        method=row["method"],
        is_default=row["is_default"],
        type_oid=row["type_oid"],
        stores_other=row["stores_other"],
        category=row["category"],
        preferred=row["preferred"],
    )


@lru_cache(maxsize=4096)
def numbers(vector: str) -> tuple[int, ...]:
    """An int2vector or oidvector from its text; a database has few different ones."""
    return tuple(map(int, vector.split()))


def definition(row: Row, table: Name, expressions: Sequence[str | None], predicate: str | None, words: Dictionary) -> Index:
    """The definition in a row of indexes.sql; `expressions` has the deparsed keys at their places.

    Raises KeyError for a column, operator class or collation that went away since the dictionary was read.
    """
    attributes = numbers(row["columns"])
    count = row["key_count"]
    options = _opclass_options(row["opclass_options"] or ())
    keys = tuple(
        _key(row, place, attribute, expressions, options.get(place + 1), words)
        for place, attribute in enumerate(attributes[:count])
    )
    include = tuple(words.columns[row["table_oid"], attribute].name for attribute in attributes[count:])
    return Index(table, keys, row["method"], include, None if predicate is None else bare(predicate), row["unique"])


def _opclass_options(given: Sequence[str]) -> dict[int, str]:
    """The parameters of operator classes by position, `siglen=32` as `siglen='32'`."""
    found = {}
    for text in given:
        place, options = text.split(" ", 1)
        pairs = (option.partition("=") for option in options.split(","))
        found[int(place)] = ", ".join(f"{quote_identifier(name)}='{value}'" for name, _, value in pairs)
    return found


def _key(
    row: Row, place: int, attribute: int, expressions: Sequence[str | None], options: str | None, words: Dictionary
) -> IndexKey:
    opclass = words.opclasses[numbers(row["opclasses"])[place]]
    collation = numbers(row["collations"])[place]
    flags = numbers(row["options_of_keys"])[place]
    column = words.columns[row["table_oid"], attribute] if attribute else None
    own_collation = column.collation_oid if column else _DEFAULT_COLLATION
    return IndexKey(
        column=column.name if column else None,
        expression=None if column else bare(expressions[place]),
        descending=bool(flags & _DESCENDING),
        nulls_first=bool(flags & _NULLS_FIRST),
        opclass=_opclass_sql(opclass, column.type_oid if column else None, options, words),
        collation=None if collation in (0, own_collation) else words.collations[collation],
    )


def _opclass_sql(opclass: OperatorClass, type_oid: int | None, options: str | None, words: Dictionary) -> str | None:
    """None for the default class without parameters. An expression's type is not in the catalogs: there a class that is
    a default at all counts as the default."""
    if options:
        return f"{opclass.sql} ({options})"
    default = opclass.is_default if type_oid is None else words.is_default(opclass, type_oid)
    return None if default else opclass.sql


def bare(expression: str | None) -> str:
    """`expression` without the parentheses around the whole of it. The server's deparser doubles quotes inside quotes and
    writes no dollar quotes, so counting is enough.

    >>> bare("((a + b))"), bare("lower(email)"), bare("((a) = ')'::text)"), bare("(a) = (b)")
    ('a + b', 'lower(email)', "(a) = ')'::text", '(a) = (b)')
    """
    if expression is None:
        raise KeyError("expression")
    while expression.startswith("(") and _closing(expression) == len(expression) - 1:
        expression = expression[1:-1]
    return expression


def _closing(text: str) -> int:
    """The place of the parenthesis that closes the first one."""
    depth = 0
    quote = ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return place
    return -1
