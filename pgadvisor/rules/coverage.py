"""Which indexes another one makes superfluous, worked out for all of a table's indexes at once so that one always stays."""

from dataclasses import dataclass

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.parse.expressions import canonical, predicate_conjuncts
from pgadvisor.rules.index_facts import has_duty, index_size_bytes, is_usable
from pgadvisor.rules.rule import Facts

_WITHOUT_PARAMETERS = ("btree", "hash", "gin", "gist", "spgist")  # options of other methods change what they can find


@dataclass(frozen=True, slots=True)
class Covered:
    """`index` may go because `kept` answers all it answers; `identical` where neither holds more than the other."""

    index: ExistingIndex
    kept: ExistingIndex
    identical: bool


def covered_indexes(facts: Facts) -> tuple[Covered, ...]:
    """Every index that may go for another. Coverage is transitive, so what remains covers all that goes."""
    return tuple(found for table in sorted(facts.lookup.indexes) for found in _of_table(table, facts))


def _of_table(table: Name, facts: Facts) -> list[Covered]:
    usable = [index for index in facts.lookup.indexes[table] if index.definition and is_usable(index) and not index.extension]
    going: list[ExistingIndex] = []
    for index in sorted(usable, key=_first_to_go):
        others = [other for other in usable if other is not index and other not in going]
        if not has_duty(index, facts) and any(covers(other, index) for other in others):
            going.append(index)
    staying = [index for index in usable if index not in going]
    found = []
    for index in going:
        kept = min((other for other in staying if covers(other, index)), key=lambda other: _best_kept(other, index, facts))
        found.append(Covered(index, kept, is_identical(kept, index)))
    return found


def _first_to_go(index: ExistingIndex) -> tuple[object, ...]:
    assert index.definition is not None
    return (index.unique, len(index.definition.keys) + len(index.definition.include), -index.oid)


def _best_kept(kept: ExistingIndex, index: ExistingIndex, facts: Facts) -> tuple[object, ...]:
    return (not is_identical(kept, index), not kept.constraint, not kept.unique, index_size_bytes(kept, facts), kept.oid)


def is_identical(first: ExistingIndex, second: ExistingIndex) -> bool:
    """The same entries in the same order; whether one of them is unique does not matter."""
    a, b = first.definition, second.definition
    if a is None or b is None or not _same_entries(first, second):
        return False
    return _terms(a) == _terms(b) and set(a.include) == set(b.include)


def covers(longer: ExistingIndex, shorter: ExistingIndex) -> bool:
    """`longer` can stand in for `shorter` in every plan and duty of `shorter`.

    Any method: an identical index. B-tree alone: one whose first keys are `shorter`'s, all in its directions or all
    reversed (a B-tree is read both ways), and which holds its INCLUDE columns. A unique index gives way only to an
    identical unique one that checks the same rows at the same time.
    """
    a, b = longer.definition, shorter.definition
    if a is None or b is None or not _same_entries(longer, shorter):
        return False
    if shorter.unique:
        return is_identical(longer, shorter) and _checks_the_same(longer, shorter)
    if a.method != "btree":
        return is_identical(longer, shorter)
    held = {*a.columns, *a.include}
    return _begins_with(a, b) and held.issuperset(b.include)


def _same_entries(first: ExistingIndex, second: ExistingIndex) -> bool:
    a, b = first.definition, second.definition
    assert a is not None and b is not None
    if a.method != b.method or first.kind != second.kind or _predicate(a) != _predicate(b):
        return False
    return a.method in _WITHOUT_PARAMETERS or first.options == second.options


def _checks_the_same(kept: ExistingIndex, index: ExistingIndex) -> bool:
    return kept.unique and kept.immediate == index.immediate and kept.nulls_not_distinct == index.nulls_not_distinct


def _predicate(index: Index) -> tuple[str, ...]:
    return predicate_conjuncts(index.where) if index.where else ()


def _terms(index: Index) -> tuple[tuple[object, ...], ...]:
    return tuple(_term(key) for key in index.keys)


def _term(key: IndexKey, reverse: bool = False) -> tuple[object, ...]:
    what = key.column if key.column is not None else ("expression", canonical(key.expression or ""))
    return (what, key.opclass, key.collation, key.descending != reverse, key.nulls_first != reverse)


def _begins_with(longer: Index, shorter: Index) -> bool:
    first = longer.keys[: len(shorter.keys)]
    return any(tuple(_term(key, reverse) for key in first) == _terms(shorter) for reverse in (False, True))
