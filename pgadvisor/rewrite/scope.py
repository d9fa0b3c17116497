"""What the names of one SELECT, UPDATE or DELETE mean, as far as the catalog tells; what is not sure is not known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from pgadvisor.model.catalog import Column, Table
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rewrite.dialect import opened
from pgadvisor.rewrite.types import type_of_cast

CLOCKS = {
    "current_date": "date",
    "current_timestamp": "timestamp with time zone",
    "localtimestamp": "timestamp without time zone",
}
_MODIFIER = re.compile(r"\(\d+(?:,\s*-?\d+)?\)")
_FIXED_ZONES = frozenset(("utc", "etc/utc", "uct", "etc/uct", "gmt", "etc/gmt", "zulu", "etc/zulu", "universal", "etc/universal"))
_PLAIN_COLLATIONS = frozenset((None, "C", "POSIX", '"C"', '"POSIX"', 'pg_catalog."C"', 'pg_catalog."POSIX"'))


@dataclass(frozen=True, slots=True)
class Source:
    """A member of FROM. `table` is None for a subquery, a function or a CTE; `types` are what is known of the columns of a
    list of VALUES. `nullable`: an outer join may put NULLs in the place of its rows."""

    alias: str
    table: Name | None
    nullable: bool = False
    types: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A column of a table of FROM; `type_sql` is without its modifier, `nullable` counts outer joins in."""

    source: Source
    table: Name
    column: Column
    type_sql: str

    @property
    def nullable(self) -> bool:
        return self.source.nullable or not self.column.not_null

    @property
    def plain_collation(self) -> bool:
        """Equal means the same bytes: the database's own collation (always deterministic) or the C collation."""
        return self.column.collation in _PLAIN_COLLATIONS


@dataclass(frozen=True, slots=True)
class Scope:
    """The FROM of one query block. `fixed_zone`: the server's TimeZone has no daylight saving. `endings`: the numbers of the
    parameters of which each that was seen is a pattern of the end of a text, `%x`."""

    lookup: Lookup
    sources: tuple[Source, ...]
    path: Sequence[str]
    parent: "Scope | None" = None
    fixed_zone: bool = False
    endings: frozenset[str] = frozenset()

    def column(self, node: exp.Expr) -> Known | None:
        """The column of a table of this FROM that `node` is; None for anything else and for what is not sure."""
        node = opened(node)
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier) or node.args.get("db"):
            return None
        name = spelled(node.this)
        if node.table:
            alias = spelled(node.args["table"])
            found = [source for source in self.sources if source.alias == alias]
        else:
            if name in CLOCKS or any(source.table is None for source in self.sources):
                return None
            found = [source for source in self.sources if self._column(source, name)]
        column = self._column(found[0], name) if len(found) == 1 else None
        if column is None or found[0].table is None:
            return None
        return Known(found[0], found[0].table, column, _MODIFIER.sub("", column.type_sql))

    def value_type(self, node: exp.Expr) -> str | None:
        """The type of a column of a list of VALUES, or of a column of this FROM or of one around it."""
        known = self.column(node)
        if known is not None:
            return known.type_sql
        node = opened(node)
        if not isinstance(node, exp.Column) or not node.table:
            return None
        alias = spelled(node.args["table"])
        for source in self.sources:
            if source.alias == alias:
                return dict(source.types).get(spelled(node.this))
        return self.parent.value_type(node) if self.parent is not None else None

    def _column(self, source: Source, name: str) -> Column | None:
        table = self.lookup.tables.get(source.table) if source.table is not None else None
        return next((column for column in table.columns if column.name == name), None) if table is not None else None


def spelled(identifier: exp.Expr) -> str:
    """The name that an identifier means."""
    name = str(identifier.this)
    return name if identifier.args.get("quoted") else name.lower()


def scope_of(
    block: exp.Expr, lookup: Lookup, path: Sequence[str], parent: Scope | None, endings: frozenset[str] = frozenset()
) -> Scope:
    """The scope of a query block."""
    hidden = {spelled(cte.args["alias"].this) for one in (block, *_around(block)) for cte in _ctes(one)}
    zone = lookup.settings.get("TimeZone")
    fixed = zone is not None and zone.value.lower() in _FIXED_ZONES
    return Scope(lookup, tuple(_sources(block, lookup, path, hidden)), path, parent, fixed, endings)


def _around(block: exp.Expr) -> Iterator[exp.Expr]:
    while block.parent is not None:
        block = block.parent
        yield block


def _ctes(block: exp.Expr) -> Sequence[exp.Expr]:
    clause = block.args.get("with_")
    return clause.expressions if clause is not None else ()


def _sources(block: exp.Expr, lookup: Lookup, path: Sequence[str], hidden: set[str]) -> Iterator[Source]:
    found: list[Source] = []
    for item, side in _items(block):
        if side in ("RIGHT", "FULL"):
            found = [Source(one.alias, one.table, True, one.types) for one in found]
        found.append(_source(item, lookup, path, hidden, side in ("LEFT", "FULL")))
    yield from found


def _items(block: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """The members of FROM in order, each with the side of its outer join."""
    if isinstance(block, (exp.Update, exp.Delete)):
        yield from _with_joins(block.this)
    start = block.args.get("from_")
    if start is not None:
        yield from _with_joins(start.this)
    for item in block.args.get("using") or ():
        yield from _with_joins(item)
    for join in block.args.get("joins") or ():
        yield from ((each, side or (join.side or "").upper()) for each, side in _with_joins(join.this))


def _with_joins(item: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    yield item, ""
    for join in item.args.get("joins") or ():
        yield join.this, (join.side or "").upper()


def _source(item: exp.Expr, lookup: Lookup, path: Sequence[str], hidden: set[str], nullable: bool) -> Source:
    alias_node = item.args.get("alias")
    alias = spelled(alias_node.this) if alias_node is not None and alias_node.this is not None else None
    if isinstance(item, exp.Table) and isinstance(item.this, exp.Identifier):
        name = spelled(item.this)
        renamed = alias_node is not None and alias_node.args.get("columns")
        table = None if renamed or (not item.args.get("db") and name in hidden) else _table(item, name, lookup, path)
        return Source(alias or name, None if table is None else table.name, nullable)
    types = _values_types(item, alias_node) if isinstance(item, exp.Values) else ()
    return Source(alias or "", None, nullable, types)


def _table(item: exp.Expr, name: str, lookup: Lookup, path: Sequence[str]) -> Table | None:
    """The table that a name means; None for a view and for a name that is in several schemas, none of them searched."""
    given = item.args.get("db")
    schemas = (spelled(given),) if given is not None else path
    for schema in schemas:
        if Name(schema, name) in lookup.views:
            return None
        if (found := lookup.tables.get(Name(schema, name))) is not None:
            return found
    homes = [table for table in lookup.tables.values() if table.name.name == name] if given is None else []
    return homes[0] if len(homes) == 1 and not any(view.name == name for view in lookup.views) else None


def _values_types(item: exp.Expr, alias: exp.Expr | None) -> tuple[tuple[str, str], ...]:
    """Of a list of VALUES the columns whose type the first row spells out."""
    names = alias.args.get("columns") or () if alias is not None else ()
    first = item.expressions[0] if item.expressions else None
    cells = first.expressions if isinstance(first, exp.Tuple) else ()
    typed = ((spelled(name), type_of_cast(cell)) for name, cell in zip(names, cells, strict=False))
    return tuple((name, kind) for name, kind in typed if kind is not None)
