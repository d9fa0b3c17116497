"""Statistics before indexes: advice that rests on estimates which another finding calls wrong is given with less confidence."""

from collections.abc import Iterable
from dataclasses import replace

from pgadvisor.model.finding import Finding, Level

_LESS = {Level.HIGH: Level.MEDIUM, Level.MEDIUM: Level.LOW, Level.LOW: Level.LOW}


def doubt_estimates(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, with a remark in each new index's on a table with stale statistics, or whose statements are all misled."""
    everything = list(findings)
    stale = {table for one in everything if one.rule == "stale-statistics" for table in one.tables}
    misled = {effect.queryid for one in everything if one.rule == "missing-extended-statistics" for effect in one.statements}
    return [_doubted(one, bool(stale & set(one.tables)), misled) if one.rule == "missing-index" else one for one in everything]


def _doubted(finding: Finding, stale: bool, misled: set[int]) -> Finding:
    if stale:
        note = "Statistics of its table are out of date: run ANALYZE first, then audit again."
        return replace(finding, message=f"{finding.message} {note}", confidence=_LESS[finding.confidence])
    if finding.statements and {effect.queryid for effect in finding.statements} <= misled:
        note = "The planner's row counts for these statements are wrong: create the statistics first, then audit again."
        return replace(finding, message=f"{finding.message} {note}", confidence=Level.LOW)
    return finding
