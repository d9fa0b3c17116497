"""B-trees for range conditions: after the equality columns, and alone."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of
from pgadvisor.model.index import Index

_RANGES = 3


def ranges(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(a, b, r) for a = …, b = …, r > …; with the lists before or after the range, as a list too is many places."""
    points, lists = keys_of(fixed(access)), keys_of(access.of("list"))
    for condition in access.of("range")[:_RANGES]:
        if points:
            yield from btree(access, [*points[:3], condition.key])
            yield from btree(access, [points[0], condition.key])
        if lists:
            yield from btree(access, [*points[:2], lists[0], condition.key])
            yield from btree(access, [*points[:2], condition.key, lists[0]])
        yield from btree(access, [condition.key])
