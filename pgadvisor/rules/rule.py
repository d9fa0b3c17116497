"""`Rule`: a name and a function; `Facts`: what every rule is given, with the answers several of them need."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from pgadvisor.model.catalog import Constraint, ExistingIndex, Table
from pgadvisor.model.finding import Finding
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Estimate
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Workload

BLOCK_BYTES = 8192
SMALL_ROWS = 10_000


@dataclass(frozen=True)
class Facts:
    """A snapshot and its workload. Not slotted: the derived facts are computed once, on first use."""

    lookup: Lookup
    workload: Workload
    options: Options = field(default_factory=Options)
    planned: tuple[Estimate, ...] = ()

    @cached_property
    def estimates(self) -> dict[tuple[int, str | None], Estimate]:
        """What the planner expects of a statement, by its queryid and label."""
        return {(one.queryid, one.label): one for one in self.planned}

    @cached_property
    def foreign_keys(self) -> tuple[Constraint, ...]:
        """Foreign keys as people declared them: a partition's copy of its parent's key is left out."""
        keys = [c for c in self.lookup.snapshot.constraints if c.kind == "f" and c.references is not None]
        declared = {(key.table, key.columns, key.references) for key in keys}

        def copied(key: Constraint) -> bool:
            parents = self.lookup.tables[key.table].parents if key.table in self.lookup.tables else ()
            return any((parent, key.columns, key.references) in declared for parent in parents)

        def to_partition(key: Constraint) -> bool:
            table = self.lookup.tables.get(key.references) if key.references else None
            return table is not None and any((key.table, key.columns, parent) in declared for parent in table.parents)

        return tuple(key for key in keys if not copied(key) and not to_partition(key))

    @cached_property
    def foreign_keys_of(self) -> dict[Name, list[Constraint]]:
        """Foreign keys by the table that holds them."""
        found: dict[Name, list[Constraint]] = defaultdict(list)
        for key in self.foreign_keys:
            found[key.table].append(key)
        return found

    @cached_property
    def foreign_keys_to(self) -> dict[Name, list[Constraint]]:
        """Foreign keys by the table they reference."""
        found: dict[Name, list[Constraint]] = defaultdict(list)
        for key in self.foreign_keys:
            if key.references is not None:
                found[key.references].append(key)
        return found

    @cached_property
    def constraint_indexes(self) -> frozenset[Name]:
        """Indexes that a constraint is made of or, for a foreign key, refers to."""
        return frozenset(c.index for c in self.lookup.snapshot.constraints if c.index is not None)

    @cached_property
    def attached(self) -> dict[Name, list[ExistingIndex]]:
        """Indexes of partitions by the partitioned index they are attached to."""
        found: dict[Name, list[ExistingIndex]] = defaultdict(list)
        for index in self.lookup.snapshot.indexes:
            if index.parent is not None:
                found[index.parent].append(index)
        return found

    @cached_property
    def reads(self) -> dict[Name, list[tuple[Query, int]]]:
        """Statements by the table they touch, with the relation's position in the statement."""
        found: dict[Name, list[tuple[Query, int]]] = defaultdict(list)
        for query in self.workload.queries:
            for position, relation in enumerate(query.relations):
                found[relation.table].append((query, position))
        return found

    @cached_property
    def total_ms(self) -> float:
        """Time of the whole workload; never 0, so that it can divide."""
        return self.workload.total_ms or 1.0

    @cached_property
    def window(self) -> timedelta | None:
        """How long the counters of tables and indexes have been counting: at least this long, None where unknown.

        Without a reset they survive clean restarts but not a crash (PostgreSQL manual, "The Cumulative Statistics
        System"), so then only the time since the last start is certain.
        """
        server = self.lookup.snapshot.server
        since = server.stats_reset or server.started_at
        return None if since is None else max(timedelta(0), self.lookup.snapshot.collected_at - since)

    def share(self, query: Query) -> float:
        """Fraction of the workload's time that a statement takes; 0 where times were not measured."""
        return query.counters.total_ms / self.total_ms if query.measured else 0.0

    def matters(self, query: Query) -> bool:
        """Its time is not negligible: a thousandth of the workload's, or not known."""
        return not query.measured or self.share(query) >= 0.001

    def is_small(self, name: Name) -> bool:
        """A scan of the whole table costs so little that how it is searched hardly matters."""
        return self.rows(name) < SMALL_ROWS

    def family(self, name: Name) -> Iterator[Table]:
        """A table and everything below it: partitions or inheritance children."""
        if name in self.lookup.tables:
            yield self.lookup.tables[name]
        for child in self.lookup.partitions.get(name, ()):
            yield from self.family(child)

    def rows(self, name: Name) -> float:
        """Rows of a table with its partitions: the planner's estimate, the counters where it was never analysed."""
        return sum(_rows(table) for table in self.family(name) if table.kind != "p")

    def size_bytes(self, name: Name) -> int:
        """Main fork of a table with its partitions; relpages stand for a size that was not measured."""
        return sum(t.size_bytes if t.size_bytes is not None else t.pages * BLOCK_BYTES for t in self.family(name))

    @cached_property
    def unique_keys(self) -> dict[Name, set[frozenset[str]]]:
        """Column sets of which each value occurs once: keys by constraint, or by a valid unique index over all rows."""
        found: dict[Name, set[frozenset[str]]] = defaultdict(set)
        for constraint in self.lookup.snapshot.constraints:
            if constraint.kind in ("p", "u"):
                found[constraint.table].add(frozenset(constraint.columns))
        for index in self.lookup.snapshot.indexes:
            if key := _unique_key(index):
                found[index.table].add(key)
        return found

    @cached_property
    def column_types(self) -> dict[tuple[Name, str], str]:
        """Types of columns without their modifiers."""
        tables = self.lookup.snapshot.tables
        return {(table.name, column.name): column.type_sql.split("(")[0] for table in tables for column in table.columns}


def _unique_key(index: ExistingIndex) -> frozenset[str]:
    definition = index.definition
    if definition is None or not index.unique or not index.valid or definition.where:
        return frozenset()
    return frozenset(definition.columns) if len(definition.columns) == len(definition.keys) else frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` looks at the facts and returns what it has to say; `about` is its module's docstring, the rule's manual."""

    name: str
    find: Callable[[Facts], tuple[Finding, ...]]
    about: str


def _rows(table: Table) -> float:
    return table.rows if table.rows >= 0 or table.usage is None else float(table.usage.rows_live)
