"""What the indexes that are there already do: serve as a candidate would, or become superfluous beside a new one."""

from functools import lru_cache

from pgadvisor.advisor.facts.tables import columns_of, words
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.expressions import canonical, predicate_conjuncts

_ORDERLESS = frozenset({"gin", "brin", "bloom"})
_MOST_REASONS = 6
_METHODS = {"btree": "a B-tree", "hash": "a hash index"}


def served_by(index: Index, lookup: Lookup) -> ExistingIndex | None:
    """The valid index that is `index`, or begins with it and holds all of its rows; None where there is none."""
    return next((one for one in lookup.indexes.get(index.table, ()) if one.valid and _covers(one.definition, index)), None)


def same_but_invalid(index: Index, lookup: Lookup) -> ExistingIndex | None:
    """An invalid index with the definition of `index`: it is to be rebuilt, not created again."""
    return next((one for one in lookup.indexes.get(index.table, ()) if not one.valid and _covers(one.definition, index)), None)


def superfluous(old: ExistingIndex, new: Index) -> bool:
    """Whether `new` does all that `old` does and nothing but reading asks for `old`: it is no constraint's, not unique, not a
    replica identity, not clustered on, no part of a partitioned index or an extension."""
    return not bound(old) and old.definition is not None and old.definition.table == new.table and _covers(new, old.definition)


def bound(old: ExistingIndex) -> bool:
    """Whether more than reading asks for the index, or it is not one that can simply be dropped."""
    kept = old.primary or old.unique or old.exclusion or old.replica_identity or old.clustered or old.constraint
    apart = old.parent is not None or old.extension is not None or old.kind != "i" or not old.valid
    return bool(kept) or apart or old.definition is None


def shortcomings(index: Index, lookup: Lookup, akin: bool = False) -> tuple[str, ...]:
    """Why the existing indexes of the table do not do what `index` would, one short sentence each, the most alike first;
    `akin`: only of those that have a column of it."""
    known = [(one, one.definition) for one in lookup.indexes.get(index.table, ()) if one.definition is not None]
    if akin:
        known = [(one, old) for one, old in known if columns_of(old, lookup) & columns_of(index, lookup)]
    known.sort(key=lambda pair: -_likeness(pair[1], index))
    said = [f"{quote_identifier(one.name.name)} {_shortcoming(one, old, index)}" for one, old in known[:_MOST_REASONS]]
    return tuple(said)


def _likeness(old: Index, new: Index) -> int:
    """How many leading keys two indexes share, and whether the first of one stands anywhere in the other."""
    shared = 0
    while shared < min(len(old.keys), len(new.keys)) and key_text(old.keys[shared]) == key_text(new.keys[shared]):
        shared += 1
    return 2 * shared + (key_text(new.keys[0]) in {key_text(key) for key in old.keys})


def key_text(key: IndexKey) -> str:
    """A key as a reader sees it: a column, or an expression in one spelling."""
    return quote_identifier(key.column) if key.column is not None else _canonical(key.expression or "")


def _shortcoming(one: ExistingIndex, old: Index, new: Index) -> str:
    if not one.valid:
        return "is invalid"
    if old.method != new.method:
        return _other_method(old, new)
    if not set(_where(old.where)) <= set(_where(new.where)):
        return "is partial, and its predicate does not follow from the statement"
    if key_text(old.keys[0]) != key_text(new.keys[0]):
        return _other_start(old.keys[0], new.keys[0])
    shared = 0
    while shared < min(len(old.keys), len(new.keys)) and key_text(old.keys[shared]) == key_text(new.keys[shared]):
        unlike = _unlike(old.keys[shared], new.keys[shared])
        if unlike is not None:
            return unlike
        shared += 1
    if shared < len(new.keys):
        return _other_key(old, new, shared)
    if not _begins(old.keys, new.keys):
        return f"has {_listed(new.keys)} in other directions"
    lacking = [quote_identifier(column) for column in new.include if column not in {*old.include, *old.columns}]
    if lacking:
        return f"lacks {', '.join(lacking)}, so that the table has to be read"
    return "holds rows that the statement does not ask for" if old.where != new.where else "is larger"


def _other_method(old: Index, new: Index) -> str:
    if old.method == "hash":
        return "is a hash index, which finds single values only: no ranges, no order"
    if old.method == "btree":
        return f"is a B-tree, which does not look into values as {new.method} does"
    return f"is a {old.method} index, which does not do what {_METHODS.get(new.method, new.method)} does"


def _other_start(old: IndexKey, new: IndexKey) -> str:
    """The wrong first key: another column, or the column where the statement compares something made of it."""
    if old.column is not None and new.expression is not None and old.column in words(new.expression):
        return f"starts with {key_text(old)} itself, but {key_text(new)} is compared"
    if new.column is not None and old.expression is not None and new.column in words(old.expression):
        return f"starts with {key_text(old)}, but {key_text(new)} itself is compared"
    return f"starts with {key_text(old)}, not {key_text(new)}"


def _other_key(old: Index, new: Index, shared: int) -> str:
    if shared == len(old.keys):
        return f"ends after {key_text(old.keys[-1])} and lacks {key_text(new.keys[shared])}"
    return f"continues with {key_text(old.keys[shared])} after {key_text(new.keys[shared - 1])}, not {key_text(new.keys[shared])}"


def _unlike(old: IndexKey, new: IndexKey) -> str | None:
    """A different operator class or collation of the same key; None where both are alike."""
    if old.opclass != new.opclass:
        return f"has {_class(old)} on {key_text(old)}, not {_class(new)}"
    if old.collation != new.collation:
        return f"sorts {key_text(old)} by {_collation(old)}, not by {_collation(new)}"
    return None


def _class(key: IndexKey) -> str:
    return f"operator class {key.opclass}" if key.opclass is not None else "the type's own operator class"


def _collation(key: IndexKey) -> str:
    return f"collation {key.collation}" if key.collation is not None else "the column's own collation"


def _listed(keys: tuple[IndexKey, ...]) -> str:
    return ", ".join(key_text(key) for key in keys)


def _covers(wide: Index | None, narrow: Index) -> bool:
    if wide is None or wide.method != narrow.method or _where(wide.where) != _where(narrow.where):
        return False
    if wide.method in _ORDERLESS:
        return _included(wide, narrow) and {_same(key) for key in narrow.keys} <= {_same(key) for key in wide.keys}
    if wide.method != "btree":
        return [_same(key) for key in wide.keys] == [_same(key) for key in narrow.keys]
    return _included(wide, narrow) and _begins(wide.keys, narrow.keys)


def _begins(wide: tuple[IndexKey, ...], narrow: tuple[IndexKey, ...]) -> bool:
    """Whether a B-tree on `wide` can be read in the order of `narrow`, forwards or backwards."""
    if len(wide) < len(narrow):
        return False
    forwards = [_ordered(key) for key in narrow]
    start = wide[: len(narrow)]
    return [_ordered(key) for key in start] == forwards or [_ordered(key, mirrored=True) for key in start] == forwards


def _included(wide: Index, narrow: Index) -> bool:
    return set(narrow.include) <= {*wide.include, *wide.columns}


def _same(key: IndexKey) -> tuple[str, str | None, str | None]:
    return key_text(key), key.opclass, key.collation


def _ordered(key: IndexKey, mirrored: bool = False) -> tuple[str, str | None, str | None, bool, bool]:
    return (*_same(key), key.descending != mirrored, key.nulls_first != mirrored)


@lru_cache(maxsize=20000)
def _canonical(sql: str) -> str:
    return canonical(sql)


@lru_cache(maxsize=20000)
def _where(sql: str | None) -> tuple[str, ...]:
    return () if sql is None else predicate_conjuncts(sql)
