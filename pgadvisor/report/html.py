"""One self-contained HTML file: no script, nothing loaded from elsewhere, dark where the reader's screen is."""

import functools

import jinja2
from markupsafe import Markup

from pgadvisor.model.finding import StatementEffect
from pgadvisor.model.report import Report
from pgadvisor.report import phrases, units
from pgadvisor.report.hygiene import safe_block
from pgadvisor.report.order import ranked, skipped_by_reason, verdicts_by_time
from pgadvisor.rewrite import pretty


def _harmless(value: object) -> object:
    """Every value on its way into a page, before Jinja2 escapes its markup: control characters are spelled out."""
    if isinstance(value, Markup):
        return value
    return safe_block("" if value is None else str(value))


@functools.cache
def environment() -> jinja2.Environment:
    """The templates with everything they may call."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("pgadvisor.report"),
        autoescape=True,
        finalize=_harmless,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(phrases=phrases, units=units, ranked=ranked, skipped_by_reason=skipped_by_reason)
    made.globals.update(pretty=pretty, cost_bar=_cost_bar)
    made.filters["capitalize_first"] = phrases.capitalized
    return made


def _cost_bar(effect: StatementEffect) -> float | None:
    """Cost after as a percentage of the cost before; None where there is nothing to compare."""
    if not effect.cost_before or effect.cost_after is None:
        return None
    return round(min(100.0, max(0.5, effect.cost_after / effect.cost_before * 100)), 2)


def render_html(report: Report) -> str:
    """The whole report as a page."""
    page = environment().get_template("audit.html.j2")
    return page.render(report=report, verdicts=verdicts_by_time(report)) + "\n"
