"""The order in which things are printed, the same in every format and from run to run."""

from dataclasses import replace

from pgadvisor.model.finding import Finding, Verdict
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Skipped

_WORTH = 0.001  # of all time; less saving than this does not rank a finding


def ranked(findings: tuple[Finding, ...], total_ms: float) -> list[Finding]:
    """Most time saved first; those that save next to nothing by severity, confidence and id."""

    def saved(finding: Finding) -> float:
        return finding.saving_ms if finding.saving_ms >= _WORTH * total_ms else 0.0

    return sorted(findings, key=lambda f: (-saved(f), f.severity.rank, f.confidence.rank, -f.saving_ms, f.id))


def told_once(findings: list[Finding]) -> list[Finding]:
    """The findings as numbered from 1 on paper: how to check one that is checked as an earlier one is said by its number."""
    first: dict[str, int] = {}
    told = []
    for number, finding in enumerate(findings, 1):
        same = first.setdefault(finding.refute, number)
        told.append(finding if same == number else replace(finding, refute=f"as for {same}"))
    return told


def verdicts_by_time(report: Report) -> list[Verdict]:
    """Most time first."""
    return sorted(report.verdicts, key=lambda v: (-v.total_ms, v.label or "", v.queryid, v.query))


def skipped_by_reason(everything: tuple[Skipped, ...]) -> list[tuple[str, list[str]]]:
    """Reasons, most frequent first, each with what it kept from being analysed."""
    by_reason: dict[str, list[str]] = {}
    for skipped in everything:
        by_reason.setdefault(skipped.why.removesuffix("."), []).append(skipped.what.removesuffix("."))
    return sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
