"""Laying out statements for reading, with no more than sqlglot's tokenizer: white space before key words changes, no other
character does, so what is printed is what was read."""

from collections.abc import Iterator

from sqlglot import tokenize
from sqlglot.errors import SqlglotError

_ONE_LINE = 72
_CLAUSES = frozenset(
    (
        *("SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "WINDOW", "ORDER BY", "LIMIT", "OFFSET", "FETCH", "FOR"),
        *("UNION", "EXCEPT", "INTERSECT", "VALUES", "SET", "USING", "RETURNING"),
    )
)
_JOINS = frozenset(["JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL"])
_AFTER_NO_BREAK = {
    "FROM": frozenset({"DELETE", "DISTINCT"}),
    "SET": frozenset({"UPDATE", "DO"}),
    "JOIN": _JOINS | {"OUTER"},
    "INNER": frozenset({"NATURAL"}),
    "LEFT": frozenset({"NATURAL"}),
    "RIGHT": frozenset({"NATURAL"}),
    "FULL": frozenset({"NATURAL"}),
}


def pretty(sql: str) -> str:
    """`sql` with each clause, join and condition on a line of its own; short or unreadable text comes back as it is.

    >>> print(pretty("SELECT id, total FROM orders WHERE user_id = $1 AND status = $2 AND deleted_at IS NULL LIMIT $3"))
    SELECT id, total
    FROM orders
    WHERE user_id = $1
      AND status = $2
      AND deleted_at IS NULL
    LIMIT $3
    """
    if len(sql) <= _ONE_LINE or "\n" in sql:
        return sql
    try:
        words = [(_word(sql, token.start, token.text), token.start) for token in tokenize(sql, read="postgres")]
    except SqlglotError:
        return sql
    lines, done = [], 0
    for start, indent in _breaks(words):
        if sql[done:start].strip() and sql[start - 1] in " (":
            lines.append(sql[done:start].rstrip(" "))
            done = start
            lines.append("\n" + " " * indent)
    return "".join([*lines, sql[done:]])


def _word(sql: str, start: int, text: str) -> str:
    """A key word or name in capitals; a quote for what is quoted."""
    return " ".join(text.upper().split()) if sql.startswith(text, start) else "'"


def _breaks(words: list[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """Where a new line begins, and how far it is indented."""
    nested: list[bool] = []  # for each open parenthesis or CASE: is it a subquery
    between = 0
    padded = [("", 0), *words, ("", 0)]
    for position, (word, start) in enumerate(words):
        before, after = padded[position][0], padded[position + 2][0]
        if word in ("(", "CASE"):
            nested.append(word == "(" and after in ("SELECT", "WITH"))
        elif word in (")", "END") and nested:
            nested.pop()
        elif nested and not nested[-1]:
            continue
        elif word == "BETWEEN":
            between += 1
        elif word == "AND" and between:
            between -= 1
        elif word in ("AND", "OR"):
            yield start, 4 * sum(nested) + 2
        elif _opens_clause(word, before, after):
            yield start, 4 * sum(nested)


def _opens_clause(word: str, before: str, after: str) -> bool:
    if before in _AFTER_NO_BREAK.get(word, ()) or before in ("", "(", "."):
        return False
    if word == "USING":
        return after != "("
    return word in _CLAUSES or (word in _JOINS and after not in ("(", ",", "."))
