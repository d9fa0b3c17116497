"""The findings of rule `missing-index`: one for each chosen index, with what was proven of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pgadvisor.advisor.candidates import inferred
from pgadvisor.advisor.facts.existing import shortcomings
from pgadvisor.advisor.facts.wording import amount, count, keys, listed, percent
from pgadvisor.advisor.plans.checks import check_text
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.rowfactor import row_factor
from pgadvisor.advisor.price.prices import Prices
from pgadvisor.advisor.proof.prove import Proof, Proven
from pgadvisor.advisor.proof.superfluous import Dropped
from pgadvisor.advisor.words.extensions import advice, creations, need
from pgadvisor.advisor.words.naming import hash8
from pgadvisor.advisor.words.resting import (
    assumed_configuration,
    assumed_constants,
    assumed_key,
    fragile_evidence,
    guessed_range,
    outdated,
    resting,
    unscanned,
)
from pgadvisor.advisor.words.stakes import Stakes, low_saving_ms, lowered, stakes_evidence, wal_bytes_per_day, warnings
from pgadvisor.advisor.words.unknown_order import unknown_order
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Change, EvidenceValue, Finding, Level, StatementEffect
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup

RULE = "missing-index"
_HIGH_SHARE, _MEDIUM_SHARE = 0.10, 0.01  # of the workload's time
_MOST_REASONS = 3
_ALONE = 0.9  # of its saving; an index whose loss costs no less than this is not replaced by the others
_POOR_FIT = 10.0  # rows as planned and as counted differ by this factor


@dataclass(frozen=True, slots=True)
class Verified:
    """The final set with all that its findings need. `names` are those of the new indexes."""

    proof: Proof
    pool: Pool
    prices: Prices
    lookup: Lookup
    names: Mapping[int, str]
    dropped: tuple[Dropped, ...]
    workload_ms: float


_GUESSED = (
    " Its predicate names a state that the statements send as a parameter; that they ask for this one was inferred. See that "
    "they do, and that they are planned with their values (plan_cache_mode), or write the state into the statement."
)


_REFUTE = (
    "Run EXPLAIN (ANALYZE, BUFFERS) of the first statement before and after: the index must stand in the plan, and time and "
    "buffers must fall. After a week its idx_scan in pg_stat_user_indexes must have grown; if it has not, drop it."
)


_BRIN = " EXPLAIN shows a higher cost: it takes the pages of a BRIN search to be scattered, but they are read in order."
_ASSUMED = " The statement's text search configuration is not known: make the index with the one that it sends."
_USUAL = (
    " The statement sends constants of this expression as parameters, and the usual ones are assumed: make the index with those "
    "that it sends."
)
_KEY = (
    " The statement sends the JSON key as a parameter: of the keys in the statistics only this one fits its type and its rows. "
    "See that it asks for this key each time, or write the key into the statement."
)
_UNKNOWN = " How much of the table its range keeps is not known, for rows are only counted or grouped: if most, no index helps."
_SENT = (
    " Its predicate names a state that the statements send as a parameter, as the log shows. See that they are planned with "
    "their values (plan_cache_mode), or write the state into the statement."
)


def findings(verified: Verified) -> tuple[Finding, ...]:
    """One finding for each new index, the largest saving first."""
    found = [_finding(number, verified) for number in sorted(verified.proof.chosen)]
    return tuple(sorted(found, key=lambda finding: (-finding.saving_ms, finding.id)))


def _finding(number: int, verified: Verified) -> Finding:
    index, proof = verified.pool[number], verified.proof
    shares = _shares(number, proof)
    users = sorted(shares, key=lambda at: (-shares[at], proof.statements[at].case.query.fingerprint))
    effects = tuple(_effect(proof.statements[at], shares[at]) for at in users)
    served = [proof.statements[at] for at in users]
    old = [dropped.old for dropped in verified.dropped if dropped.by == number]
    saved_ms = sum(shares.values())
    sent = inferred(index, [one.case.query for one in served], verified.lookup)
    guessed = sent and any(one.case.probe.inferred for one in served)
    stakes = _stakes(number, shares, verified)
    first = served[0].case
    newer = unscanned(served[0], verified.lookup)
    assumed = assumed_configuration(index, first.query)
    usual = assumed_constants(index, first.query)
    key = assumed_key(index, first.query, verified.lookup)
    unknown = first.probe.inferred and guessed_range(index, first.query, verified.lookup)
    return Finding(
        id=f"{RULE}:{index.table}:{hash8(index)}",
        rule=RULE,
        severity=lowered(_severity(saved_ms, verified.workload_ms), stakes),
        confidence=Level.LOW
        if guessed or unknown or assumed or usual or key or newer is not None or not stakes.earns
        else _confidence(served, sent),
        title=f"Missing {'partial ' if index.where else ''}index on {index.table} {keys(index)}",
        message=_message(index, served, saved_ms, newer, verified)
        + (_UNKNOWN if unknown else "")
        + (_ASSUMED if assumed else "")
        + (_USUAL if usual else "")
        + (_KEY if key else "")
        + warnings(stakes),
        help=_help(number, old, saved_ms, verified)
        + unknown_order(index, [one.case.query for one in served], verified.lookup)
        + (_GUESSED if guessed else _SENT if sent else ""),
        refute=_REFUTE,
        tables=(index.table,),
        statements=effects,
        evidence=(*_evidence(number, served, old, newer, verified), *stakes_evidence(stakes), ("inferred_predicate", guessed)),
        changes=(*creations(index, verified.lookup), _creation(number, verified), *(removal(one) for one in old)),
    )


def _stakes(number: int, shares: Mapping[int, float], verified: Verified) -> Stakes:
    table, prices = verified.pool.table(number), verified.prices
    return Stakes(
        saving_ms=sum(shares.values()),
        saving_low_ms=low_saving_ms(verified.proof, shares),
        write=prices.write_cost(number),
        indexes=len(verified.lookup.indexes.get(table, ())),
        write_share=prices.write_share(table),
        measured=all(verified.proof.statements[at].case.query.measured for at in shares),
    )


def _shares(number: int, proof: Proof) -> dict[int, float]:
    """The index's part of each statement's saving: where a plan reads several new indexes, by what each one's absence costs."""
    shares = {}
    for at in proof.users(number):
        one = proof.statements[at]
        lost = {other: max(0.0, proof.by_statement[other][at]) for other in one.plan.used}
        whole = sum(lost.values())
        shares[at] = one.saving_ms * (lost[number] / whole if whole else 1.0 / len(lost))
    return shares


def _effect(one: Proven, saving_ms: float) -> StatementEffect:
    query, weight = one.case.query, one.case.weight
    return StatementEffect(
        query.queryid,
        query.label,
        query.normalised,
        query.counters.calls,
        weight.total_ms,
        weight.cost_before,
        one.plan.planned,
        saving_ms,
    )


def _severity(saved_ms: float, workload_ms: float) -> Level:
    share = saved_ms / workload_ms if workload_ms else 0.0
    if share >= _HIGH_SHARE:
        return Level.HIGH
    return Level.MEDIUM if share >= _MEDIUM_SHARE else Level.LOW


def _confidence(served: list[Proven], sent: bool) -> Level:
    """High where the values are the application's and the rows as planned are those counted; judged by the statement that
    gains most. `sent`: a state of the index's predicate is sent as a parameter."""
    case = served[0].case
    poor = row_factor(case) > _POOR_FIT
    if case.probe.inferred and poor:
        return Level.LOW
    return Level.MEDIUM if case.probe.inferred or poor or sent else Level.HIGH


def _message(index: Index, served: list[Proven], saved_ms: float, newer: ExistingIndex | None, verified: Verified) -> str:
    measured = all(one.case.query.measured for one in served)
    spent = sum(one.case.weight.total_ms for one in served)
    share = spent / verified.workload_ms if verified.workload_ms else 0.0
    first = served[0]
    verb = "spends" if len(served) == 1 else "spend"
    return (
        f"{count(len(served), 'statement')} {verb} {amount(spent, measured)}, {percent(share)} of the workload; "
        f"this index would save about {amount(saved_ms, measured)} of that."
        + resting(served)
        + outdated(first, newer)
        + _beside(index, verified.lookup)
        + need(index)
        + (_BRIN if index.method == "brin" else "")
        + (f" What is served is {check_text(first.case)}." if first.case.check is not None else "")
        + (" The values planned with were inferred from statistics." if first.case.probe.inferred else "")
    )


def _beside(index: Index, lookup: Lookup) -> str:
    """Why the existing indexes that have a column of it do not serve."""
    reasons = shortcomings(index, lookup, akin=True)[:_MOST_REASONS]
    return f" Of the existing indexes {'; '.join(reasons)}." if reasons else ""


def _help(number: int, old: list[ExistingIndex], saved_ms: float, verified: Verified) -> str:
    index, cost = verified.pool[number], verified.prices.write_cost(number)
    text = "Create the index."
    measured = all(verified.proof.statements[at].case.query.measured for at in verified.proof.users(number))
    missed_ms = max(0.0, verified.proof.contributions_ms[number])
    if missed_ms < _ALONE * saved_ms:
        text += f" Without it the others would do part of its work: {amount(missed_ms, measured)} would be lost."
    if cost.hot_updates_lost:
        text += f" It ends about {cost.hot_updates_lost:,} HOT updates"
        text += " over the time the counters cover: statements set a column it reads."
    if _partitioned(index, verified.lookup):
        text += " The table is partitioned: build the index on each partition CONCURRENTLY and attach it, as the migration does."
    text += advice(index)
    if old:
        text += f" Then drop {listed([str(one.name) for one in old])}, whose work it does: no statement is slower without."
    return text


def _evidence(
    number: int, served: list[Proven], old: list[ExistingIndex], newer: ExistingIndex | None, verified: Verified
) -> tuple[tuple[str, EvidenceValue], ...]:
    index, cost = verified.pool[number], verified.prices.write_cost(number)
    slower = [one for one in served if one.saving_ms < 0.0]
    facts: list[tuple[str, EvidenceValue]] = [
        ("contribution_ms", verified.proof.contributions_ms[number]),
        ("write_cost_ms", cost.total_ms),
        ("write_cost_basis", cost.basis),
        ("hot_updates_lost", cost.hot_updates_lost),
        ("size_bytes", verified.pool.size_bytes(number)),
        ("cost_before", served[0].case.weight.cost_before),
        ("cost_after", served[0].plan.planned),
        ("existing_indexes", shortcomings(index, verified.lookup)),
        ("inferred_values", any(one.case.probe.inferred for one in served)),
        ("time_of_another_plan", newer is not None),
        ("row_estimate_factor", row_factor(served[0].case)),
    ]
    facts += fragile_evidence(served)
    if slower:
        facts.append(("slower_statements", tuple(str(one.case.query.label or one.case.query.queryid) for one in slower)))
        facts.append(("slower_ms", -sum(one.saving_ms for one in slower)))
    if old:
        facts.append(("superfluous_indexes", tuple(str(one.name) for one in old)))
        facts.append(("superfluous_bytes", sum(one.size_bytes or 0 for one in old)))
        facts.append(("superfluous_write_cost_ms", verified.prices.kept_ms(old)))
    return tuple(facts)


def _creation(number: int, verified: Verified) -> Change:
    index, name = verified.pool[number], verified.names[number]
    concurrently = not _partitioned(index, verified.lookup)
    return Change(
        action="create_index",
        table=index.table,
        sql=index.sql(name, concurrently=concurrently),
        undo_sql=_drop_sql(Name(index.table.schema, name), concurrently),
        name=name,
        index=index,
        size_bytes=verified.pool.size_bytes(number),
        write_cost_ms=verified.prices.write_cost(number).total_ms,
        wal_bytes_per_day=wal_bytes_per_day(verified.prices.write_cost(number)),
    )


def removal(old: ExistingIndex) -> Change:
    """The drop of an existing index, with the way back."""
    return Change(
        action="drop_index",
        table=old.table,
        sql=_drop_sql(old.name, True),
        undo_sql=old.definition.sql(old.name.name, concurrently=True) if old.definition is not None else None,
        name=old.name.name,
        index=old.definition,
        size_bytes=old.size_bytes,
    )


def _drop_sql(name: Name, concurrently: bool) -> str:
    return f"DROP INDEX {'CONCURRENTLY ' if concurrently else ''}{name}"


def _partitioned(index: Index, lookup: Lookup) -> bool:
    known = lookup.tables.get(index.table)
    return known is not None and known.kind == "p"
