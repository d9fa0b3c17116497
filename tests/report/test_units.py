"""Figures as people read them; the examples in the docstrings are run too."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.model import text
from pgadvisor.report import hygiene, units
from pgadvisor.rewrite import layout as rewrite


@pytest.mark.parametrize("module", [units, hygiene, text, rewrite])
def test_examples_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert result.failed == 0


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (0, "0 ms"),
        (999.4, "999 ms"),
        (1000, "1 s"),
        (59_999, "60 s"),
        (60_000, "1 min"),
        (3_600_000, "1 h"),
        (86_400_000, "24 h"),
        (864_000_000, "10 d"),
    ],
)
def test_durations(milliseconds: float, said: str) -> None:
    assert units.duration(milliseconds) == said


@pytest.mark.parametrize(
    ("size_bytes", "said"),
    [(0, "0 bytes"), (10239, "10,239 bytes"), (10240, "10 kB"), (10 * 1024**2, "10 MB"), (20 * 1024**4, "20 TB")],
)
def test_sizes_as_postgresql_writes_them(size_bytes: int, said: str) -> None:
    assert units.size(size_bytes) == said


@given(st.floats(0, 1e18))
def test_figures_are_right_to_a_percent(value: float) -> None:
    said = float(units.figure(value).replace(",", ""))
    assert abs(said - value) <= max(0.0005001, 0.01 * value)
