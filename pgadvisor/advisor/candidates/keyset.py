"""B-trees for row comparisons, (a, b) < ($1, $2): how pages are turned without OFFSET."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of
from pgadvisor.advisor.facts.selectivity import RANGES
from pgadvisor.model.index import Index, IndexKey


def keyset(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """The columns of the comparison in its order, alone and after the equality columns."""
    rows: dict[int, list[tuple[int, IndexKey | None]]] = {}
    points = keys_of(fixed(access))
    for predicate in access.predicates:
        if predicate.row is not None and predicate.operator in RANGES and predicate.branch is None:
            rows.setdefault(predicate.row[0], []).append((predicate.row[1], access.keys.key(predicate.key)))
    for number in sorted(rows):
        made = [key for _, key in sorted(rows[number], key=lambda each: each[0])]
        keys = [key for key in made if key is not None]
        if keys and len(keys) == len(made):
            yield from btree(access, [*points[:2], *keys])
            yield from btree(access, keys)
