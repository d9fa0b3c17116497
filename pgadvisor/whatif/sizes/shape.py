"""What the planner reads of an index beside its definition."""

from dataclasses import dataclass, replace

PAGE_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Shape:
    """An index as built: `pages` of the main fork, `rows` index tuples; the rest is what the method's meta page holds.

    `level` is the B-tree's root level (0: the root is a leaf).
    """

    pages: int
    rows: float
    level: int = 0
    entry_pages: int = 0  # GIN
    data_pages: int = 0  # GIN
    entries: int = 0  # GIN
    range_pages: int = 128  # BRIN: pages_per_range
    map_pages: int = 1  # BRIN: pages of the range map

    @property
    def size_bytes(self) -> int:
        return self.pages * PAGE_BYTES

    def stretched(self, pages: int) -> "Shape":
        """The same index in `pages` pages: one that is bloated, or that is smaller than it was thought to be."""
        factor = pages / self.pages if self.pages else 1.0
        return replace(
            self, pages=pages, entry_pages=round(self.entry_pages * factor), data_pages=round(self.data_pages * factor)
        )  # fmt: skip
