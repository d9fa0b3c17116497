"""Existing indexes whose readers do as well without them: others, or new ones, do their work.

The server counts every scan of an index, whoever asked for it. Only where the statements that were planned explain all of
those scans is anything said; what a foreign key's check or a statement that was not read scans stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pgadvisor.advisor.facts.existing import bound, key_text
from pgadvisor.advisor.facts.tables import too_small
from pgadvisor.advisor.facts.wording import count, listed, size
from pgadvisor.advisor.price.writes import period_scale
from pgadvisor.advisor.proof.prove import Proof, Proven, by_table, offered_to
from pgadvisor.advisor.words.findings import Verified, removal
from pgadvisor.advisor.words.naming import hash8
from pgadvisor.errors import PlanError
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import EvidenceValue, Finding, Level, StatementEffect
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

RULE = "redundant-index"
_EXPLAINED = 1.2  # scans a call of its readers: counters are read at different moments
_SLOWER_FRACTION, _SLOWER_COST = 0.05, 1.0
_QUICK_MS, _QUICK_COST = 0.02, 12.0  # a statement as quick as can be measured does not feel a few pages more


@dataclass(frozen=True, slots=True)
class Spare:
    """`old` is not needed; `readers` read it now, `by` are the indexes, existing and new, that serve them without it."""

    old: ExistingIndex
    readers: tuple[Proven, ...]
    by: tuple[str, ...]
    kept: Name | None = None


def spare(verified: Verified) -> tuple[Spare, ...]:
    """The existing indexes that can go: every scan explained, every reader as fast without, another index in their place."""
    proof, lookup = verified.proof, verified.lookup
    gone = {one.old.name for one in verified.dropped}
    on_table = by_table(proof.chosen, verified.pool)
    found: list[Spare] = []
    for old in lookup.index_by_name.values():
        readers = tuple(one for one in proof.statements if old.name in one.case.base.existing)
        if old.name in gone or bound(old) or too_small(old.table, lookup) or not _explained(old, readers, lookup):
            continue
        hidden = frozenset({old.name, *gone})
        served = _served(proof, old, on_table, hidden, verified)
        if served is not None:
            found.append(served)
            gone.add(old.name)
    return tuple(found)


def _explained(old: ExistingIndex, readers: Sequence[Proven], lookup: Lookup) -> bool:
    if not readers or not old.scans or not all(one.case.query.measured for one in readers):
        return False
    return old.scans * period_scale(lookup) <= _EXPLAINED * sum(one.case.query.counters.calls for one in readers)


def _served(
    proof: Proof, old: ExistingIndex, on_table: Mapping[Name, list[int]], hidden: frozenset[Name], verified: Verified
) -> Spare | None:
    """How the readers of `old` are served without it; None where one of them is slower, or reads the whole table."""
    readers = tuple(one for one in proof.statements if old.name in one.case.base.existing)
    affected = [one for one in proof.statements if old.name in one.plan.existing or one in readers]
    by: dict[str, Name | None] = {}
    for one in affected:
        plan = one.plan
        if old.name in plan.existing:
            try:
                plan = one.case.probe.without(offered_to(one.case, on_table), hidden)
            except PlanError:
                return None
            if not _as_fast(one, plan.cost, _has_kin(old, verified.lookup)):
                return None
        new = {verified.names[number]: None for number in plan.used if verified.pool.table(number) == old.table}
        others = {str(name): name for name in plan.existing if _table(name, verified.lookup) == old.table}
        if not new and not others:
            return None
        by.update({**others, **new})
    kept = next((name for name in by.values() if name is not None), None)
    return Spare(old, readers, tuple(sorted(by)), kept)


def _as_fast(one: Proven, cost: float, kin: bool) -> bool:
    quick = kin and one.case.query.counters.mean_ms < _QUICK_MS
    return cost <= one.plan.cost * (1.0 + _SLOWER_FRACTION) + (_QUICK_COST if quick else _SLOWER_COST)


def _has_kin(old: ExistingIndex, lookup: Lookup) -> bool:
    """Whether another whole index begins with the same key: the same rows are found, and only sorted or filtered then."""
    if old.definition is None:
        return False
    first = key_text(old.definition.keys[0])
    others = (one.definition for one in lookup.indexes.get(old.table, ()) if one.valid and one.name != old.name)
    return any(one is not None and one.where is None and key_text(one.keys[0]) == first for one in others)


def _table(name: Name, lookup: Lookup) -> Name | None:
    found = lookup.index_by_name.get(name)
    return found.table if found is not None else None


def spare_findings(found: Sequence[Spare]) -> tuple[Finding, ...]:
    return tuple(_finding(one) for one in found)


def _finding(one: Spare) -> Finding:
    old = one.old
    evidence: list[tuple[str, EvidenceValue]] = [("index", str(old.name)), ("scans", old.scans), ("size_bytes", old.size_bytes)]
    if one.kept is not None:
        evidence.append(("kept_index", str(one.kept)))
    assert old.definition is not None
    return Finding(
        id=f"{RULE}:{old.name}:{hash8(old.definition)}",
        rule=RULE,
        severity=Level.LOW,
        confidence=Level.MEDIUM,
        title=f"{old.name} does what {listed(one.by)} can do",
        message=(
            f"All scans of {old.name} ({size(old.size_bytes or 0)}) come from {count(len(one.readers), 'statement')} of the "
            f"workload, whose plans cost no more without it: they read {listed(one.by)}. Every write to {old.table} "
            "maintains it, and an UPDATE of one of its columns cannot be HOT."
        ),
        help=f"Drop {old.name}, after the indexes of this report are built.",
        refute=f"Hide {old.name} in the shadow, or drop it in a copy, and compare the times of the statements that read it.",
        tables=(old.table,),
        statements=tuple(_effect(reader) for reader in one.readers),
        evidence=tuple(evidence),
        changes=(removal(old),),
    )


def _effect(one: Proven) -> StatementEffect:
    query = one.case.query
    return StatementEffect(query.queryid, query.label, query.normalised, query.counters.calls, one.case.weight.total_ms)
