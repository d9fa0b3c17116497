"""The nightly report: one format = one file, found in FORMATS."""

from collections.abc import Callable

from pgadvisor.errors import UsageError
from pgadvisor.model.nightly import Nightly
from pgadvisor.report.nightly.as_json import render_json
from pgadvisor.report.nightly.html import render_html
from pgadvisor.report.nightly.markdown import render_markdown
from pgadvisor.report.nightly.terminal import render_text

FORMATS: dict[str, Callable[[Nightly, int, bool], str]] = {
    "text": render_text,
    "json": lambda nightly, width, color: render_json(nightly),
    "markdown": lambda nightly, width, color: render_markdown(nightly),
    "html": lambda nightly, width, color: render_html(nightly),
}


def render_nightly(nightly: Nightly, format: str, *, width: int = 100, color: bool = False) -> str:
    """`nightly` in one of FORMATS; `width` in columns and `color` are for text."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", f"use one of {', '.join(FORMATS)}")
    return FORMATS[format](nightly, width, color)
