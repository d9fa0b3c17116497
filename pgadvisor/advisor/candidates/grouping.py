"""B-trees for GROUP BY: groups read in order need no hash table, and with the columns included no table either."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of
from pgadvisor.model.index import Index


def grouping(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(a, g1, g2) for a = … GROUP BY g1, g2; with the range before or after the groups."""
    points, ranges = keys_of(fixed(access)), keys_of(access.of("range"))
    for group in access.groups:
        yield from btree(access, [*points[:2], *group])
        if ranges:
            yield from btree(access, [*points[:2], ranges[0], *group])
            yield from btree(access, [*points[:2], *group, ranges[0]])
        yield from (index for key in access.minmax for index in btree(access, [*points[:2], *group, key]))
