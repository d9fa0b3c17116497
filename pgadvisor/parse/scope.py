"""What the names in one query stand for: its FROM items, their columns, and the scopes around it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pgadvisor.parse.origin import OPAQUE, Output, Value, column_value


@dataclass(slots=True)
class Source:
    """One FROM item: a table (its columns are made when asked for) or something with given columns.

    `columns` None: not known. `open`: it may have columns that are not listed (a function, a system view)."""

    alias: str
    schema: str | None = None
    table: int | None = None  # number of the relation
    columns: tuple[str, ...] = ()
    values: dict[str, Value] = field(default_factory=dict)
    open: bool = False
    relations: frozenset[int] = frozenset()  # the relations its rows come from
    hidden: bool = False  # inside a join that has an alias of its own

    def has(self, name: str) -> bool | None:
        """Whether it has the column; None if that is not known."""
        if name in self.values or name in self.columns:
            return True
        return None if self.open else False

    def value(self, name: str) -> Value:
        value = self.values.get(name)
        if value is None:
            value = OPAQUE if self.table is None else column_value(self.table, name)
            self.values[name] = value
        return value

    def output(self) -> Output:
        """Its columns in order, as a star lists them."""
        return tuple((name, self.value(name)) for name in self.columns)


def given(alias: str, output: Output, relations: frozenset[int] = frozenset(), *, is_open: bool = False) -> Source:
    """A source with these columns."""
    names = tuple(name for name, _ in output)
    return Source(alias, None, None, names, dict(reversed(output)), is_open, relations)  # of two columns of one name the first


@dataclass(slots=True)
class Cte:
    """A WITH query: its columns, and whether the planner folds it into its one user."""

    output: Output
    relations: frozenset[int]
    is_open: bool = False


@dataclass(slots=True)
class Scope:
    """One SELECT, or one INSERT, UPDATE, DELETE or MERGE."""

    number: int
    parent: "Scope | None" = None
    ctes: Mapping[str, Cte] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Value] = field(default_factory=dict)  # columns of USING and NATURAL joins
    joined: bool = True  # as a semi-join or LATERAL it is joined to the scope around it, from either side
    outputs: dict[str, Value] = field(default_factory=dict)
    default: Source | None = None  # in a condition of a plan: the relation of unqualified columns

    def chain(self) -> Iterator["Scope"]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def owns(self, relation: int) -> bool:
        """Whether rows of the relation come into this very scope."""
        return any(relation in source.relations for source in self.sources)

    def source(self, alias: str, schema: str | None = None) -> Source | None:
        """The FROM item that goes by `alias`, here or further out."""
        for scope in self.chain():
            for source in scope.sources:
                if source.alias == alias and not source.hidden and (schema is None or source.schema == schema):
                    return source
        return None

    def column(self, name: str) -> Value | None:
        """An unqualified column, here or further out; None for a name that no scope has."""
        for scope in self.chain():
            found = scope._own_column(name)
            if found is not None:
                return found
        return None

    def _own_column(self, name: str) -> Value | None:
        if name in self.merged:
            return self.merged[name]
        if self.default is not None:
            return self.default.value(name)
        visible = [source for source in self.sources if not source.hidden]
        having = [source for source in visible if source.has(name)]
        if having:
            return having[0].value(name) if len(having) == 1 else OPAQUE
        perhaps = [source for source in visible if source.has(name) is None]
        if not perhaps:
            return None
        return perhaps[0].value(name) if len(perhaps) == 1 and len(visible) == 1 else (OPAQUE if self.parent is None else None)
