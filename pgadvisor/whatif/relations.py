"""The shadow's relations as files and as rows of pg_class: made to look as large as production's."""

import itertools
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pgadvisor.model.names import Name
from pgadvisor.whatif.files import grow
from pgadvisor.whatif.metapages import brin_meta_page, gin_meta_page, set_btree_height, write_new_file
from pgadvisor.whatif.sizes.shape import Shape
from pgadvisor.whatif.wire import Connection

_READ = """
SELECT n.nspname, c.relname, c.oid::int8, c.relkind::text, m.amname, pg_relation_filepath(c.oid), i.indrelid::int8
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'i', 'I') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
"""
_BY_NAME = _READ + "AND (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"  # noqa: S608 (our own text)
_INDEXES = """
WITH RECURSIVE tree AS (
  SELECT n AS top, to_regclass(n)::oid AS oid FROM unnest(%s::text[]) AS n
  UNION ALL
  SELECT tree.top, h.inhrelid FROM tree JOIN pg_inherits h ON h.inhparent = tree.oid
)
SELECT tree.top, n.nspname, c.relname, c.oid::int8, c.relkind::text, m.amname, pg_relation_filepath(c.oid), i.indrelid::int8
FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = c.relam JOIN pg_index i ON i.indexrelid = c.oid
"""
_UPDATE_CLASS = """
UPDATE pg_class c SET relpages = r.pages, reltuples = r.rows, relallvisible = r.visible,
  relfilenode = COALESCE(r.file::oid, c.relfilenode)
FROM jsonb_to_recordset(%s::jsonb) AS r(oid int8, pages int4, rows float4, visible int4, file int8) WHERE c.oid = r.oid::oid
"""
_INT4_MAX = 2147483647
_NEW_FILES = itertools.count(3_000_000_000)  # file numbers of our own, far above any that the server hands out


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the shadow; `method` is the access method, `file` None for a partitioned one."""

    name: Name
    oid: int
    kind: str
    method: str | None
    file: str | None
    table: int | None = None  # of an index

    def path(self, data: Path) -> Path:
        if self.file is None:
            raise ValueError(f"{self.name} has no file")
        return data / self.file


@dataclass(frozen=True, slots=True)
class Extent:
    """A row of pg_class to be: the pages and rows of a relation. `file` is its new file number, None for the same."""

    oid: int
    pages: int
    rows: float
    all_visible_pages: int = 0
    file: int | None = None

    def record(self) -> dict[str, float | int | None]:
        """The row as `update_class` writes it; relpages is an int4."""
        pages = min(self.pages, _INT4_MAX)
        return {
            "oid": self.oid, "pages": pages, "rows": self.rows, "visible": min(self.all_visible_pages, pages), "file": self.file,
        }  # fmt: skip


def read_relations(root: Connection, names: Collection[Name] | None = None) -> dict[Name, Relation]:
    """All relations of the shadow, or those of the given names."""
    if names is None:
        rows = root.execute(_READ, ()).fetchall()
    else:
        rows = root.execute(_BY_NAME, ([name.schema for name in names], [name.name for name in names])).fetchall()
    return dict(map(_relation, rows))


def read_indexes(root: Connection, names: Collection[Name]) -> dict[Name, list[Relation]]:
    """Indexes, each with those attached to it where it is partitioned."""
    found: dict[Name, list[Relation]] = {name: [] for name in names}
    by_text = {str(name): name for name in names}
    for top, *row in root.execute(_INDEXES, (list(by_text),)).fetchall():
        found[by_text[top]].append(_relation(row)[1])
    return found


def _relation(row: Sequence[object]) -> tuple[Name, Relation]:
    name = Name(str(row[0]), str(row[1]))
    return name, Relation(name, *row[2:])  # type: ignore[arg-type]


def update_class(root: Connection, extents: Iterable[Extent]) -> None:
    """Write pages, rows and files into pg_class."""
    root.execute(_UPDATE_CLASS, (json.dumps([extent.record() for extent in extents]),))


class IndexFiles:
    """Gives index files the length and the meta page of a built index."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def build(self, index: Relation, shape: Shape) -> Extent:
        """Make an empty index look built. GIN and BRIN pages made by CREATE INDEX stay in the server's shared buffers, so
        those indexes get a new file."""
        if index.file is None:
            return Extent(index.oid, 0, shape.rows)
        path = index.path(self._data)
        if index.method in ("gin", "brin"):
            number = next(_NEW_FILES)
            page = gin_meta_page(shape) if index.method == "gin" else brin_meta_page(shape)
            write_new_file(path.with_name(str(number)), path, page)
            grow(path.with_name(str(number)), shape.pages)
            return Extent(index.oid, shape.pages, shape.rows, file=number)
        grow(path, shape.pages)
        if index.method == "btree":
            set_btree_height(path, shape)
        return Extent(index.oid, shape.pages, shape.rows)
