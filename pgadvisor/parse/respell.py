"""Statements in PostgreSQL's own spelling, so that two texts can be told to be one statement."""

from pglast import ast, parser
from pglast.error import Error
from pglast.stream import RawStream

from pgadvisor.parse.tree import Node, rebuild, replaced, words

_SQUASHED = "/*, ... */"


def respelled(sql: str) -> str | None:
    """One statement as the grammar writes it; None where it cannot be read or written back, or where the text leaves something
    out (`IN ($1 /*, ... */)` of pg_stat_statements stands for a list of any length).

    >>> respelled("select a from t where b=$1 and c>'x'::date -- why")
    "SELECT a FROM t WHERE b = $1 AND c > 'x'::date"
    """
    if _SQUASHED in sql:
        return None
    try:
        if len(parser.parse_sql(sql)) != 1:
            return None
        text = str(parser.deparse_protobuf(parser.parse_sql_protobuf(sql)))
        return text if same_statement(text, sql) else None
    except (Error, RecursionError, NotImplementedError, ValueError):
        return None


def same_statement(left: str, right: str) -> bool:
    """Whether two texts are one statement to the grammar: the same tree, whatever the spelling.

    >>> same_statement("select CAST(a AS int4) from t", "SELECT a::integer FROM t"), same_statement("select 1", "select 2")
    (True, False)
    """
    try:
        trees = [tuple(rebuild(raw.stmt, _plain) for raw in parser.parse_sql(text)) for text in (left, right)]
        texts = [[str(RawStream()(tree)) for tree in each] for each in trees]
    except (Error, RecursionError, NotImplementedError, ValueError):
        return False
    return texts[0] == texts[1]


def _plain(node: Node) -> Node:
    """Function names in one case come from the grammar; types here lose the schema that a key word implies."""
    if isinstance(node, ast.TypeName) and words(node.names)[:1] == ("pg_catalog",) and len(node.names) == 2:
        return replaced(node, names=node.names[1:])
    return node
