"""Text for a terminal: it fits, it lists all there is with -v, and colour changes nothing but colour."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.errors import UsageError
from pgadvisor.model.snapshot import Skipped
from pgadvisor.report import render
from pgadvisor.report.layout import cut, display_width, wrap
from pgadvisor.report.nightly import render_nightly
from tests.report.example import MISSING, REPORT, VERDICTS
from tests.report.nightly_example import FIRST, NIGHTLY

SQL = re.compile(r" {3}(run|undo) {5,6}")


def too_wide(text: str, width: int) -> list[str]:
    return [line for line in text.splitlines() if display_width(line) > width and not SQL.match(line)]


@pytest.mark.parametrize("width", range(80, 201, 7))
def test_every_line_fits_but_sql_to_copy(width: int) -> None:
    assert too_wide(render(REPORT, "text", width=width, verbose=True), width) == []
    assert too_wide(render_nightly(NIGHTLY, "text", width=width), width) == []
    assert too_wide(render_nightly(FIRST, "text", width=width), width) == []


def test_sql_to_copy_is_one_line() -> None:
    text = render(REPORT, "text", width=80)
    for change in MISSING.changes:
        assert f"{change.sql};" in text


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_what_blocks_writes_is_not_given_to_run_as_it_is(format_: str) -> None:
    (change,) = MISSING.changes
    warning = "-- blocks writes until built; pgadvisor migrate builds by partition"
    assert warning not in render(replace(REPORT, findings=(MISSING,)), format_, width=80)
    partitioned = replace(change, sql=change.sql.replace(" CONCURRENTLY", ""))
    report = replace(REPORT, findings=(replace(MISSING, changes=(partitioned,)),))
    lines = render(report, format_, width=80).splitlines()
    (at,) = (number for number, line in enumerate(lines) if warning in line)
    assert len(lines[at]) <= 80 or format_ == "html"
    assert lines[at + 1].lstrip().startswith("CREATE INDEX orders_user_id_created_at_idx ON")
    assert warning not in render(report, "json", width=80)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"late": 59, "analysed": 0}, "No new index was found in time: 59 statements could not be planned; raise --deadline."),
        ({"late": 0, "analysed": 0}, "No statement could be analysed."),
        ({"late": 0, "analysed": 0, "statements": 0}, "There is no statement to analyse."),
        ({"late": 0, "analysed": 1}, "No new index would save time worth having."),
    ],
)
def test_why_nothing_is_saved(facts: dict[str, int], said: str) -> None:
    summary = replace(REPORT.summary, saving_ms=0.0, whatif_calls=0, **facts)  # type: ignore[arg-type]
    text = " ".join(render(replace(REPORT, summary=summary, verdicts=()), "text", width=200).split())
    assert said in text
    assert "best set" not in text  # of nothing that was planned


def test_indexes_that_were_not_asked_for_are_not_called_useless() -> None:
    assert any(verdict.verdict == "improved" for verdict in VERDICTS)
    left = replace(REPORT, summary=replace(REPORT.summary, saving_ms=0.0), findings=())
    assert "New indexes are left out of these findings" in render(left, "text", width=120)


def test_a_reason_ends_once() -> None:
    late = Skipped("queryid 1", "The time limit had passed.")
    assert "1 x The time limit had passed: queryid 1" in render(replace(REPORT, skipped=(late,)), "text", width=120)


def test_how_to_check_is_said_once() -> None:
    findings = tuple(replace(MISSING, id=str(number)) for number in range(3))
    for format_ in ("text", "markdown"):
        shown = " ".join(render(replace(REPORT, findings=findings), format_, width=200).split())
        assert shown.count(MISSING.refute) == 1
        assert shown.count("as for 1") == 2


words = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), max_size=80)


@settings(deadline=None)
@given(words, st.integers(2, 40))
def test_wrapping_fits_and_loses_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert len(wrap(text, width, 2)) <= 2
    assert all(display_width(line) <= width for line in wrap(text, width, 2))


@settings(deadline=None)
@given(words, st.integers(2, 40))
def test_cutting_fits_and_says_so(text: str, width: int) -> None:
    short = cut(text, width)
    assert display_width(short) <= width
    assert short == text or short.endswith("…")


@settings(deadline=None, max_examples=40)
@given(words, words, st.integers(80, 200))
def test_whatever_the_words_they_fit(title: str, query: str, width: int) -> None:
    effect = replace(MISSING.statements[0], query=query, label=title)
    finding = replace(MISSING, title=title, message=query, statements=(effect,))
    verdict = replace(VERDICTS[0], query=query, reason=title)
    report = replace(REPORT, findings=(finding,), verdicts=(verdict,), skipped=(Skipped(query, title),))
    assert too_wide(render(report, "text", width=width), width) == []


def test_colour_is_only_colour() -> None:
    plain, coloured = render(REPORT, "text"), render(REPORT, "text", color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b" not in plain


def test_long_lists_are_cut_and_say_so() -> None:
    verdicts = tuple(replace(VERDICTS[3], queryid=n, total_ms=float(n)) for n in range(30))
    skipped = tuple(Skipped(f"queryid {n}", f"reason {n}") for n in range(30))
    report = replace(REPORT, verdicts=verdicts, skipped=skipped)
    short, whole = render(report, "text"), render(report, "text", verbose=True)
    assert "VERDICTS (20 of 30 by time; all with -v)" in short
    assert "and 24 more reasons, all with -v" in short
    assert "VERDICTS (30)" in whole
    assert all(f"reason {n}:" in whole for n in range(30))


def test_findings_come_by_time_saved_then_severity() -> None:
    text = render(REPORT, "text", width=200)
    titles = [line for line in text.splitlines() if re.match(r"\d\. ", line)]
    assert [title.split()[0] for title in titles] == ["1.", "2.", "3.", "4."]
    rules = re.findall(r"^ {3}([a-z-]+) · (\w+) severity", text, flags=re.MULTILINE)
    assert rules == [("missing-index", "high"), ("n-plus-one", "medium"), ("unused-index", "low"), ("missing-index", "info")]


@pytest.mark.parametrize("renderer", [lambda: render(REPORT, "xml"), lambda: render_nightly(NIGHTLY, "xml")])
def test_an_unknown_format_is_refused(renderer: object) -> None:
    assert callable(renderer)
    with pytest.raises(UsageError, match="no format 'xml'"):
        renderer()
