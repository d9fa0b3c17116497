"""The relations that a text mentions."""

import json
from collections.abc import Iterator
from typing import Any

from pglast import parser

Mention = tuple[str | None, str]


def relations_in(text: str) -> tuple[Mention, ...]:
    """Every relation that `text` mentions, as (schema or None, name), once, in order of appearance; names of CTEs are not
    relations. () for a text that cannot be read. Cheap: no tree of objects is built."""
    try:
        tree = json.loads(parser.parse_sql_json(text))
        return tuple(dict.fromkeys(_mentions(tree, frozenset())))
    except (parser.ParseError, RecursionError):
        return ()


def _mentions(node: Any, ctes: frozenset[str]) -> Iterator[Mention]:
    if isinstance(node, list):
        for item in node:
            yield from _mentions(item, ctes)
    elif isinstance(node, dict):
        name = node.get("relname")
        if isinstance(name, str) and "relpersistence" in node:
            schema = node.get("schemaname")
            if schema is not None or name not in ctes:
                yield (schema, name)
        elif "withClause" in node:
            yield from _with_mentions(node, ctes)
        else:
            for value in node.values():
                if isinstance(value, (dict, list)):
                    yield from _mentions(value, ctes)


def _with_mentions(node: dict[str, Any], ctes: frozenset[str]) -> Iterator[Mention]:
    """A statement with CTEs: each name is known to those after it, to all of them under RECURSIVE, and to the statement."""
    clause = node["withClause"]
    definitions = [item["CommonTableExpr"] for item in clause.get("ctes", ())]
    if clause.get("recursive"):
        ctes |= {definition["ctename"] for definition in definitions}
    for definition in definitions:
        yield from _mentions(definition["ctequery"], ctes)
        ctes |= {definition["ctename"]}
    yield from _mentions({key: value for key, value in node.items() if key != "withClause"}, ctes)
