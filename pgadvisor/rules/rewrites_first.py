"""A rewrite that needs no index goes before an index that needs no rewrite."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pgadvisor.model.finding import Change, Finding, Verdict
from pgadvisor.model.report import Advice
from pgadvisor.model.rewriting import PricedRewriting
from pgadvisor.model.workload import Workload
from pgadvisor.rules.rewritten import with_rewritings

NO_WORKLOAD = Workload(())
_CONVERTIBLE = ("convertible", True)  # evidence of a rule that knows an index which the rewritten statement will use


def prefer_rewrites(
    advice: Advice,
    findings: Sequence[Finding],
    rewritings: Sequence[PricedRewriting] = (),
    workload: Workload = NO_WORKLOAD,
) -> tuple[Advice, tuple[Finding, ...]]:
    """The advisor's advice and the rules' `findings`, with the rewritten statements told, and agreed on the statements whose
    value can be converted in place of the column: there an existing index serves, and a new one is only mentioned, for those
    who cannot change the statements."""
    own = len(advice.findings)
    told = with_rewritings((*advice.findings, *findings), rewritings, workload)
    return _agreed(replace(advice, findings=told[:own]), told[own:])


def _agreed(advice: Advice, findings: tuple[Finding, ...]) -> tuple[Advice, tuple[Finding, ...]]:
    rewrites = [finding for finding in (*advice.findings, *findings) if _CONVERTIBLE in finding.evidence]
    instead = {finding.id: own for finding in advice.findings if (own := _rewrite_of(finding, rewrites)) is not None}
    if not instead:
        return advice, findings
    gone = [finding for finding in advice.findings if finding.id in instead]
    notes = {instead[finding.id].id: "; ".join(change.sql for change in finding.changes) for finding in gone}
    created = [change for finding in gone for change in finding.changes if change.action == "create_index"]
    moved = frozenset(queryid for finding in gone for queryid in _queryids(finding))
    stays = [
        one for one in advice.findings if one.id not in instead and not (one.rule == "redundant-index" and _queryids(one) & moved)
    ]
    kept = _noted(stays, notes)
    return _without(advice, gone, created, kept), _noted(findings, notes)


def _rewrite_of(finding: Finding, rewrites: Sequence[Finding]) -> Finding | None:
    """The rewrite that all statements of an index's finding have in common; None for other findings."""
    queryids = _queryids(finding)
    if finding.rule != "missing-index" or not queryids:
        return None
    return next((one for one in rewrites if one.tables[:1] == finding.tables[:1] and queryids <= _queryids(one)), None)


def _queryids(finding: Finding) -> frozenset[int]:
    return frozenset(effect.queryid for effect in finding.statements)


def _noted(findings: Sequence[Finding], notes: Mapping[str, str]) -> tuple[Finding, ...]:
    return tuple(
        replace(one, help=f"{one.help.rstrip('.')}. Where the statement cannot be changed: {notes[one.id]}.")
        if one.id in notes
        else one
        for one in findings
    )


def _without(advice: Advice, gone: Sequence[Finding], created: Sequence[Change], kept: tuple[Finding, ...]) -> Advice:
    """The advice without what `gone` promised; a statement that nothing else improves is to be rewritten."""
    served = {queryid for finding in kept if finding.rule == "missing-index" for queryid in _queryids(finding)}
    rewritten = frozenset(queryid for finding in gone for queryid in _queryids(finding)) - served
    return replace(
        advice,
        findings=kept,
        verdicts=tuple(_verdict(verdict, rewritten) for verdict in advice.verdicts),
        saving_ms=advice.saving_ms - sum(finding.saving_ms for finding in gone),
        write_cost_ms=advice.write_cost_ms - sum(change.write_cost_ms or 0.0 for change in created),
        new_index_bytes=advice.new_index_bytes - sum(change.size_bytes or 0 for change in created),
    )


def _verdict(verdict: Verdict, rewritten: Collection[int]) -> Verdict:
    if verdict.verdict != "improved" or verdict.queryid not in rewritten:
        return verdict
    return replace(
        verdict, verdict="rewrite", reason="Written so that the column stands alone, an index that is there serves it."
    )
