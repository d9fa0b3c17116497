"""PostgreSQL 18 can skip-scan: on (a, b) it answers `b = 1` cheaply, which no older version can.

Where production is older than 18 and the shadow is not, a plan that scans a B-tree without a condition on its leading
key is one that production would not make.
"""

import re
from collections.abc import Iterator

from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.plan import PlanNode

_STRING = re.compile(r"'(?:[^']|'')*'")
_QUALIFIER = re.compile(r'(?:"(?:[^"]|"")+"|\b[a-z_][a-z0-9_$]*)\.(?=["a-z_])', re.IGNORECASE)
_NOISE = re.compile(r"[\s()]+")


def _folded(text: str) -> str:
    """A condition without strings' contents, table names, blanks and parentheses."""
    return _NOISE.sub("", _QUALIFIER.sub("", _STRING.sub("''", text)))


def leads(condition: str, key: str, expression: bool) -> bool:
    """Whether an index condition has one on `key`, a column's name or an expression as pg_get_indexdef prints it."""
    if expression:
        return _folded(key) in _folded(condition)
    column = re.escape(quote_identifier(key))
    bare = _QUALIFIER.sub("", _STRING.sub("''", condition))
    return re.search(rf'(?<![\w"$]){column}(?![\w"$.])', bare) is not None


def conditional_scans(node: PlanNode, schema: str = "") -> Iterator[tuple[Name, str]]:
    """The index scans of a plan with a condition: index and condition."""
    here = node.relation.schema if node.relation is not None else schema
    if node.index is not None and node.index_condition is not None:
        yield Name(here, node.index), node.index_condition
    for child in node.children:
        yield from conditional_scans(child, here)
