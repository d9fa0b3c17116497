"""`Index`: what an index is, compared by value. Its name, size, oid and costs live in maps keyed by it."""

from dataclasses import dataclass, field

from pgadvisor.model.names import Name, quote_identifier


@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key: a column or an expression (SQL without the outer parentheses), never both.

    `nulls_first` is spelled out: PostgreSQL's default is False for ascending and True for descending keys.
    `opclass` and `collation` are SQL names (qualified where not in pg_catalog), None for the type's default.
    """

    column: str | None = None
    expression: str | None = None
    descending: bool = False
    nulls_first: bool = False
    opclass: str | None = None
    collation: str | None = None

    def sql(self) -> str:
        """The key as CREATE INDEX writes it."""
        parts = [quote_identifier(self.column) if self.column is not None else f"({self.expression})"]
        if self.collation:
            parts.append(f"COLLATE {self.collation}")
        if self.opclass:
            parts.append(self.opclass)
        if self.descending:
            parts.append("DESC")
        if self.nulls_first != self.descending:
            parts.append("NULLS FIRST" if self.nulls_first else "NULLS LAST")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Index:
    """The definition of an index on `table`; `where` is the SQL of a partial index's predicate. `requires` are extensions that
    have to be created before it, which do not make it another index."""

    table: Name
    keys: tuple[IndexKey, ...]
    method: str = "btree"
    include: tuple[str, ...] = ()
    where: str | None = None
    unique: bool = False
    requires: tuple[str, ...] = field(default=(), compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """Key columns in order; an expression key is left out."""
        return tuple(key.column for key in self.keys if key.column is not None)

    def sql(self, name: str, concurrently: bool = False) -> str:
        """CREATE INDEX for this definition under `name` (unquoted), without a final semicolon."""
        words = ["CREATE", "UNIQUE" if self.unique else "", "INDEX", "CONCURRENTLY" if concurrently else ""]
        head = " ".join(word for word in words if word)
        keys = ", ".join(key.sql() for key in self.keys)
        text = f"{head} {quote_identifier(name)} ON {self.table} USING {self.method} ({keys})"
        if self.include:
            text += " INCLUDE (" + ", ".join(quote_identifier(column) for column in self.include) + ")"
        if self.where:
            text += f" WHERE {self.where}"
        return text
