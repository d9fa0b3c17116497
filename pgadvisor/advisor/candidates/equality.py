"""B-trees for columns that are compared with values: together, and the most selective alone.

What keeps nearly all rows adds nothing in front of others, so it goes last.
"""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of
from pgadvisor.model.index import Index

_SINGLES = 3
_LEADS_FRACTION = 0.3  # of the rows: what keeps more is no first column that another statement could use


def equality(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(a, b) and (b, a) for a = … and b = …, with IN lists after them, and each alone."""
    points, lists = fixed(access), access.of("list")
    yield from btree(access, keys_of([*points, *lists]))
    searched = access.of("equal", "list", "null")
    if len(searched) > 1:
        yield from btree(access, keys_of(searched))
        if searched[1].fraction <= _LEADS_FRACTION:
            yield from btree(access, keys_of([searched[1], searched[0], *searched[2:]]))
        yield from btree(access, keys_of(searched[:2]))
    for condition in searched[:_SINGLES]:
        yield from btree(access, [condition.key])
