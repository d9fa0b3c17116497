"""B-trees for joins: this table's rows looked up by the other's, with this table's own conditions before or after.

The same column alone also gives the order that a merge join wants.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access, Condition
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of, upright
from pgadvisor.model.index import Index

_JOINS = 3
_LEADERS = 2  # of the columns of one join: other joins and searches may want either in front


def joins(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(j), (j, a), (a, j), (j, a, r) and (j, order) for a join on j, a = … and r > …."""
    joined = access.of("join")
    points, lists = keys_of(fixed(access)), keys_of(access.of("list"))
    ranges = keys_of(access.of("range"))
    for together in _together(access, joined):
        keys = keys_of(together[:_JOINS])
        for leader in keys[:_LEADERS]:
            yield from btree(access, [leader, *keys, *points[:1]])
    for condition in joined[:_JOINS]:
        key = condition.key
        yield from btree(access, [key])
        if points or lists:
            yield from btree(access, [key, *points[:2], *lists[:1]])
            yield from btree(access, [*points[:2], *lists[:1], key])
        if ranges:
            yield from btree(access, [key, *points[:1], ranges[0]])
            yield from btree(access, [*points[:1], ranges[0], key])
        for wanted in access.orders:
            yield from btree(access, [key, *points[:1], *upright(wanted.keys)])
            if wanted.limited:
                yield from btree(access, [*points[:1], *upright(wanted.keys), key])
        for extreme in access.minmax:
            yield from btree(access, [key, *points[:1], extreme])


def _together(access: Access, joined: Sequence[Condition]) -> Iterator[list[Condition]]:
    """The join conditions that one other relation's rows give the values of, where they are more than one."""
    others: dict[str, set[int]] = defaultdict(set)
    for condition in access.conditions:
        operand = condition.predicate.operand
        if condition.kind == "join" and operand.key is not None:
            others[condition.key.sql()].add(operand.key.relation)
    for relation in sorted({relation for found in others.values() for relation in found}):
        together = [condition for condition in joined if relation in others[condition.key.sql()]]
        if len(together) > 1:
            yield together
