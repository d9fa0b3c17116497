"""The shadow's planner."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from pgadvisor.errors import PlanError
from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode, ValuedStatement
from pgadvisor.model.snapshot import Lookup, Skipped
from pgadvisor.whatif.columntypes import ColumnFacts, read_columns_of
from pgadvisor.whatif.explain import Explainer
from pgadvisor.whatif.expressions import Expressions
from pgadvisor.whatif.extensions import add_extension
from pgadvisor.whatif.hypothetical import Heap, HypotheticalIndexes, Made
from pgadvisor.whatif.plans import indexes_read
from pgadvisor.whatif.relations import IndexFiles, Relation
from pgadvisor.whatif.scattered import scattered_cost
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.sizes import index_shape
from pgadvisor.whatif.sizes.keys import table_rows
from pgadvisor.whatif.sizes.shape import Shape
from pgadvisor.whatif.skipscan import conditional_scans, leads
from pgadvisor.whatif.statistics import write_rows
from pgadvisor.whatif.wire import Connection

_TOGGLE = "UPDATE pg_index SET indisvalid = (indexrelid = ANY (%s::int8[])) WHERE indexrelid = ANY (%s::int8[])"
_LEADING = """
SELECT CASE WHEN i.indkey[0] = 0 THEN pg_get_indexdef(i.indexrelid, 1, true) ELSE a.attname END, i.indkey[0] = 0
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indexrelid = %s::int8 AND m.amname = 'btree' AND i.indnkeyatts > 1
"""
_FIRST_TO_SKIP = 18  # the first major that skip-scans


class Visibility:
    """Which indexes the planner sees: hypothetical ones only when shown, existing ones unless hidden."""

    def __init__(self, root: Connection) -> None:
        self._root = root
        self._shown: set[int] = set()
        self._hidden: set[int] = set()

    def become(self, shown: set[int], hidden: set[int]) -> None:
        """Change what differs, in one statement."""
        on = (shown - self._shown) | (self._hidden - hidden)
        off = (self._shown - shown) | (hidden - self._hidden)
        if on or off:
            self._root.execute(_TOGGLE, (list(on), [*on, *off]))
        self._shown, self._hidden = shown, hidden

    def appeared(self, oids: Collection[int]) -> None:
        """These indexes are new: an index is created visible."""
        self._shown.update(oids)

    def forget(self, oids: Collection[int]) -> None:
        """These indexes are gone."""
        self._shown.difference_update(oids)


class ShadowPlanner:
    """`Planner` over a shadow that was built."""

    def __init__(self, site: Site, relations: Mapping[Name, Relation], heaps: Mapping[Name, Heap], explainer: Explainer) -> None:
        self._site = site
        self._lookup: Lookup = site.lookup
        self._relations = relations
        self._heaps = heaps
        self._explainer = explainer
        self._table_by_oid = {relation.oid: name for name, relation in relations.items() if relation.table is None}
        self._expressions = Expressions(site.lookup, explainer)
        self._visibility = Visibility(site.root)
        self._hypothetical = HypotheticalIndexes(
            site.root, site.owner, IndexFiles(site.server.data), self._heaps_of, self._shapes_of, self._prepare, self._extend
        )
        self._extended: set[str] = set()
        self._guards_skip_scans = self._lookup.snapshot.server.major < _FIRST_TO_SKIP <= site.server.major
        self._leading: dict[int, tuple[str, bool] | None] = {}
        self._shapes: dict[tuple[Index, Name], Shape] = {}
        self._partial_fraction: dict[tuple[Name, str], float] = {}

    @property
    def name(self) -> str:
        return f"shadow {self._site.server.version}"

    @property
    def calls(self) -> int:
        return self._explainer.calls

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What could not be made here, each once."""
        return tuple(dict.fromkeys((*self._site.skipped, *self._hypothetical.skipped)))

    def plan(self, statement: ValuedStatement, indexes: Collection[Index] = (), hidden: Collection[Name] = ()) -> Plan:
        """The plan as if `indexes` were there and the existing ones in `hidden` were not. Raises PlanError."""
        shown, fresh = self._hypothetical.oids(indexes)
        self._visibility.appeared(fresh)
        self._visibility.forget(self._hypothetical.crowded_out(index.table for index in indexes))
        unseen = {self._relations[name].oid for name in hidden if name in self._relations}
        while True:
            self._visibility.become(shown, unseen)
            root = self._explainer.explain(statement.sql, statement.search_path)
            skipping = self._skip_scanned(root)
            if not skipping:
                return self._plan(root)
            shown, unseen = shown - skipping, unseen | (skipping - shown)

    def size_bytes(self, index: Index) -> int:
        """The size of `index` if it were built now, its partitions' together."""
        return sum(self._shape(index, table).size_bytes for table in self._leaves(index.table))

    def index_named(self, name: Name) -> Index | None:
        """The hypothetical index that a plan calls `name`."""
        return self._hypothetical.index_named(name)

    def _plan(self, root: PlanNode) -> Plan:
        read = indexes_read(root)
        used = {name: index for name in read if (index := self._hypothetical.index_named(name)) is not None}
        scattered = scattered_cost(root, self._hypothetical.index_named, self._lookup)
        return Plan(root, frozenset(used.values()), frozenset(name for name in read if name not in used), scattered)

    def _skip_scanned(self, root: PlanNode) -> set[int]:
        """The indexes of a plan that only PostgreSQL 18 would scan like this."""
        if not self._guards_skip_scans:
            return set()
        found: set[int] = set()
        for name, condition in conditional_scans(root):
            oid = self._oid(name)
            leading = self._leading_key(oid) if oid is not None else None
            if oid is not None and leading is not None and not leads(condition, *leading):
                found.add(oid)
        return found

    def _oid(self, name: Name) -> int | None:
        relation = self._relations.get(name) or self._hypothetical.relation_named(name)
        return relation.oid if relation is not None else None

    def _leading_key(self, oid: int) -> tuple[str, bool] | None:
        if oid not in self._leading:
            self._leading[oid] = self._site.root.execute(_LEADING, (oid,)).fetchone()
        return self._leading[oid]

    def _leaves(self, table: Name) -> list[Name]:
        """The tables that hold the rows of `table`: itself, or a partitioned table's leaf partitions."""
        found = self._lookup.tables.get(table)
        if found is None or found.kind != "p":
            return [table]
        return [leaf for child in self._lookup.partitions.get(table, ()) for leaf in self._leaves(child)]

    def _heaps_of(self, table: Name) -> list[Heap]:
        """A table and, where it is partitioned, its partitions."""
        found = [self._heaps[table]] if table in self._heaps else []
        known = self._lookup.tables.get(table)
        if known is not None and known.kind == "p":
            for child in self._lookup.partitions.get(table, ()):
                found += self._heaps_of(child)
        return found

    def _shapes_of(self, index: Index) -> dict[int, Shape]:
        return {heap.extent.oid: self._shape(index, self._table_by_oid[heap.extent.oid]) for heap in self._heaps_of(index.table)}

    def _shape(self, index: Index, table: Name) -> Shape:
        known = self._shapes.get((index, table))
        if known is None:
            known = self._shapes[index, table] = self._find_shape(index, table)
        return known

    def _find_shape(self, index: Index, table: Name) -> Shape:
        rows = table_rows(self._lookup, table)
        if index.where is not None:
            rows *= self._fraction(index.table, index.where)
        return index_shape(replace(index, table=table), self._lookup, rows, self._derived(index, table))

    def _derived(self, index: Index, table: Name) -> dict[str, tuple[str, ColumnStatistics | None]]:
        """Types and statistics of an index's expressions over one table."""
        found = {}
        for key in index.keys:
            if key.expression is not None:
                facts = self._expressions.facts(table, key.expression)
                found[key.expression] = (facts.type_name, facts.statistics)
        return found

    def _fraction(self, table: Name, where: str) -> float:
        """The fraction of a table's rows that satisfy a partial index's predicate, as the planner sees it."""
        key = (table, where)
        if key not in self._partial_fraction:
            self._partial_fraction[key] = self._ask_fraction(table, where)
        return self._partial_fraction[key]

    def _ask_fraction(self, table: Name, where: str) -> float:
        total = table_rows(self._lookup, table)
        try:
            root = self._explainer.explain(f"SELECT FROM {table} WHERE {where}", (table.schema,))
        except PlanError:
            return 1.0
        return min(1.0, root.rows / total) if total else 1.0

    def _extend(self, extension: str) -> None:
        """Create an extension that production could create, in the schema where it would be. Raises Refused."""
        if extension not in self._extended:
            add_extension(self._site, extension)
            self._extended.add(extension)

    def _prepare(self, made: Made) -> None:
        """Give the expressions of a new index their statistics."""
        if all(key.expression is None for key in made.index.keys):
            return
        rows: list[tuple[ColumnStatistics, ColumnFacts]] = []
        for relation in made.relations:
            columns = read_columns_of(self._site.root, relation.oid)
            table = self._table_by_oid[relation.table or 0]
            for key, column in zip(made.index.keys, columns, strict=False):
                statistics = self._expressions.facts(table, key.expression).statistics if key.expression is not None else None
                if statistics is not None:
                    sampled = statistics.element_count_histogram or statistics.most_common_elements
                    rows.append((replace(statistics, histogram_bounds=None) if sampled else statistics, column))
        write_rows(self._site, rows)
