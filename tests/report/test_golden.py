"""What people see, kept as files."""

import pytest

from pgadvisor.report import render
from pgadvisor.report.nightly import render_nightly
from tests.report.example import EMPTY, REPORT
from tests.report.golden import agree
from tests.report.nightly_example import FIRST, NIGHTLY

SUFFIXES = {"json": "json", "markdown": "md", "html": "html"}


@pytest.mark.parametrize("width", [80, 120, 200])
def test_audit_text(width: int) -> None:
    agree(f"audit-{width}.txt", render(REPORT, "text", width=width))


def test_audit_in_colour() -> None:
    agree("audit-colour.txt", render(REPORT, "text", width=100, color=True))


def test_audit_of_nothing() -> None:
    agree("audit-empty.txt", render(EMPTY, "text"))


@pytest.mark.parametrize("format_", SUFFIXES)
def test_audit_elsewhere(format_: str) -> None:
    agree(f"audit.{SUFFIXES[format_]}", render(REPORT, format_))


@pytest.mark.parametrize("width", [80, 140])
def test_nightly_text(width: int) -> None:
    agree(f"nightly-{width}.txt", render_nightly(NIGHTLY, "text", width=width))


def test_nightly_first() -> None:
    agree("nightly-first.txt", render_nightly(FIRST, "text"))


@pytest.mark.parametrize("format_", SUFFIXES)
def test_nightly_elsewhere(format_: str) -> None:
    agree(f"nightly.{SUFFIXES[format_]}", render_nightly(NIGHTLY, format_))
