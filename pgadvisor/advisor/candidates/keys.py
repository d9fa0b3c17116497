"""Which columns and expressions can be a key of an index, and with which operator class."""

from pgadvisor.advisor.facts.columns import ColumnFacts, column_facts
from pgadvisor.advisor.facts.limits import WIDEST_KEY_BYTES
from pgadvisor.model.catalog import Table
from pgadvisor.model.index import IndexKey
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Key, OrderKey
from pgadvisor.parse.expressions import canonical
from pgadvisor.parse.immutable import immutable

# No B-tree operator class, or one that nobody asks a question of.
_NO_BTREE = frozenset(
    """json jsonb geometry xml tsquery tsvector jsonpath xid cid public.geometry geography public.geography vector public.vector
    halfvec hstore refcursor aclitem txid_snapshot pg_snapshot composite unknown""".split()  # noqa: SIM905
)
_PATTERNED = ("text", "character varying")


class Keys:
    """Makes index keys for the columns and expressions of one table."""

    def __init__(self, table: Table, lookup: Lookup) -> None:
        self.table, self.lookup = table, lookup
        self.columns = {column.name: column for column in table.columns}
        self._types = {column.name: column.type_sql for column in table.columns}
        self._functions: dict[str, str] | None = None

    def key(self, key: Key, *, any_width: bool = False) -> IndexKey | None:
        """A plain ascending key for a B-tree; None where it cannot be one."""
        if key.column is not None:
            facts = self.facts(key.column)
            fits = facts is not None and facts.type.family not in _NO_BTREE and facts.type.name not in _NO_BTREE
            narrow = facts is not None and (any_width or facts.width_bytes <= WIDEST_KEY_BYTES)
            return IndexKey(column=key.column) if fits and narrow and self.usable(key.column) else None
        return self.expression(key)

    def expression(self, key: Key) -> IndexKey | None:
        """A key on an expression, where it is immutable and reads columns of the table only."""
        if key.expression is None or not key.columns or not all(map(self.usable, key.columns)):
            return None
        if "<->" in key.expression:  # the distance to one thing; to another the next time
            return None
        if not immutable(key.expression, self._types, self._volatility()):
            return None
        return IndexKey(expression=key.expression)

    def usable(self, column: str) -> bool:
        """Whether the column may be indexed: it is there, and not a virtual generated one."""
        known = self.columns.get(column)
        return known is not None and known.generated != "v"

    def facts(self, column: str) -> ColumnFacts | None:
        return column_facts(self.lookup, self.table.name, column) if column in self.columns else None

    def ordered(self, order: OrderKey) -> IndexKey | None:
        """The key that delivers the order that `order` asks for."""
        plain = self.key(order.key)
        if plain is None:
            return None
        return IndexKey(plain.column, plain.expression, order.descending, order.nulls_first, collation=_quoted(order.collation))

    def pattern_class(self, key: Key) -> str | None:
        """The operator class that lets a B-tree answer LIKE 'x%'; None where the collation does so already."""
        server = self.lookup.snapshot.server
        own = self.columns[key.column].collation if key.column is not None else None
        if own is not None:
            return None if own.rsplit(".", 1)[-1].strip('"') in ("C", "POSIX") else "text_pattern_ops"
        plain = server.locale_provider == "b" or (server.locale_provider == "c" and server.collate in ("C", "POSIX"))
        return None if plain else "text_pattern_ops"

    def is_text(self, key: Key) -> bool:
        """Whether LIKE and its like have an operator class for the key: character strings, and expressions taken to be."""
        if key.column is None:
            return key.expression is not None
        facts = self.facts(key.column)
        return facts is not None and facts.type.name in _PATTERNED

    def _volatility(self) -> dict[str, str]:
        if self._functions is None:
            found: dict[str, str] = {}
            for function in self.lookup.snapshot.functions:
                name = function.name.name
                found[name] = "v" if found.get(name, function.volatility) != function.volatility else function.volatility
            self._functions = found
        return self._functions


def _quoted(collation: str | None) -> str | None:
    if collation is None:
        return None
    return ".".join('"' + part + '"' for part in collation.split("."))


def same_target(one: IndexKey, other: IndexKey) -> bool:
    """Whether two keys are over the same column or expression, in whatever order."""
    if one.column is not None or other.column is not None:
        return one.column == other.column
    return canonical(one.expression or "") == canonical(other.expression or "")
