"""No name and no statement acts on the terminal, the page or the file it is printed to."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgadvisor.model.names import Name
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Skipped
from pgadvisor.model.text import is_unsafe, sql_comment
from pgadvisor.report import render
from pgadvisor.report.hygiene import code_span, fenced, safe_block, safe_markdown, safe_text
from tests.report.example import EVIL, MISSING, REPORT, VERDICTS

HOSTILE = (
    "a\nb",
    "a\r\n\\! id",
    "\x1b[2J\x1b]0;title\x07",
    "\x9b31m",
    "\u2028\u2029\u0085",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "*/ drop table x; /*",
    "</pre></code><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "````\n```sql\n# heading",
    "a|b\\|c",
    "[x](javascript:alert(1)) ![y](http://e/x.png) <http://e> www.e.com http://e",
    "${flyway} $1 $2 {{ 7 * 7 }} {% raw %}",
    "\ud800",
    "\U000e0041\ufeff\u200b\xad",
    "- list",
    "1. list",
    "# heading",
    "> quote",
    "=====",
    "<!channel> @everyone &amp; &lt;",
)
texts = st.one_of(
    st.text(),
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*HOSTILE, "x", " ", "`", "|", "\\", "<", "*/"]), max_size=6).map("".join),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_gets_one_line_without_controls(text: str) -> None:
    line = safe_text(text)
    assert not any(is_unsafe(character) for character in line)


def test_what_was_there_stays_readable() -> None:
    assert safe_text("a\nb\x1b[31m\u202e") == "a\\nb\\x1b[31m\\u202e"
    assert safe_text("日本 é 'x' | `y`") == "日本 é 'x' | `y`"
    assert safe_block("a\nb\x07") == "a\nb\\x07"


@given(texts)
def test_no_control_survives(text: str) -> None:
    assert not any(is_unsafe(character) for character in safe_text(text))
    assert not any(is_unsafe(character) for character in safe_markdown(text))
    assert all(character == "\n" or not is_unsafe(character) for character in fenced(text))
    safe_text(text).encode()


@given(texts)
def test_a_comment_stays_a_comment(text: str) -> None:
    comment = sql_comment(text)
    assert len(comment.splitlines()) <= 1
    assert not any(is_unsafe(character) for character in comment)
    assert not any(mark in comment for mark in ("*/", "/*", "\\", "${"))
    assert comment == comment.strip()


def test_a_comment_can_still_be_read() -> None:
    assert sql_comment("public.orders: 46 MB, saves 1.2 s (30%)") == "public.orders: 46 MB, saves 1.2 s (30%)"
    assert sql_comment("a\n\\! rm -rf ~ */ b ${x}") == "a /! rm -rf ~ * / b $ {x}"


@given(texts)
def test_code_spans_close_where_they_should(text: str) -> None:
    span = code_span(text)
    opening = re.match(r"`+", span)
    assert opening is not None
    marks = opening.group()
    inside = span[len(marks) : -len(marks)]
    assert marks not in re.findall(r"`+", inside)
    assert span.endswith(marks) and not inside.startswith("`") and not inside.endswith("`")


@given(texts)
def test_a_cell_is_one_cell(text: str) -> None:
    for cell in (code_span(text, in_table=True), safe_markdown(text)):
        assert "\n" not in cell
        assert not re.search(r"(?<!\\)(?:\\\\)*\|", cell)


@given(texts)
def test_markdown_text_holds_no_markup(text: str) -> None:
    line = safe_markdown(text)
    assert "<" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*\[\]$~]", line)
    assert not re.match(r"\s*([#>+\-=]|\d+[.)](\s|$))", line)
    assert "://" not in line and "www." not in line


@given(texts)
def test_fences_hold(text: str) -> None:
    lines = fenced(text).split("\n")
    fence = lines[-1]
    assert lines[0] == fence + "sql"
    assert not any(line.strip().startswith(fence) for line in lines[1:-1])


class Page(HTMLParser):
    """The elements, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.content: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.content.append(data)


def page_of(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


def poisoned(text: str) -> Report:
    """A report with `text` in every place that takes a stranger's words."""
    name = Name(text, text)
    effect = replace(MISSING.statements[0], query=text, label=text)
    change = replace(MISSING.changes[0], sql=text, undo_sql=text, name=text, table=name)
    finding = replace(
        MISSING, title=text, message=text, help=text, refute=text, tables=(name,), statements=(effect,), changes=(change,),
        evidence=((text, text), ("list", (text,))),
    )  # fmt: skip
    return replace(
        REPORT,
        source=replace(REPORT.source, database=text),
        findings=(finding,),
        verdicts=(replace(VERDICTS[0], query=text, label=text, reason=text),),
        skipped=(Skipped(text, text),),
    )


@settings(deadline=None, max_examples=60)
@given(texts.filter(bool))
def test_a_page_has_the_same_elements_whatever_the_names(text: str) -> None:
    written = render(poisoned(text), "html")
    expected = page_of(render(poisoned("harmless and long enough"), "html"))
    page = page_of(written)
    assert [e for e in page.elements if e != "b"] == [e for e in expected.elements if e != "b"]
    assert page.attributes == expected.attributes
    assert "script" not in page.elements
    assert all(character == "\n" or not is_unsafe(character) for character in written)


@settings(deadline=None, max_examples=60)
@given(texts)
def test_text_holds_no_control_whatever_the_names(text: str) -> None:
    written = render(poisoned(text), "text", width=80)
    assert all(character == "\n" or not is_unsafe(character) for character in written)
    written.encode()


def test_the_hostile_table_is_named_but_not_obeyed() -> None:
    page = page_of(render(REPORT, "html"))
    assert "script" not in page.elements
    assert any("<script>alert(1)</script>" in text for text in page.content)
    assert EVIL.name not in render(REPORT, "text")


def test_a_page_loads_nothing() -> None:
    written = render(REPORT, "html")
    assert not re.search(r"(src|href)=[\"'](?!#)", written)
    assert "url(" not in written and "@import" not in written
    assert "default-src 'none'" in written
