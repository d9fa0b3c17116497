"""B-trees that deliver an order: the equality columns, then the order's keys with their directions.

Alone an order's index pays only under a LIMIT, or where it saves the sort of a whole table.
"""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access, Order
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of, upright
from pgadvisor.advisor.candidates.keys import same_target
from pgadvisor.model.index import Index, IndexKey


def order(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(a, o1, o2 DESC) for a = … ORDER BY o1, o2 DESC; the order alone; conditions that would break it after it."""
    points = keys_of(fixed(access))
    others = keys_of([*access.of("list"), *access.of("range")])
    for wanted in access.orders:
        keys = _without(wanted.keys, points)
        if not keys:
            continue
        for count in sorted({len(points), 2, 1} & set(range(1, len(points) + 1)), reverse=True):
            yield from btree(access, [*points[: min(count, 3)], *upright(keys)])
        yield from _alone(access, wanted, keys, points, others)


def _alone(
    access: Access, wanted: Order, keys: tuple[IndexKey, ...], points: list[IndexKey], others: list[IndexKey]
) -> Iterator[Index]:
    yield from btree(access, upright(keys))
    if others:
        yield from btree(access, [*points[:2], *upright(keys), others[0]])
    if points and wanted.limited:
        yield from btree(access, [*upright(keys), *points[:2]])


def _without(keys: tuple[IndexKey, ...], pinned: Sequence[IndexKey]) -> tuple[IndexKey, ...]:
    """Keys that are not pinned to one value, which would order nothing."""
    return tuple(key for key in keys if not any(same_target(key, each) for each in pinned))
