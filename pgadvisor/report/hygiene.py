"""Names and statements come from strangers: none of them may act on the terminal, page or file it is printed to."""

import re

from pgadvisor.model.text import sql_comment, visible

__all__ = ["code_span", "fenced", "safe_block", "safe_markdown", "safe_text", "sql_comment"]


def safe_text(text: str) -> str:
    """One line for a terminal: escape sequences, line breaks and bidirectional controls are spelled out, not obeyed."""
    return visible(text)


def safe_block(text: str) -> str:
    """The same for a text of several lines, such as a statement laid out by us."""
    return visible(text, keep="\n")


_MARKUP = re.compile(r"[\\`*\[\]<|~&$]|(?<![^\W_])_|_(?![^\W_])")  # an underscore inside a word is no markup
_LINE_START = re.compile(r"^(\s*)(?:(\d+)([.)])(?=\s|$)|([#+\-=>]))")  # lists, headings, quotations


def safe_markdown(text: str) -> str:
    r"""One line of CommonMark or GitHub's Markdown, also in a table's cell: no markup, HTML, mathematics or link in it.

    >>> safe_markdown("a|b <img src=x> `x` _y_ $1")
    'a\\|b &lt;img src=x> \\`x\\` \\_y\\_ \\$1'
    """
    line = _MARKUP.sub(_escaped, safe_text(text))
    line = _LINE_START.sub(lambda found: f"{found[1]}{found[2] or ''}\\{found[3] or found[4]}", line)
    return line.replace("://", ":\\/\\/").replace("www.", "www\\.")


def _escaped(found: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(found[0], "\\" + found[0])


def _longest_run_of_backticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def code_span(text: str, *, in_table: bool = False) -> str:
    """Inline code; the marks are longer than any run of backticks inside.

    A bar in a table's cell is written as an entity: renderers disagree on what a backslash before it means in code.
    """
    line = safe_text(text)
    if in_table and "|" in line:
        return "<code>" + safe_markdown(line).replace("\\|", "&#124;") + "</code>"
    marks = "`" * (_longest_run_of_backticks(line) + 1)
    room = " " if line.startswith("`") or line.endswith("`") or not line.strip() else ""
    return f"{marks}{room}{line}{room}{marks}"


def fenced(text: str, language: str = "sql") -> str:
    """A code block; its fence is longer than any run of backticks inside."""
    block = safe_block(text)
    fence = "`" * max(3, _longest_run_of_backticks(block) + 1)
    return f"{fence}{language}\n{block}\n{fence}"
