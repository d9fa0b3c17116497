"""The reading of one statement: what has been found out so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from pglast import ast

from pgadvisor.model.names import Name
from pgadvisor.model.workload import Key, Limit, Ordering, OrderKey, Predicate, Relation
from pgadvisor.parse.catalog import Catalog
from pgadvisor.parse.expressions import spelled
from pgadvisor.parse.normal import Normaliser
from pgadvisor.parse.origin import ColumnRead, Origin, Output, Value
from pgadvisor.parse.scope import Cte, Scope
from pgadvisor.parse.tree import rebuild, replaced, words

_MAX_VIEWS = 40  # nested or side by side, a bound against views that refer to each other


class QueryReader(Protocol):
    """Reads a query inside another one and tells its columns and the relations its rows come from."""

    def __call__(
        self, reading: "Reading", node: Any, parent: Scope | None, ctes: Mapping[str, Cte], *, existence: bool = False,
        joined: bool = True,
    ) -> tuple[Output, frozenset[int]]: ...  # fmt: skip


@dataclass(slots=True)
class Facts:
    """What an expression is made of. `movable`: the same for the same row, and over that row alone."""

    columns: list[tuple[Any, Value]] = field(default_factory=list)
    parameters: list[int] = field(default_factory=list)
    movable: bool = True
    aggregate: bool = False

    @property
    def reads(self) -> tuple[ColumnRead, ...]:
        return tuple(read for _, value in self.columns for read in value.reads)


@dataclass(slots=True)
class Reading:
    """Collects the parts of a `Query`. Lists keep the order of appearance; dicts serve as ordered sets."""

    catalog: Catalog
    path: tuple[str, ...]
    read_query: QueryReader
    squashed: frozenset[int] = frozenset()
    strip_top_cast: bool = False  # in the planner's own texts: column::text is the column
    view: Name | None = None
    views: int = 0
    scopes: int = 0
    rows: int = 0
    disjunctions: int = 0
    branches: int = 0
    extra_path: dict[str, None] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    systems: int = 0
    predicates: list[Predicate] = field(default_factory=list)
    orderings: list[Ordering] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    groupings: list[tuple[Key, ...]] = field(default_factory=list)
    minmax: list[OrderKey] = field(default_factory=list)
    output: dict[ColumnRead, None] = field(default_factory=dict)
    assigned: dict[ColumnRead, None] = field(default_factory=dict)
    aggregates: dict[str, None] = field(default_factory=dict)
    functions: dict[str, None] = field(default_factory=dict)
    facts: dict[tuple[int, int], tuple[Any, Facts]] = field(default_factory=dict)  # holds the node, so that ids stay unique
    distinct: bool = False
    whole_rows: bool = False
    locking: bool = False
    shape: list[str] = field(default_factory=list)  # what pglast's fingerprint does not tell apart

    def note(self, form: str) -> None:
        """Notes a form of the statement's own text; a view's body is no part of that."""
        if self.view is None:
            self.shape.append(form)

    def new_scope(self, parent: Scope | None, ctes: Mapping[str, Cte], *, joined: bool = True) -> Scope:
        number = self.scopes
        self.scopes += 1
        return Scope(number, parent, dict(ctes), joined=joined)

    def enter_view(self) -> bool:
        """Counts a view; False when there are too many."""
        self.views += 1
        return self.views <= _MAX_VIEWS

    def add_relation(self, table: Name, alias: str, role: str, scope: Scope) -> int:
        self.relations.append(Relation(table, alias, role, scope.number, view=self.view))
        return len(self.relations) - 1

    def mark_outer(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.relations[number] = replace(self.relations[number], outer=True)

    def types(self, relation: int) -> Mapping[str, str]:
        if not self.relations:  # a condition of a plan: nothing is known of its relations
            return {}
        return self.catalog.types(self.relations[relation].table)

    def touch(self, reads: Iterable[ColumnRead]) -> None:
        """Notes columns that are needed above the scans."""
        for read in reads:
            self.output[read] = None

    def keys(self, value: Value) -> tuple[Key, ...]:
        """The keys that a condition on `value` is a condition on."""
        return tuple(self.key(origin) for origin in value.origins) if value.pushable else ()

    def key(self, origin: Origin) -> Key:
        if origin.is_column:
            return Key(origin.relation, origin.columns[0])
        node = Normaliser(self.types(origin.relation), self.strip_top_cast).top(origin.node)
        if isinstance(node, ast.ColumnRef):
            return Key(origin.relation, words(node.fields)[-1])
        return Key(origin.relation, None, spelled(rebuild(node, self._with_schema)), origin.columns)

    def _with_schema(self, node: Any) -> Any:
        """A call of an application's function with its schema, as in the definitions of indexes."""
        if not isinstance(node, ast.FuncCall) or len(node.funcname) > 1:
            return node
        schema = self.catalog.function_schema(node.funcname[0].sval, self.path)
        return node if schema is None else replaced(node, funcname=(ast.String(schema), *node.funcname))
