"""Workload files: SQL statements with a name and a weight in the comments above them."""

import hashlib
import re
from dataclasses import dataclass

from pglast import parser

from pgadvisor.errors import UsageError
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.parse.tokens import COMMENTS, Token

_NAME = re.compile(r"^\s*name\s*[:=]\s*(\S.*?)\s*$", re.IGNORECASE)
_FACT = re.compile(r"\b(calls|mean_ms|rows)\s*=\s*([^\s,;]+)", re.IGNORECASE)
_FACTS_ONLY = re.compile(r"^\s*(?:(?:calls|mean_ms|rows)\s*=\s*[^\s,;]+[\s,;]*)+$", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HINT = "statements end in ';'; comments above one may say '-- name: q07' and '-- calls=1200 mean_ms=3.5 rows=10'"
_SEMICOLON = "ASCII_59"


@dataclass(frozen=True, slots=True)
class _Header:
    """What the comments above a statement say."""

    label: str | None = None
    calls: int = 1
    mean_ms: float | None = None
    rows: float = 0.0  # of each call


def read_workload_file(text: str, path: str) -> tuple[Statement, ...]:
    """The statements of a workload file, in order. A statement's `-- name:` is its label; `calls`, `mean_ms` and `rows` are
    its calls, and milliseconds and rows of each call (1, the planner's cost, and not known where absent: no rows are counted
    then). Raises UsageError with the line of what cannot be read."""
    try:
        tokens = parser.scan(text)
    except parser.ParseError as error:
        raise _wrong(path, _line(text, _position(error)), _message(error)) from None
    statements = []
    for part in _parts(tokens):
        code = [token for token in part if token.name not in COMMENTS]
        if not code:
            continue
        header = _header(text, path, [token for token in part if token.name in COMMENTS and token.end < code[0].start])
        statements.append(_statement(text[code[0].start : code[-1].end + 1], header, path, _line(text, code[0].start)))
    if not statements:
        raise UsageError(f"{path}: no statement in this workload file", _HINT)
    return tuple(statements)


def _parts(tokens: tuple[Token, ...]) -> list[list[Token]]:
    """The tokens between the semicolons; those inside the body of BEGIN ATOMIC do not matter here."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.name == _SEMICOLON:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _header(text: str, path: str, comments: list[Token]) -> _Header:
    label: str | None = None
    facts: dict[str, float] = {}
    for comment in comments:
        for offset, line in enumerate(_comment_lines(text[comment.start : comment.end + 1])):
            name = _NAME.match(line)
            if name:
                label = _CONTROL.sub(" ", name.group(1))
            elif _FACTS_ONLY.match(line):
                facts.update(_facts(line, path, _line(text, comment.start) + offset))
    return _Header(label, int(facts.get("calls", 1)), facts.get("mean_ms"), facts.get("rows", 0.0))


def _comment_lines(comment: str) -> list[str]:
    if comment.startswith("--"):
        return [comment[2:]]
    return [line.strip().lstrip("*") for line in comment[2:-2].split("\n")]


def _facts(line: str, path: str, number: int) -> dict[str, float]:
    """The `name=number` pairs of a comment."""
    facts = {}
    for match in _FACT.finditer(line):
        name = match.group(1).lower()
        try:
            value = float(match.group(2))
        except ValueError:
            raise _wrong(path, number, f"{name} is not a number") from None
        if not 0 <= value < float("inf") or (name == "calls" and value != int(value)):
            wanted = "a whole number" if name == "calls" else "a number"
            raise _wrong(path, number, f"{name} must be {wanted}, zero or more")
        facts[name] = value
    return facts


def _statement(sql: str, header: _Header, path: str, line: int) -> Statement:
    try:
        parser.parse_sql_json(sql)
    except parser.ParseError as error:
        raise _wrong(path, line + _line(sql, _position(error)) - 1, _message(error)) from None
    calls = header.calls
    total = calls * (header.mean_ms or 0.0)
    return Statement(
        queryid=_identity(sql),
        user_oid=0,
        user="",
        toplevel=True,
        text=sql,
        counters=Counters(calls=calls, total_ms=total, rows=round(calls * header.rows)),
        min_ms=header.mean_ms or 0.0,
        max_ms=header.mean_ms or 0.0,
        label=header.label,
        measured=header.mean_ms is not None,
    )


def _identity(sql: str) -> int:
    """A stable number of 63 bits in the place of pg_stat_statements' queryid."""
    return int.from_bytes(hashlib.sha256(sql.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, max(position, 0)) + 1


def _position(error: parser.ParseError) -> int:
    location = error.args[1] if len(error.args) > 1 else 0
    return location if isinstance(location, int) else 0


def _message(error: parser.ParseError) -> str:
    """The grammar's message without the text it quotes, which may hold a value."""
    return re.sub(r'\s*(?:at or near|near)\s+".*', "", str(error.args[0]), flags=re.DOTALL).strip() or "syntax error"


def _wrong(path: str, line: int, what: str) -> UsageError:
    return UsageError(f"{path}, line {line}: {what}", _HINT)
