"""The exit code of a run that came to its end."""

from pgadvisor.model.finding import Level
from pgadvisor.model.report import Report

DONE, FOUND, IN_PART = 0, 1, 5


def exit_code(report: Report, fail_on: str | None, max_skipped: int | None) -> int:
    """5 if more was skipped than allowed, else 1 if a finding reaches `fail_on`, else 0."""
    if max_skipped is not None and len(report.skipped) > max_skipped:
        return IN_PART
    if fail_on is not None and any(finding.severity.rank <= Level(fail_on).rank for finding in report.findings):
        return FOUND
    return DONE
