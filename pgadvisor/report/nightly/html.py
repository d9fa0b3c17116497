"""The nightly report as one self-contained page."""

from pgadvisor.model.nightly import Nightly
from pgadvisor.report.html import environment
from pgadvisor.report.nightly import phrases


def render_html(nightly: Nightly) -> str:
    """The whole report as a page; no script, bars are inline SVG."""
    page = environment().get_template("nightly.html.j2")
    return page.render(nightly=nightly, night=phrases) + "\n"
