"""What a planner answers, and the `Planner` that is asked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Skipped


@dataclass(frozen=True, slots=True)
class PlanNode:
    """A node of EXPLAIN (VERBOSE, FORMAT JSON). Conditions are the planner's own text and hold the values planned with."""

    kind: str
    startup_cost: float
    total_cost: float
    rows: float
    width_bytes: int
    relation: Name | None = None
    alias: str | None = None
    index: str | None = None  # as EXPLAIN prints it
    index_condition: str | None = None
    order_by: str | None = None
    recheck: str | None = None
    filter: str | None = None
    join_type: str | None = None
    join_condition: str | None = None  # Hash Cond, Merge Cond
    join_filter: str | None = None
    sort_key: tuple[str, ...] = ()
    presorted_key: tuple[str, ...] = ()
    group_key: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    direction: str | None = None
    strategy: str | None = None
    parallel: bool = False
    subplan: str | None = None
    children: tuple["PlanNode", ...] = ()

    @property
    def inputs(self) -> tuple["PlanNode", ...]:
        """The nodes whose rows this one reads, without the subplans that EXPLAIN lists among its children."""
        return tuple(child for child in self.children if child.subplan is None)

    def walk(self) -> Iterator["PlanNode"]:
        """This node and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan and the indexes it reads: hypothetical ones by definition, existing ones by name. `scattered_cost` is the part of
    its cost that pages of BRIN searches have only because the planner takes them to be read out of order."""

    root: PlanNode
    used: frozenset[Index] = frozenset()
    used_existing: frozenset[Name] = frozenset()
    scattered_cost: float = 0.0

    @property
    def total_cost(self) -> float:
        return self.root.total_cost

    @property
    def work(self) -> float:
        """The cost as far as it tells of time."""
        return self.root.total_cost - self.scattered_cost


@dataclass(frozen=True, slots=True)
class ValuedStatement:
    """A statement's text with values in the place of its parameters; `weight` is its share among its query's vectors.

    `inferred`: the values come from statistics, not from the application. `fit` is predicted over observed rows per
    call where that could be told.
    """

    sql: str
    search_path: tuple[str, ...]
    weight: float = 1.0
    inferred: bool = False
    fit: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Rows that the planner expects of a statement with nothing new; `inferred`: of values that come from statistics."""

    queryid: int
    label: str | None
    rows: float
    inferred: bool


class Planner(Protocol):
    """Plans a statement as if `indexes` were there and the existing ones in `hidden` were not.

    `plan` raises PlanError for a statement that cannot be planned. `size_bytes` is the size an index would have if
    built now. `calls` counts EXPLAINs. `skipped` lists what could not be made where it plans.
    """

    @property
    def name(self) -> str: ...

    @property
    def calls(self) -> int: ...

    @property
    def skipped(self) -> tuple[Skipped, ...]: ...

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan: ...

    def size_bytes(self, index: Index) -> int: ...
