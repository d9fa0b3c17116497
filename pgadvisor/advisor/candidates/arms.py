"""B-trees for the arms of OR: a bitmap scan joins them, but only where every arm has an index."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of
from pgadvisor.model.index import Index


def arms(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """For each arm: its columns, alone and behind those of the conditions that hold for all."""
    points = keys_of(fixed(access))
    for arm in access.arms:
        own = sorted(arm, key=lambda each: (each.kind == "range", each.fraction))
        yield from btree(access, keys_of(own))
        yield from btree(access, [own[0].key])
        if points:
            yield from btree(access, [*points[:2], *keys_of(own)])
