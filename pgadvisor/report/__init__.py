"""What was found, in words and figures: one format = one file, found in FORMATS."""

from collections.abc import Callable

from pgadvisor.errors import UsageError
from pgadvisor.model.report import Report
from pgadvisor.report.as_json import render_json
from pgadvisor.report.html import render_html
from pgadvisor.report.markdown import render_markdown
from pgadvisor.report.terminal import render_text

FORMATS: dict[str, Callable[[Report, int, bool, bool], str]] = {
    "text": render_text,
    "json": lambda report, width, color, verbose: render_json(report),
    "markdown": lambda report, width, color, verbose: render_markdown(report, verbose),
    "html": lambda report, width, color, verbose: render_html(report),
}


def render(report: Report, format: str, *, width: int = 100, color: bool = False, verbose: bool = False) -> str:
    """`report` in one of FORMATS. `width` in columns (text only, 80 to 200), `color` for a terminal that has it, `verbose` to
    list everything where text and Markdown would stop at the heaviest."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", f"use one of {', '.join(FORMATS)}")
    return FORMATS[format](report, width, color, verbose)
