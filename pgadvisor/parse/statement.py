"""One statement: from its text to what a `Query` says of it, or the reason why not."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pglast import ast, parser

from pgadvisor.model.statement import Counters
from pgadvisor.model.workload import Query
from pgadvisor.parse import refusal
from pgadvisor.parse.catalog import Catalog
from pgadvisor.parse.modify import read_change
from pgadvisor.parse.origin import Output
from pgadvisor.parse.printable import first_word, is_normalised, printable, shown
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.scope import Cte, Scope
from pgadvisor.parse.select import Result, read_select
from pgadvisor.parse.tokens import LITERALS, parameter_numbers, scan

KINDS: Mapping[type, str] = {
    ast.SelectStmt: "select",
    ast.InsertStmt: "insert",
    ast.UpdateStmt: "update",
    ast.DeleteStmt: "delete",
    ast.MergeStmt: "merge",
}
_WRAPPERS = (ast.ExplainStmt, ast.DeclareCursorStmt, ast.CreateTableAsStmt, ast.PrepareStmt, ast.ViewStmt)
_SQUASHED = re.compile(r"\$(\d+)\s*/\*, \.\.\. \*/")
_CUT = ("at end of input", "unterminated")
_MARKER = "/* pgadvisor */"
_WRITTEN = LITERALS | {"TRUE_P", "FALSE_P", "NULL_P"}
_NO_COUNTERS = Counters()


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement's parts; counters and the like are added where rows are put together. `literals` are the constants that
    its text still holds: they tell statements of a workload file apart that are otherwise one."""

    query: Query
    literals: tuple[str, ...]


def read_statement(catalog: Catalog, text: str, path: tuple[str, ...]) -> Understood:
    """Reads `text` as a role with the search_path `path` sends it. Raises Refused."""
    node = _tree(text)
    kind = KINDS.get(type(node))
    if kind is None or (kind == "select" and node.intoClause is not None):
        word = first_word(text) if kind is None else "select into"
        wraps = kind is not None or isinstance(node, _WRAPPERS) or bool(getattr(node, "query", None))
        raise Refused(refusal.wraps_query(word) if wraps else refusal.utility(word))
    if _MARKER in text:
        raise Refused(refusal.OWN)
    squashed = frozenset(int(number) for number in _SQUASHED.findall(text))
    reading = Reading(catalog, path, read_query, squashed)
    try:
        output, _ = read_query(reading, node, None, {})
    except RecursionError:
        raise Refused(refusal.TOO_DEEP) from None
    if not reading.relations:
        raise Refused(refusal.SYSTEM_ONLY if reading.systems else refusal.NO_TABLE)
    reading.touch(read for _, value in output for read in value.reads)
    return _understood(reading, kind, text)


def _tree(text: str) -> Any:
    try:
        statements: Any = parser.parse_sql(text)
    except parser.ParseError as error:
        cut = any(sign in str(error) for sign in _CUT)
        raise Refused(_unreadable(text, refusal.CUT_OFF if cut else refusal.NOT_UNDERSTOOD)) from None
    except RecursionError:
        raise Refused(refusal.TOO_DEEP) from None
    except (UnicodeError, ValueError):
        raise Refused(refusal.NOT_UNDERSTOOD) from None
    if len(statements) != 1:
        raise Refused(refusal.SEVERAL if statements else refusal.EMPTY)
    return statements[0].stmt


def _unreadable(text: str, otherwise: str) -> str:
    """A utility statement says so, even where this grammar does not know its form (`SET x = $1`)."""
    word = first_word(text)
    known = printable(text).split(" ")[0].lower()
    readable = word in ("select", "insert", "update", "delete", "merge", "with", "values", "table")
    return otherwise if readable or known != word else refusal.utility(word)


def read_query(
    reading: Reading, node: Any, parent: Scope | None, ctes: Mapping[str, Cte], *, existence: bool = False, joined: bool = True
) -> Result:
    """Reads any query, wherever it stands."""
    if isinstance(node, ast.SelectStmt):
        return read_select(reading, node, parent, ctes, existence=existence, joined=joined)
    if type(node) in KINDS:
        return read_change(reading, node, parent, ctes)
    empty: Output = ()
    return empty, frozenset()


def _fingerprint(text: str, shape: list[str]) -> str:
    """pglast's fingerprint, which takes `a = $1` and `a IN ($1, $2)` for one, and LIMIT with and without OFFSET; a digest of
    those forms tells them apart."""
    fingerprint = str(parser.fingerprint(text))
    if not shape:
        return fingerprint
    digest = hashlib.sha256("\0".join(sorted(shape)).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{fingerprint}-{digest[:8]}"


def _understood(reading: Reading, kind: str, text: str) -> Understood:
    tokens = scan(text)
    normal = is_normalised(tokens)
    literals = tuple(text[t.start : t.end + 1] for t in tokens if t.name in _WRITTEN)
    query = Query(
        fingerprint=_fingerprint(text, reading.shape),
        queryid=0,
        label=None,
        kind=kind,
        sql=text,
        normalised=shown(text, tokens) if normal else printable(text),
        search_path=(*reading.path, *(schema for schema in reading.extra_path if schema not in reading.path)),
        counters=_NO_COUNTERS,
        relations=tuple(reading.relations),
        predicates=tuple(dict.fromkeys(reading.predicates)),
        orderings=tuple(reading.orderings),
        limits=tuple(reading.limits),
        groupings=tuple(reading.groupings),
        distinct=reading.distinct,
        output=tuple(reading.output),
        assigned=tuple(reading.assigned),
        whole_rows=reading.whole_rows,
        aggregates=tuple(reading.aggregates),
        minmax=tuple(reading.minmax),
        functions=tuple(reading.functions),
        parameters=parameter_numbers(text, tokens),
        locking=reading.locking,
    )
    return Understood(query, literals)
