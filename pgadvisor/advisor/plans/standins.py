"""Stand-ins: plans that need no asking to be guessed, because one index can do all that another does.

Every statement's plan prefers the index made for it, and so hides that it could live nearly as well with the somewhat wider one
that other statements need too. A plan that reads (a) INCLUDE (b) is one with (a, c) INCLUDE (b, d) as well, at a little more
for wider entries. In the same way a plan that reads several indexes may keep much of its gain without one of them. A guess is
an option of the model until the planner is asked, and never more than what is known of larger sets.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from pgadvisor.advisor.plans.atomic import Option, Tree
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name

_KEPT = 0.98  # of the saving: what a wider index is guessed to leave
_KEPT_WITHOUT = 0.7  # what is guessed to be left without one of several indexes


def standins(numbers: Collection[int], pool: Pool) -> dict[int, frozenset[int]]:
    """For each of `numbers` those that can do its work."""
    on_table: dict[Name, list[int]] = defaultdict(list)
    for number in sorted(numbers):
        on_table[pool.table(number)].append(number)
    return {
        number: frozenset(other for other in found if other != number and does_work_of(pool[other], pool[number]))
        for found in on_table.values()
        for number in found
    }


def does_work_of(one: Index, other: Index) -> bool:
    """Whether `one` starts with the keys of `other`, has all of its columns, and all of its rows."""
    if one.method != other.method or one.where not in (None, other.where) or one.unique != other.unique:
        return False
    return one.keys[: len(other.keys)] == other.keys and {*other.include} <= {*one.include, *one.columns}


def with_guesses(trees: Sequence[Tree], standins: Mapping[int, frozenset[int]], least_ms: float = 0.0) -> list[list[Option]]:
    """The options of each statement, as planned and as guessed; a stand-in is one that some plan reads. A guess promises at least
    `least_ms` more than what is known of the same indexes."""
    planned = [tree.options(optimistic=False) for tree in trees]
    read = {number for options in planned for option in options for number in option.needs}
    return [[*known, *_guesses(tree, known, standins, read, least_ms)] for tree, known in zip(trees, planned, strict=True)]


def _guesses(
    tree: Tree, known: Sequence[Option], standins: Mapping[int, frozenset[int]], read: Set[int], least_ms: float
) -> Iterator[Option]:
    """The known options with one index replaced or left out, where no known one does as well."""
    found: dict[frozenset[int], Option] = {}
    for option in sorted(known, key=lambda one: -one.saving_ms):
        for number in sorted(option.needs) if option.saving_ms > 0.0 else ():
            for other in sorted(standins.get(number, frozenset()) & tree.offered & read):
                needs = option.needs - {number} | {other}
                found.setdefault(needs, Option(_KEPT * option.saving_ms, needs, planned=option.planned))
            if len(option.needs) > 1:
                needs = option.needs - {number}
                found.setdefault(needs, Option(_KEPT_WITHOUT * option.saving_ms, needs, planned=option.planned))
    for needs, guess in found.items():
        saving_ms = min(guess.saving_ms, tree.most_ms(needs))
        within_ms = max((option.saving_ms for option in known if option.needs <= needs), default=0.0)
        if saving_ms > within_ms and saving_ms - within_ms >= least_ms:
            yield replace(guess, saving_ms=saving_ms)
