"""Making an index of keys."""

from collections.abc import Iterable, Iterator

from pgadvisor.advisor.candidates.access import Access, Condition
from pgadvisor.advisor.candidates.keys import same_target
from pgadvisor.advisor.facts.limits import MOST_KEY_COLUMNS
from pgadvisor.model.index import Index, IndexKey


def btree(access: Access, keys: Iterable[IndexKey]) -> Iterator[Index]:
    """The B-tree on `keys`, each column once, the first four of them; a lone key ascending, as a B-tree is read both ways."""
    chosen: list[IndexKey] = []
    for key in keys:
        if len(chosen) < MOST_KEY_COLUMNS and not any(same_target(key, each) for each in chosen):
            chosen.append(key)
    if chosen:
        yield Index(access.table.name, upright(tuple(chosen)))


def upright(keys: tuple[IndexKey, ...]) -> tuple[IndexKey, ...]:
    """Keys that all run against the default order, turned round: the same index read backwards.

    Keys of equality conditions in front are ascending and stay so; the caller passes only what orders.
    """
    if all(key.descending and key.nulls_first for key in keys):
        return tuple(IndexKey(key.column, key.expression, opclass=key.opclass, collation=key.collation) for key in keys)
    return keys


def keys_of(conditions: Iterable[Condition]) -> list[IndexKey]:
    return [condition.key for condition in conditions]


def fixed(access: Access) -> list[Condition]:
    """Conditions that pin a column to one value, the most selective first."""
    return access.of("equal", "null")
