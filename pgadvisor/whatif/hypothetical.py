"""Indexes that are not there: made in the shadow in about a millisecond, shown to the planner only when asked for."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Skipped
from pgadvisor.whatif.files import cut, grow
from pgadvisor.whatif.relations import UPDATE_CLASS, Extent, IndexFiles, Relation, read_index, records
from pgadvisor.whatif.sizes.shape import Shape
from pgadvisor.whatif.wire import Connection, Refused, run

_FINISH = f"""
WITH sizes AS ({UPDATE_CLASS})
UPDATE pg_index SET indisvalid = false WHERE indexrelid = ANY (%s::int8[])
"""  # noqa: S608 (our own text)
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

    `heaps_of` gives a table and its partitions, `shapes_of` the shape of an index over each table (by oid), and `prepare` does
    what is left to do to a new index.
    """

    def __init__(
        self,
        root: Connection,
        owner: Connection,
        files: IndexFiles,
        heaps_of: Callable[[Name], list[Heap]],
        shapes_of: Callable[[Index], dict[int, Shape]],
        prepare: Callable[[Made], None],
    ) -> None:
        self._root, self._owner, self._files = root, owner, files
        self._heaps_of, self._shapes_of, self._prepare = heaps_of, shapes_of, prepare
        self._made: dict[Index, Made] = {}
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

    def oids(self, indexes: Collection[Index]) -> set[int]:
        """The relations of those of `indexes` that can be made; makes them where they are new."""
        self._clock += 1
        found: set[int] = set()
        for index in indexes:
            made = self._made.get(index) or self._make(index)
            if made is not None:
                made.used_at = self._clock
                found.update(made.oids)
        return found

    def crowded_out(self, tables: Iterable[Name]) -> list[int]:
        """Drop the indexes longest unused of tables with too many; their relations."""
        gone: list[int] = []
        for table in set(tables):
            there = sorted((made for made in self._made.values() if made.index.table == table), key=lambda made: made.used_at)
            surplus = [made for made in there[: max(0, len(there) - _MOST_OF_A_TABLE)] if made.used_at < self._clock]
            for made in surplus:
                gone += self._drop(made)
        return gone

    def _drop(self, made: Made) -> tuple[int, ...]:
        run(self._owner, f"DROP INDEX {made.name}")
        del self._made[made.index]
        for relation in made.relations:
            self._by_name.pop(relation.name, None)
        return made.oids

    def _make(self, index: Index) -> Made | None:
        if index in self._impossible:
            return None
        heaps, shapes = self._heaps_of(index.table), self._shapes_of(index)  # asks the planner: before the index is there
        self._count += 1
        name = Name(index.table.schema, f"{_PREFIX}{self._count}")
        try:
            self._create(index, name.name, heaps)
        except Refused as error:
            self._impossible.add(index)
            self.skipped.append(Skipped(f"index {index.method} on {index.table}", error.reason))
            return None
        made = Made(index, name, tuple(read_index(self._root, name)), self._clock)
        extents = [self._files.build(relation, shapes[relation.table or 0]) for relation in made.relations]
        extents += [heap.extent for heap in heaps]
        self._root.execute(_FINISH, (records(extents), list(made.oids)))
        self._made[index] = made
        self._by_name.update({relation.name: (index, relation) for relation in made.relations})
        self._prepare(made)
        return made

    def _create(self, index: Index, name: str, heaps: list[Heap]) -> None:
        """CREATE INDEX reads every page of a table, so that the tables are cut short for that time."""
        if not heaps:
            raise Refused("its table is not in the shadow")
        files = [(heap.file, heap.pages) for heap in heaps if heap.file is not None]
        for file, _ in files:
            cut(file)
        try:
            run(self._owner, index.sql(name))
        finally:
            for file, pages in files:
                grow(file, pages)
