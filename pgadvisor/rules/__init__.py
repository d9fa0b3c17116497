"""What is wrong beyond missing indexes. One rule is one file, whose docstring is its manual; RULES lists them all."""

from pgadvisor.model.finding import Finding
from pgadvisor.model.plan import Estimate
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Workload
from pgadvisor.rules import (
    bloated_index,
    connection_saturation,
    deep_offset,
    duplicate_index,
    hot_update_loss,
    implicit_cast,
    invalid_index,
    leading_wildcard,
    low_cache_hit,
    missing_extended_statistics,
    missing_timeouts,
    n_plus_one,
    non_sargable_predicate,
    redundant_index,
    slow_statement,
    stale_statistics,
    unbounded_result,
    unindexed_foreign_key,
    unused_index,
    wide_select,
)
from pgadvisor.rules.rewrites_first import prefer_rewrites
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.settlement import settle

__all__ = ["RULES", "Rule", "describe", "prefer_rewrites", "run_rules", "settle"]

RULES: tuple[Rule, ...] = (
    n_plus_one.RULE,
    unindexed_foreign_key.RULE,
    duplicate_index.RULE,
    redundant_index.RULE,
    unused_index.RULE,
    invalid_index.RULE,
    bloated_index.RULE,
    deep_offset.RULE,
    non_sargable_predicate.RULE,
    implicit_cast.RULE,
    leading_wildcard.RULE,
    unbounded_result.RULE,
    wide_select.RULE,
    stale_statistics.RULE,
    missing_extended_statistics.RULE,
    hot_update_loss.RULE,
    low_cache_hit.RULE,
    missing_timeouts.RULE,
    connection_saturation.RULE,
    slow_statement.RULE,
)


def run_rules(lookup: Lookup, workload: Workload, options: Options, estimates: tuple[Estimate, ...] = ()) -> tuple[Finding, ...]:
    """What every rule finds, unsettled and unfiltered: `settle` needs all of it to judge, and narrows it. `estimates` are
    the planner's."""
    facts = Facts(lookup, workload, options, estimates)
    return tuple(finding for rule in RULES for finding in rule.find(facts))


def describe() -> str:
    """The rules' manual as Markdown, from the docstrings; docs/rules.md is this text."""
    head = "# Rules\n\nEvery finding names its rule. `--only RULE` and `--ignore RULE` choose among them.\n"
    return head + "".join(f"\n## {rule.name}\n\n{_markdown(rule.about)}\n" for rule in RULES)


def _markdown(about: str) -> str:
    paragraphs = [" ".join(paragraph.split()) for paragraph in about.strip().split("\n\n")]
    heads = ("Why it matters:", "What to do:", "When to leave it:", "PostgreSQL manual:")
    marked = [next((f"**{h}**{p.removeprefix(h)}" for h in heads if p.startswith(h)), p) for p in paragraphs]
    return "\n\n".join(marked)
