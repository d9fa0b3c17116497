"""B-trees for min() and max(): one probe after the equality columns."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of, upright
from pgadvisor.model.index import Index


def minmax(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(a, m) for max(m) … WHERE a = …."""
    points, lists = keys_of(fixed(access)), keys_of(access.of("list"))
    for key in access.minmax:
        yield from btree(access, [*points[:3], *upright((key,))])
        if lists:
            yield from btree(access, [*points[:2], *lists[:1], key])
        if points:
            yield from btree(access, [points[0], *upright((key,))])
