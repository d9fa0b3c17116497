"""Indexes that are not there: made in the shadow in about a millisecond, shown to the planner only when asked for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Skipped
from pgadvisor.whatif.files import cut, grow
from pgadvisor.whatif.relations import Extent, IndexFiles, Relation, read_indexes, update_class
from pgadvisor.whatif.sizes.shape import Shape
from pgadvisor.whatif.wire import Connection, Refused, run

_PREFIX = "pgadvisor_"
_MOST_OF_A_TABLE = 60  # a hidden index still costs the planner a look


@dataclass(slots=True)
class Made:
    """A hypothetical index: its relations in the shadow, those of a partitioned table's partitions among them."""

    index: Index
    name: Name
    relations: tuple[Relation, ...]
    used_at: int

    @property
    def oids(self) -> tuple[int, ...]:
        return tuple(relation.oid for relation in self.relations)


@dataclass(frozen=True, slots=True)
class Heap:
    """A table's first file and what pg_class says of it: CREATE INDEX sees an empty table and writes down zero rows."""

    extent: Extent
    file: Path | None  # None for a partitioned table
    pages: int  # length of its files


class HypotheticalIndexes:
    """All that were made so far. The least recently used of a table that has too many are dropped.

    `heaps_of` gives a table and its partitions, `shapes_of` the shape of an index over each table (by oid), `prepare` does
    what is left to do to a new index, and `extend` creates an extension that it requires.
    """

    def __init__(
        self,
        root: Connection,
        owner: Connection,
        files: IndexFiles,
        heaps_of: Callable[[Name], list[Heap]],
        shapes_of: Callable[[Index], dict[int, Shape]],
        prepare: Callable[[Made], None],
        extend: Callable[[str], None],
    ) -> None:
        self._root, self._owner, self._files = root, owner, files
        self._heaps_of, self._shapes_of, self._prepare, self._extend = heaps_of, shapes_of, prepare, extend
        self._made: dict[Index, Made] = {}
        self._of_table: dict[Name, dict[Index, Made]] = defaultdict(dict)
        self._impossible: set[Index] = set()
        self._by_name: dict[Name, tuple[Index, Relation]] = {}
        self._count = 0
        self._clock = 0
        self.skipped: list[Skipped] = []

    def index_named(self, name: Name) -> Index | None:
        """The index that a plan names."""
        found = self._by_name.get(name)
        return found[0] if found is not None else None

    def relation_named(self, name: Name) -> Relation | None:
        """The shadow's relation of that name, where it is a hypothetical index."""
        found = self._by_name.get(name)
        return found[1] if found is not None else None

    def oids(self, indexes: Collection[Index]) -> tuple[set[int], set[int]]:
        """The relations of those of `indexes` that can be made, and of these the new ones, which the planner sees already."""
        self._clock += 1
        missing: dict[Name, list[Index]] = defaultdict(list)
        for index in indexes:
            if index not in self._made and index not in self._impossible:
                missing[index.table].append(index)
        fresh = [made for table, new in missing.items() for made in self._make(table, list(dict.fromkeys(new)))]
        found: set[int] = set()
        for index in indexes:
            there = self._made.get(index)
            if there is not None:
                there.used_at = self._clock
                found.update(there.oids)
        return found, {oid for made in fresh for oid in made.oids}

    def crowded_out(self, tables: Iterable[Name]) -> list[int]:
        """Drop the indexes longest unused of tables with too many; their relations."""
        gone: list[int] = []
        for table in set(tables):
            surplus = len(self._of_table[table]) - _MOST_OF_A_TABLE
            there = sorted(self._of_table[table].values(), key=lambda made: made.used_at) if surplus > 0 else []
            for made in there[: max(0, surplus)]:
                if made.used_at < self._clock:
                    gone += self._drop(made)
        return gone

    def _drop(self, made: Made) -> tuple[int, ...]:
        run(self._owner, f"DROP INDEX {made.name}")
        del self._made[made.index]
        del self._of_table[made.index.table][made.index]
        for relation in made.relations:
            self._by_name.pop(relation.name, None)
        return made.oids

    def _make(self, table: Name, indexes: Sequence[Index]) -> list[Made]:
        """Make indexes of one table, with a few statements for all of them."""
        shapes = {index: self._shapes_of(index) for index in indexes}  # asks the planner: before the indexes are there
        heaps = self._heaps_of(table)
        names = self._create(indexes, heaps)
        relations = read_indexes(self._root, names.values())
        made = [Made(index, name, tuple(relations[name]), self._clock) for index, name in names.items()]
        extents = [self._files.build(one, shapes[new.index][one.table or 0]) for new in made for one in new.relations]
        if made:
            update_class(self._root, [*extents, *(heap.extent for heap in heaps)])
        for new in made:
            self._made[new.index] = self._of_table[table][new.index] = new
            self._by_name.update({relation.name: (new.index, relation) for relation in new.relations})
            self._prepare(new)
        return made

    def _create(self, indexes: Sequence[Index], heaps: Sequence[Heap]) -> dict[Index, Name]:
        """CREATE INDEX reads every page of a table, so that the tables are cut short for that time; the names."""
        created: dict[Index, Name] = {}
        files = [(heap.file, heap.pages) for heap in heaps if heap.file is not None]
        for file, _ in files:
            cut(file)
        try:
            for index in indexes:
                self._count += 1
                name = Name(index.table.schema, f"{_PREFIX}{self._count}")
                if self._is_created(index, name, heaps):
                    created[index] = name
        finally:
            for file, pages in files:
                grow(file, pages)
        return created

    def _is_created(self, index: Index, name: Name, heaps: Sequence[Heap]) -> bool:
        try:
            if not heaps:
                raise Refused("its table is not in the shadow")
            for extension in index.requires:
                self._extend(extension)
            run(self._owner, index.sql(name.name))
        except Refused as error:
            self._impossible.add(index)
            self.skipped.append(Skipped(f"index {index.method} on {index.table}", error.reason))
            return False
        return True
