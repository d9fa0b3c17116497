"""Which changes make one migration: each once, without contradictions, in an order that is safe to run."""

from dataclasses import replace

from pgadvisor.migrate.partitions import foreign_partition, partitions_below
from pgadvisor.migrate.quoting import fits, is_one_piece
from pgadvisor.migrate.step import Step
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup, Skipped

# What a later action may rely on comes first: an index is created before the one it replaces is dropped.
ORDER = ("create_extension", "create_index", "create_statistics", "set_n_distinct", "reindex", "drop_index", "analyze")
_STATEMENTS = {
    "create_statistics": "create statistics",
    "create_extension": "create extension",
    "set_n_distinct": "alter table",
}  # what their SQL begins with
_INDEX_ACTIONS = ("create_index", "drop_index", "reindex")
_REPLACED_BY_ANOTHER = ("duplicate-index", "redundant-index")


def _key(change: Change) -> tuple[str, Name | None, object]:
    if change.action == "create_index":
        return (change.action, change.table, change.index)
    if change.action == "create_extension":  # of the database, whatever table asks for it
        return (change.action, None, change.name)
    return (change.action, change.table, change.name if change.action != "analyze" else None)


def _merged(findings: tuple[Finding, ...]) -> list[tuple[Change, tuple[Finding, ...]]]:
    """Every change once, with all the findings that ask for it."""
    by_key: dict[tuple[str, Name | None, object], tuple[Change, tuple[Finding, ...]]] = {}
    for finding in findings:
        for change in finding.changes:
            first, askers = by_key.get(_key(change), (change, ()))
            by_key[_key(change)] = (first, askers if finding in askers else (*askers, finding))
    return list(by_key.values())


def _what(change: Change) -> str:
    return f"{change.action} {change.name or change.table} on {change.table}"


def _table_fault(change: Change, lookup: Lookup) -> str | None:
    table = lookup.tables.get(change.table)
    if table is None:
        return "the table is not in the analysed snapshot"
    if table.kind == "p" and change.action not in ("create_index", "analyze", "create_statistics", "set_n_distinct"):
        return "it would lock every partition of the table; it is to be done by hand, in a maintenance window"
    if table.kind not in ("r", "m", "p") or table.persistence == "t":
        return "only ordinary and partitioned tables and materialised views can have it"
    return None


def _index_fault(change: Change, lookup: Lookup) -> str | None:
    if change.name is None or not fits(change.name):
        return "the name is missing or longer than 63 bytes"
    if change.action != "reindex" and (fault := _definition_fault(change)) is not None:
        return fault
    if change.action == "create_index" and change.index is not None:
        return _create_fault(change, change.index, lookup)
    existing = lookup.index_by_name.get(Name(change.table.schema, change.name))
    if existing is None:
        return "the index is not in the analysed snapshot"
    if change.action == "drop_index" and (
        existing.constraint or existing.primary or existing.exclusion or existing.replica_identity
    ):
        return "a constraint or the replica identity needs the index"
    if change.action == "reindex" and existing.unique and not existing.valid:
        return "it is unique and INVALID: duplicates may be why, so look for them first, then rebuild it or drop it"
    return "it is part of a partitioned index" if existing.parent is not None else None


def _definition_fault(change: Change) -> str | None:
    if change.index is None or change.index.table != change.table:
        return "the definition is not known"
    return None if is_one_piece(change.index.sql("x")) else "the definition is not a single piece of SQL"


def _create_fault(change: Change, index: Index, lookup: Lookup) -> str | None:
    twin = next((one for one in lookup.indexes[change.table] if one.definition == index and one.valid), None)
    if twin is not None:
        return f"index {twin.name} is the same"
    namesake = lookup.index_by_name.get(Name(change.table.schema, change.name or ""))
    if namesake is not None and namesake.definition != index:
        return "the name is taken by another index"
    foreign = foreign_partition(index, lookup)
    return None if foreign is None else f"partition {foreign} is a foreign table and cannot have an index"


def _statement_fault(change: Change) -> str | None:
    expected = _STATEMENTS.get(change.action)
    if expected is None:
        return None
    if change.name is None:
        return "the name is missing"
    if not change.sql.lower().startswith(expected) or not is_one_piece(change.sql):
        return "the statement is not a single piece of SQL"
    return None


def _doubt(askers: tuple[Finding, ...]) -> str | None:
    """Advice that is only for information is not for a migration, which somebody signs and runs as a whole."""
    certain = any(finding.severity is not Level.INFO for finding in askers)
    return None if certain else "it is for information only, too little is known to act on it"


def _fault(change: Change, lookup: Lookup) -> str | None:
    """Why the change cannot be written as a migration; None where it can."""
    if change.action not in ORDER:
        return f"no migration is written for {change.action}"
    if change.action != "create_extension" and (fault := _table_fault(change, lookup)) is not None:
        return fault
    return _index_fault(change, lookup) if change.action in _INDEX_ACTIONS else _statement_fault(change)


def _step(change: Change, findings: tuple[Finding, ...], lookup: Lookup) -> Step:
    existing = lookup.index_by_name.get(Name(change.table.schema, change.name or ""))
    partitioned = change.action == "create_index" and change.index is not None and lookup.tables[change.table].kind == "p"
    tree = partitions_below(change.index, lookup) if partitioned and change.index is not None else ()
    is_index_gone_or_rebuilt = change.action in ("drop_index", "reindex")
    return Step(change, findings, lookup.tables.get(change.table), existing if is_index_gone_or_rebuilt else None, tree)


def _serves(index: Index, other: Index) -> bool:
    """Whether `other` can stand in for `index`: the same, or the same order of keys and more behind it."""
    if (index.method, index.where) != (other.method, other.where) or (index.unique and not other.unique):
        return False
    return index == other or (index.method == "btree" and other.keys[: len(index.keys)] == index.keys)


def _stand_in(step: Step, steps: list[Step], lookup: Lookup) -> bool:
    """Whether an index that serves for the dropped one is there when all steps are done."""
    dropped = {one.name for one in steps if one.change.action == "drop_index" and one.change.table == step.change.table}
    remaining = [
        one.definition
        for one in lookup.indexes[step.change.table]
        if one.valid and one.name.name not in dropped and one.definition
    ]
    created = [one.index for one in steps if one.change.action == "create_index" and one.change.table == step.change.table]
    return any(_serves(replace(step.index, unique=False), other) for other in (*remaining, *created))


def _contradiction(step: Step, steps: list[Step], lookup: Lookup) -> str | None:
    others = [one for one in steps if one is not step and one.change.table.schema == step.change.table.schema]
    drops = {one.name for one in others if one.change.action == "drop_index"}
    action = step.change.action
    if action == "reindex" and step.name in drops:
        return "the same migration drops the index"
    if action == "create_index":
        earlier = steps[: steps.index(step)]
        if any(one.name == step.name and one.change.action == "create_index" for one in earlier if one in others):
            return "another change of the same migration creates an index of that name"
        return "the same migration drops an index of that name" if step.name in drops else None
    replaced = any(finding.rule in _REPLACED_BY_ANOTHER for finding in step.findings)
    if action == "drop_index" and replaced and not _stand_in(step, steps, lookup):
        return "no index that stands in for it would remain"
    return None


def plan(findings: tuple[Finding, ...], lookup: Lookup) -> tuple[tuple[Step, ...], tuple[Skipped, ...]]:
    """The steps in the order to run them, and the changes that are left out, with the reason."""
    steps: list[Step] = []
    refused: list[Skipped] = []
    for change, askers in _merged(findings):
        fault = _doubt(askers) or _fault(change, lookup)
        if fault is None:
            steps.append(_step(change, askers, lookup))
        else:
            refused.append(Skipped(_what(change), fault))
    for step in tuple(steps):
        fault = _contradiction(step, steps, lookup)
        if fault is not None:
            steps.remove(step)
            refused.append(Skipped(_what(step.change), fault))
    return tuple(sorted(steps, key=lambda one: ORDER.index(one.change.action))), tuple(refused)
