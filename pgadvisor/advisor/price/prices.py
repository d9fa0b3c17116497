"""What each index under consideration costs: its writes, the least it must save, and rent for its bytes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pgadvisor.advisor.facts.existing import superfluous
from pgadvisor.advisor.facts.tables import PAGE_BYTES, pages_of
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.plans.pool import Charge, Pool
from pgadvisor.advisor.plans.worth import RENT_FRACTION, floor_ms
from pgadvisor.advisor.price.writes import WriteCost, Writes
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup


class Prices:
    """Prices of indexes by number. With a budget bytes are limited, not charged. Writes are charged what they cost at worst:
    the price is known worse than the gain, and an index is easier to add later than to find superfluous."""

    def __init__(self, pool: Pool, lookup: Lookup, writes: Writes, cases: Sequence[Case], budget_bytes: int | None) -> None:
        self._pool = pool
        self._lookup = lookup
        self._writes = writes
        self._rented = budget_bytes is None
        self._floor_ms = floor_ms(sum(case.weight.total_ms for case in cases), len(cases), budget_bytes is not None)
        self._table_ms: dict[Name, float] = defaultdict(float)
        self._known: dict[int, Charge] = {}
        self._write_costs: dict[int, WriteCost] = {}
        self._drops: Mapping[int, Sequence[ExistingIndex]] | None = None
        for case in cases:
            for table in case.tables:
                self._table_ms[table] += case.weight.total_ms

    def charge(self, number: int) -> Charge:
        known = self._known.get(number)
        if known is None:
            freed = self._freed(number)
            written_ms = max(0.0, self.write_cost(number).high_ms - self._freed_ms(freed))
            known = self._known[number] = Charge(written_ms, self._floor_ms, self._rent_ms(number, freed))
        return known

    def credit(self, drops: Mapping[int, Sequence[ExistingIndex]]) -> None:
        """From here on only these drops, of existing indexes by the new one that makes them superfluous, count as freed."""
        self._drops = drops
        self._known.clear()

    def _freed(self, number: int) -> Sequence[ExistingIndex]:
        """The existing indexes that can go with the new one: until it is known, all whose work it does."""
        if self._drops is not None:
            return self._drops.get(number, ())
        index = self._pool[number]
        return [old for old in self._lookup.indexes.get(index.table, ()) if superfluous(old, index)]

    def _freed_ms(self, freed: Sequence[ExistingIndex]) -> float:
        """What the writes of existing indexes cost, by the same worst case as a new one's."""
        return sum(self._writes.cost(old.definition).high_ms for old in freed if old.definition is not None)

    def charges_ms(self, numbers: Collection[int]) -> dict[int, float]:
        return {number: self.charge(number).total_ms for number in numbers}

    def write_cost(self, number: int) -> WriteCost:
        known = self._write_costs.get(number)
        if known is None:
            known = self._write_costs[number] = self._writes.cost(
                self._pool[number], self._entry_share(number), self._pool.size_bytes(number)
            )
        return known

    def _entry_share(self, number: int) -> float:
        """The part of the table's rows that a partial index holds, as its size tells."""
        index = self._pool[number]
        if index.where is None:
            return 1.0
        whole = self._pool.size_bytes(self._pool.number(replace(index, where=None)))
        return min(1.0, self._pool.size_bytes(number) / whole) if whole else 1.0

    def _rent_ms(self, number: int, freed: Sequence[ExistingIndex]) -> float:
        table = self._pool.table(number)
        table_bytes = pages_of(table, self._lookup) * PAGE_BYTES
        if not self._rented or not table_bytes:
            return 0.0
        added_bytes = max(0, self._pool.size_bytes(number) - sum(old.size_bytes or 0 for old in freed))
        return RENT_FRACTION * self._table_ms[table] * min(1.0, added_bytes / table_bytes)

    def write_share(self, table: Name) -> float:
        """The part of the time spent on `table` that its writes take, as measured."""
        return self._writes.write_share(table)

    def kept_ms(self, existing: Sequence[ExistingIndex]) -> float:
        """The write cost that existing indexes have now, which dropping them saves."""
        return sum(self._writes.cost(one.definition).total_ms for one in existing if one.definition is not None)
