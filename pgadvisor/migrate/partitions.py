"""The tree below a partitioned table, and the names of its partitions' indexes."""

import hashlib
from dataclasses import replace

from pgadvisor.migrate.quoting import shortened
from pgadvisor.migrate.step import Partition
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

_NOWHERE = Name("", "")


def _tail(index: Index) -> str:
    """Tells the indexes of one partition apart; depends on the definition only."""
    text = replace(index, table=_NOWHERE).sql("x")
    return "_" + hashlib.sha256(text.encode()).hexdigest()[:8] + "_idx"


def partitions_below(index: Index, lookup: Lookup) -> tuple[Partition, ...]:
    """Every partition below the index's table, parents first, each parent's children by name."""
    found: list[Partition] = []

    def add(parent: Name) -> None:
        for child in sorted(lookup.partitions.get(parent, [])):
            table = lookup.tables[child]
            if table.partition_bound is not None:
                found.append(Partition(child, parent, table.kind != "p", shortened(child.name, _tail(index))))
                add(child)

    add(index.table)
    return tuple(found)


def foreign_partition(index: Index, lookup: Lookup) -> Name | None:
    """A partition that cannot have an index, None where all can."""
    tables = (partition.table for partition in partitions_below(index, lookup))
    return next((name for name in tables if lookup.tables[name].kind not in ("r", "p")), None)
