"""PostgreSQL as sqlglot is to read and write it here: every function under its own name, nothing translated."""

from typing import Any, ClassVar

from sqlglot import exp, parse_one
from sqlglot.dialects.postgres import Postgres

_KEPT = ("ANY", "CASE")
_SYNTAX = ("CAST", "EXTRACT", "POSITION", "SUBSTRING", "TRIM", "OVERLAY")  # arguments with words between them


_PARSER: Any = Postgres.Parser


class _ByName(_PARSER):  # type: ignore[misc]
    """sqlglot knows many functions by what they mean and writes them in its own way (`now()` as CURRENT_TIMESTAMP); a
    statement that is given back has to be the one that was read, so here they are names."""

    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {n: each for n, each in _PARSER.FUNCTION_PARSERS.items() if n in _SYNTAX}
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {n: _PARSER.NO_PAREN_FUNCTION_PARSERS[n] for n in _KEPT}


class Verbatim(Postgres):
    """The dialect; sqlglot finds its parser by this name."""

    Parser = _ByName


def read(sql: str) -> Any:
    """The tree of one statement. Raises SqlglotError."""
    return parse_one(sql, read=Verbatim)


def write(tree: exp.Expr) -> str:
    """The statement of a tree."""
    return str(tree.sql(dialect=Verbatim))


def built(template: str, **parts: exp.Expr) -> Any:
    """An expression from its SQL, with trees for the names in it.

    >>> write(built("a >= x AND a < x + 1", a=exp.column("day", "t"), x=read("select $1").selects[0]))
    't.day >= $1 AND t.day < $1 + 1'
    """
    outer = read(f"SELECT ({template})").selects[0]
    for column in list(outer.find_all(exp.Column)):
        part = parts.get(column.name)
        if part is not None and not column.table:
            column.replace(closed(part.copy()))
    return outer.this


def closed(node: exp.Expr) -> exp.Expr:
    """`node`, in parentheses where an operator beside it could take it apart."""
    return exp.paren(node, copy=False) if isinstance(node, (exp.Binary, exp.Unary)) and not isinstance(node, exp.Paren) else node


def opened(node: exp.Expr) -> exp.Expr:
    """`node` without the parentheses around it."""
    return node.unnest()
