"""`Step`: one change of a migration with the facts it needs."""

from dataclasses import dataclass

from pgadvisor.migrate.quoting import boolean, definition_body, literal
from pgadvisor.model.catalog import ExistingIndex, Table
from pgadvisor.model.finding import Change, Finding
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name, quote_identifier


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition, at any depth, with the name its index gets; `leaf` holds rows, the others are partitioned again."""

    table: Name
    parent: Name
    leaf: bool
    index_name: str


@dataclass(frozen=True, slots=True)
class Step:
    """`findings` are those that ask for the change. `existing` is the index that is dropped or rebuilt. `partitions` is
    empty for an ordinary table, else the tree below it, parents before their children."""

    change: Change
    findings: tuple[Finding, ...]
    table: Table | None = None  # not for an extension
    existing: ExistingIndex | None = None
    partitions: tuple[Partition, ...] = ()

    @property
    def kind(self) -> str:
        """The key in `actions.ACTIONS`."""
        return "create_partitioned" if self.partitions else self.change.action

    @property
    def index(self) -> Index:
        """The definition; only steps about an index have one."""
        assert self.change.index is not None
        return self.change.index

    @property
    def name(self) -> str:
        """The index's or object's name, unquoted."""
        return self.change.name or ""

    @property
    def qualified(self) -> str:
        """The index's SQL name, in its table's schema."""
        return str(Name(self.change.table.schema, self.name))

    @property
    def body(self) -> str:
        """The definition from USING on, with what only the existing index says."""
        known = self.existing
        if known is None:
            return definition_body(self.index)
        return definition_body(self.index, known.options, known.nulls_not_distinct)

    def arguments(self, table: Name | None = None, name: str | None = None) -> str:
        """What the guards ask for: table, index name, definition, unique."""
        parts = (literal(str(table or self.change.table)), literal(name or self.name), literal(self.body))
        return ", ".join((*parts, boolean(self.index.unique)))

    def create(self, table: Name | None = None, name: str | None = None, how: str = "CONCURRENTLY ", only: str = "") -> str:
        """CREATE INDEX IF NOT EXISTS for this definition."""
        unique = "UNIQUE " if self.index.unique else ""
        target = table or self.change.table
        return f"CREATE {unique}INDEX {how}IF NOT EXISTS {quote_identifier(name or self.name)} ON {only}{target} {self.body};"
