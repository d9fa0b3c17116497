"""The exit code of a run that came to its end."""

from collections.abc import Collection

from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.report import Report

DONE, FOUND, IN_PART = 0, 1, 5


def found_code(findings: Collection[Finding], fail_on: str | None) -> int:
    """1 if a finding reaches `fail_on`, else 0."""
    reached = fail_on is not None and any(finding.severity.rank <= Level(fail_on).rank for finding in findings)
    return FOUND if reached else DONE


def exit_code(report: Report, fail_on: str | None, max_skipped: int | None) -> int:
    """5 if more was skipped than allowed or time ran out, else 1 if a finding reaches `fail_on`, else 0."""
    if report.summary.late or (max_skipped is not None and len(report.skipped) > max_skipped):
        return IN_PART
    return found_code(report.findings, fail_on)
