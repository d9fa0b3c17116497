"""What the set as a whole must keep to: bytes, and numbers of indexes. Each is a row of the model."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pgadvisor.model.names import Name

_SIZE_ERROR = 0.003  # kept of the budget, which is for bytes really built: a set is mostly off by less


@dataclass(frozen=True, slots=True)
class Row:
    """sum of factors of the chosen indexes <= most."""

    most: float
    factors: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Constraints:
    """`sizes` (bytes) and `tables` are by index; a bound that is None does not bind. `tables` is read for
    `most_per_table` only."""

    sizes: Mapping[int, int]
    budget_bytes: int | None = None
    most_indexes: int | None = None
    most_per_table: int | None = None
    tables: Mapping[int, Name] = field(default_factory=dict)

    @property
    def bind(self) -> bool:
        """Whether indexes compete for anything."""
        return not self.budget_bytes is self.most_indexes is self.most_per_table is None

    def allow(self, chosen: Collection[int]) -> bool:
        return all(
            sum(row.factors[number] for number in chosen if number in row.factors) <= row.most for row in self.rows(chosen)
        )

    def rows(self, numbers: Collection[int]) -> Iterator[Row]:
        """The rows over `numbers`, in a stable order; the tables' only where they have more than may be chosen."""
        if self.budget_bytes is not None:
            yield Row(self.budget_bytes * (1.0 - _SIZE_ERROR), {number: self.sizes[number] for number in numbers})
        if self.most_indexes is not None:
            yield Row(self.most_indexes, dict.fromkeys(numbers, 1))
        if self.most_per_table is not None:
            yield from self._per_table(self.most_per_table, numbers)

    def _per_table(self, most: int, numbers: Collection[int]) -> Iterator[Row]:
        on_table: dict[Name, list[int]] = defaultdict(list)
        for number in sorted(numbers):
            on_table[self.tables[number]].append(number)
        yield from (Row(most, dict.fromkeys(found, 1)) for found in on_table.values() if len(found) > most)
