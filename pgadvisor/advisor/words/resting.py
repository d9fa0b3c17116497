"""What is said of gains that are doubted: in the words of a finding, and in its evidence."""

import re
from collections.abc import Sequence

from pgadvisor.advisor.facts.columns import column_facts
from pgadvisor.advisor.facts.selectivity import RANGES
from pgadvisor.advisor.facts.wording import listed
from pgadvisor.advisor.proof.prove import Proven
from pgadvisor.advisor.values.documents import assumed_keys
from pgadvisor.advisor.values.rows import observed
from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import EvidenceValue
from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.model.workload import Query
from pgadvisor.parse.usual_constants import usual_constants

_SENT_CONFIGURATION = re.compile(r"\bto_tsvector\s*\(\s*\$\d+\s*(?:::\s*regconfig\s*)?,", re.IGNORECASE)
_DOUBTED = 0.1  # of the planner's cost before: less is not worth a word
_SCANNED = 0.5  # of its calls; an index that was scanned less often is not what most of them were answered with


def unscanned(one: Proven, lookup: Lookup) -> ExistingIndex | None:
    """An index that the statement's present plan reads though few of its calls scanned it, as one that was created when most
    of them were counted: their time tells of another plan. None where there is none, where the counters cannot be compared,
    and where the plan reads several tables: the second is not scanned for no rows of the first."""
    read = {node.alias for node in one.case.plan.root.walk() if node.relation is not None}
    if len(read) != 1 or not _comparable(one.case.query, lookup.snapshot):
        return None
    enough = _SCANNED * one.case.query.counters.calls
    there = (lookup.index_by_name.get(name) for name in sorted(one.case.base.existing))
    return next((index for index in there if index is not None and index.scans is not None and index.scans < enough), None)


def _comparable(query: Query, snapshot: Snapshot) -> bool:
    """Whether scans of indexes were counted for as long as the statement's calls, as far as the times of resets are known."""
    statements, info, scans_since = query.statements, snapshot.statements_info, snapshot.server.stats_reset
    if not statements or any(statement.logged or not statement.user_oid for statement in statements):
        return False
    calls_since = info.stats_reset if info is not None else None
    return calls_since is None or scans_since is None or scans_since <= calls_since


def outdated(one: Proven, index: ExistingIndex | None) -> str:
    """A sentence on time that was measured before `index`, the one that `unscanned` found; empty where it found none."""
    if index is None:
        return ""
    return (
        f" Its plan reads {index.name} today, which was scanned {index.scans:,} times in its {one.case.query.counters.calls:,} "
        "calls: where that index is newer than the counters, reset pg_stat_statements and audit again."
    )


def resting(served: Sequence[Proven]) -> str:
    """A sentence for each thing that the gain of the first statement rests on; empty where it is not in doubt."""
    first, text = served[0], ""
    if first.plan.excess > _DOUBTED * first.case.weight.cost_before:
        text = (
            " Less of it is counted than the planner promises: its pages are in memory, joins may give more rows, or those that "
            "a LIMIT waits for may be rarer."
        )
    if first.fragile is not None:
        text += (
            f" It rests on an estimate of {first.fragile.rows:,.0f} rows out of a join; if they are "
            f"{first.fragile.most_rows:,.0f} or more, the statement costs more than today."
        )
    slower = [str(one.case.query.label or one.case.query.queryid) for one in served if one.saving_ms < 0.0]
    return text + (f" Slower with it: {listed(slower)}." if slower else "")


def guessed_range(index: Index, query: Query, lookup: Lookup) -> bool:
    """Whether nothing tells how much of the table the index has to give: a range open at one end, of a statement whose result is
    no count of the rows that matched. After a moment is no such range: people ask for what is recent."""
    if index.where is not None or observed(query) is not None:
        return False
    first = index.keys[0]
    asked = [
        each
        for each in query.predicates
        if query.relations[each.key.relation].table == index.table
        and (each.key.column, each.key.expression) == (first.column, first.expression)
    ]
    ends = {each.operator[0] for each in asked}
    if not all(each.operator in RANGES and each.operand.parameters and each.conjunct for each in asked) or len(ends) != 1:
        return False
    recent = first.column is not None and column_facts(lookup, index.table, first.column).type.family == "moment"
    return not (recent and ends == {">"})


def assumed_configuration(index: Index, query: Query) -> bool:
    """Whether the index is over to_tsvector() with the usual configuration, which the statement sends as a parameter."""
    over = any((key.expression or "").startswith("to_tsvector('") for key in index.keys)
    return over and _SENT_CONFIGURATION.search(query.sql) is not None


def assumed_constants(index: Index, query: Query) -> bool:
    """Whether the index is over an expression with a usual constant that the statement sends as a parameter."""
    usual = {} if query.vectors else usual_constants(query.sql)
    return any(constant in (key.expression or "") for key in index.keys for constant in usual.values())


def assumed_key(index: Index, query: Query, lookup: Lookup) -> bool:
    """Whether the index is over a JSON key that the statement sends as a parameter and that was inferred."""
    keys = assumed_keys(query, lookup).values()
    return any(f"->> {key}" in (part.expression or "") for part in index.keys for key in keys)


def fragile_evidence(served: Sequence[Proven]) -> list[tuple[str, EvidenceValue]]:
    fragile = [one for one in served if one.fragile is not None]
    facts: list[tuple[str, EvidenceValue]] = [("fragile", bool(fragile))]
    if fragile and fragile[0].fragile is not None:
        facts.append(("estimated_rows", fragile[0].fragile.rows))
        facts.append(("gain_until_rows", fragile[0].fragile.most_rows))
    return facts
