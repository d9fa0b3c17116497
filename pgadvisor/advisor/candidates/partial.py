"""Partial variants of the B-trees: without the rows the statement does not ask for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.keys import same_target
from pgadvisor.advisor.candidates.predicates import Part, parts, together
from pgadvisor.advisor.candidates.rank import estimate
from pgadvisor.model.index import Index, IndexKey

_BASES = 5


def partial(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """The most promising B-trees with a predicate, less the column it pins; and the predicate over some narrow column."""
    ordered = sorted(bases, key=lambda index: estimate(access, index))
    for part in together(parts(access)):
        made = [_narrowed(base, part) for base in ordered]
        keyed = list(dict.fromkeys(index for index in made if index is not None))
        yield from keyed[:_BASES]
        if len(keyed) < 2:
            yield from _over_anything(access, part)


def _narrowed(base: Index, part: Part) -> Index | None:
    keys = base.keys
    if part.pinned is not None:
        pinned = IndexKey(column=part.pinned.column, expression=part.pinned.expression)
        keys = tuple(key for key in keys if not same_target(key, pinned))
    return replace(base, keys=keys, where=part.sql) if keys else None


def _over_anything(access: Access, part: Part) -> Iterator[Index]:
    """The predicate does the work; the key is one that is read, or the narrowest there is: the primary key's."""
    primary = next((index for index in access.lookup.indexes.get(access.table.name, ()) if index.primary), None)
    names = list(primary.definition.columns[:1]) if primary is not None and primary.definition is not None else []
    if part.pinned is not None and part.pinned.column is not None:
        names.append(part.pinned.column)
    for column in names[:1]:
        yield Index(access.table.name, (IndexKey(column=column),), where=part.sql)
