"""Every rule has a manual, a place in the list, and tests that it fires and that it is silent."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from pgadvisor import rules
from pgadvisor.rules import RULES, Rule, describe

ROOT = Path(__file__).parent.parent.parent
SECTIONS = (
    "Why it matters: ",
    "What to do: ",
    "When to leave it: ",
    "PostgreSQL manual: https://www.postgresql.org/docs/current/",
)


def test_every_rule_of_the_package_is_listed() -> None:
    modules = (importlib.import_module(f"pgadvisor.rules.{module.name}") for module in pkgutil.iter_modules(rules.__path__))
    found = {module.RULE.name: module.RULE for module in modules if hasattr(module, "RULE")}
    assert found == {rule.name: rule for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_explains_itself(rule: Rule) -> None:
    paragraphs = rule.about.strip().split("\n\n")
    assert re.fullmatch(r"[A-Z][^\n]*(\n[^\n]+)*\.", paragraphs[0])
    assert [p.startswith(s) for p, s in zip(paragraphs[1:], SECTIONS, strict=True)] == [True] * 4


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_tested_both_ways(rule: Rule) -> None:
    text = (Path(__file__).parent / f"test_{rule.name.replace('-', '_')}.py").read_text()
    assert "def test_fires" in text
    assert "def test_silent" in text


def test_the_printed_manual_is_up_to_date() -> None:
    assert (ROOT / "docs" / "rules.md").read_text() == describe()
