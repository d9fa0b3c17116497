"""One spelling for each expression, so that those of indexes and those of statements compare."""

from collections.abc import Mapping
from functools import lru_cache

from pglast import ast, enums, parser
from pglast.error import Error
from pglast.stream import RawStream

from pgadvisor.parse.normal import Normaliser
from pgadvisor.parse.tree import Node, walk, words


def canonical(sql: str, types: Mapping[str, str] | None = None) -> str:
    """`sql`, an expression or predicate, in the one spelling used here: casts that PostgreSQL adds when it prints an
    expression are gone, as are needless parentheses. `types` (column to type) says which columns are character strings; a
    cast of one to text is the column itself. Without `types` every `column::text` inside an expression counts as that.
    A text that is no expression comes back as it is.

    >>> canonical("lower((email)::text)"), canonical("((meta ->> 'k'::text))")
    ('lower(email)', "meta ->> 'k'")
    """
    if types is None:
        return _canonical(sql)
    node = expression(sql)
    return sql if node is None else spelled(Normaliser(types).top(node))


@lru_cache(maxsize=20000)
def _canonical(sql: str) -> str:
    node = expression(sql)
    return sql if node is None else spelled(Normaliser(None).top(node))


@lru_cache(maxsize=20000)
def predicate_conjuncts(sql: str) -> tuple[str, ...]:
    """The canonical conditions that `sql` joins by AND, sorted, each once."""
    node = expression(sql)
    if node is None:
        return (sql,)
    return tuple(sorted({spelled(part) for part in conjuncts(Normaliser(None).top(node))}))


def expression(sql: str) -> Node | None:
    """The tree of one expression, None for anything else."""
    try:
        statements = parser.parse_sql(f"SELECT ({sql}\n)")
    except (Error, RecursionError):
        return None
    targets = statements[0].stmt.targetList if len(statements) == 1 else ()
    return targets[0].val if targets and len(targets) == 1 else None


@lru_cache(maxsize=20000)
def columns_named(sql: str) -> frozenset[str]:
    """The columns that an expression or predicate names.

    >>> sorted(columns_named("lower(email) = 'x' AND deleted_at IS NULL"))
    ['deleted_at', 'email']
    """
    tree = expression(sql)
    fields = [words(node.fields) for node in walk(tree) if isinstance(node, ast.ColumnRef)] if tree is not None else []
    return frozenset(names[-1] for names in fields)


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The arms of the top-level ANDs."""
    if isinstance(node, ast.BoolExpr) and node.boolop == enums.BoolExprType.AND_EXPR:
        return tuple(part for arm in node.args for part in conjuncts(arm))
    return (node,)


def spelled(node: Node) -> str:
    """The SQL of a tree."""
    if isinstance(node, ast.ColumnRef) and len(node.fields) == 1:
        return str(RawStream()(node))
    text = str(RawStream()(node))
    try:
        return str(parser.deparse_protobuf(parser.parse_sql_protobuf(f"SELECT {text}"))).removeprefix("SELECT ")
    except Error:
        return text
