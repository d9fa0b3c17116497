"""`Pool`: every index under consideration, by number. Sets of numbers are what the search computes with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name


class Pool:
    """Numbers indexes in the order in which they are first met, and knows their sizes (asked once each)."""

    def __init__(self, size_bytes: Callable[[Index], int], budget_bytes: int | None = None) -> None:
        self._budget_bytes = budget_bytes
        self._numbers: dict[Index, int] = {}
        self._indexes: list[Index] = []
        self._sizes: dict[int, int] = {}
        self._ask = size_bytes

    def number(self, index: Index) -> int:
        """The number of `index`, given now if it is new."""
        known = self._numbers.get(index)
        if known is not None:
            return known
        self._numbers[index] = len(self._indexes)
        self._indexes.append(index)
        return len(self._indexes) - 1

    def numbers(self, indexes: Iterable[Index]) -> frozenset[int]:
        return frozenset(self.number(index) for index in indexes)

    def __getitem__(self, number: int) -> Index:
        return self._indexes[number]

    def definitions(self, numbers: Iterable[int]) -> tuple[Index, ...]:
        """The indexes in the order of their numbers, so that the planner is asked the same way in every run."""
        return tuple(self._indexes[number] for number in sorted(numbers))

    def table(self, number: int) -> Name:
        return self._indexes[number].table

    def affordable(self, numbers: frozenset[int]) -> frozenset[int]:
        """Those of `numbers` that do not exceed the budget each on its own; all where there is none."""
        if self._budget_bytes is None:
            return numbers
        return frozenset(number for number in numbers if self.size_bytes(number) <= self._budget_bytes)

    def size_bytes(self, number: int) -> int:
        known = self._sizes.get(number)
        if known is None:
            known = self._sizes[number] = self._ask(self._indexes[number])
        return known


@dataclass(frozen=True, slots=True)
class Charge:
    """What having an index costs over the counters' period, in milliseconds, beside its size."""

    write_ms: float
    floor_ms: float
    rent_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        return self.write_ms + self.floor_ms + self.rent_ms
