"""The planner's own texts: conditions and sort keys of EXPLAIN."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from pglast import parser
from pglast.error import Error

from pgadvisor.model.server import Server
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.model.workload import OrderKey, Predicate
from pgadvisor.parse.catalog import catalog_of
from pgadvisor.parse.compare import Place
from pgadvisor.parse.expressions import expression
from pgadvisor.parse.ordering import sort_keys
from pgadvisor.parse.origin import Output
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.scope import Scope, Source
from pgadvisor.parse.where import read_condition

# What EXPLAIN writes for subplans is no SQL; a call of a function that cannot be stands for it.
_HOLE = "pg_temp.subplan()"
_HOLES = (
    (re.compile(r"\(alternatives: [^()]*\)"), _HOLE),
    (re.compile(r"EXISTS\((?:hashed )?SubPlan \d+\)"), _HOLE),
    (re.compile(r"\((?:hashed )?(?:SubPlan|InitPlan|CTE) [^()]*\)(?:\.col\d+)?"), _HOLE),
    (re.compile(r"\b(?:hashed )?(?:SubPlan|InitPlan) \d+(?: \(returns [^)]*\))?"), _HOLE),
    (re.compile(r"\b(?:ANY|ALL) \((?=[^()]* [=<>!~]+ " + re.escape(_HOLE) + r"\))"), "("),
)
_NOTHING = Lookup(
    Snapshot(
        datetime(1970, 1, 1, tzinfo=timezone.utc),
        Server(180000, "", "", False, False, "UTF8", "C", "C", "c", None, None),
    )
)


def predicates(
    text: str, aliases: Mapping[str, int], default: int | None, lookup: Lookup = _NOTHING, path: tuple[str, ...] = ()
) -> tuple[Predicate, ...]:
    """The predicates of a condition as EXPLAIN prints it, `((o.user_id = 42) AND (o.status = 'x'::text))`. `aliases` gives
    each alias its relation's number; `default` is the relation of unqualified columns. `lookup` and the search_path `path`
    tell the schemas of functions. What is not readable, such as the mention of a subplan, is left out; () for a text that is
    no condition at all."""
    node = _read(text)
    if node is None:
        return ()
    reading, scope = _setting(aliases, default, lookup, path)
    try:
        read_condition(reading, node, scope, Place())
    except (Refused, RecursionError):
        return ()
    return tuple(dict.fromkeys(reading.predicates))


def order_keys(texts: Iterable[str], aliases: Mapping[str, int], default: int | None) -> tuple[OrderKey, ...]:
    """The leading sort keys of EXPLAIN, `o.created_at DESC NULLS LAST`, up to the first that is not over one relation."""
    keys: list[OrderKey] = []
    reading, scope = _setting(aliases, default, _NOTHING, ())
    for text in texts:
        key = _order_key(reading, scope, text)
        if key is None:
            break
        keys.append(key)
    return tuple(keys)


def _order_key(reading: Reading, scope: Scope, text: str) -> OrderKey | None:
    try:
        statements: Any = parser.parse_sql(f"SELECT FROM t ORDER BY {_filled(text)}")
        found = sort_keys(reading, statements[0].stmt.sortClause, scope, ())
    except (Error, Refused, RecursionError, IndexError):
        return None
    keys = reading.keys(found[0].value) if len(found) == 1 else ()
    if len(keys) != 1:
        return None
    return OrderKey(keys[0], found[0].descending, found[0].nulls_first, found[0].collation)


def _read(text: str) -> Any:
    return expression(_filled(text))


def _filled(text: str) -> str:
    for pattern, replacement in _HOLES:
        text = pattern.sub(replacement, text)
    return text


def _setting(aliases: Mapping[str, int], default: int | None, lookup: Lookup, path: tuple[str, ...]) -> tuple[Reading, Scope]:
    """A scope in which each alias is a relation of unknown columns."""
    reading = Reading(catalog_of(lookup), path, _no_query, strip_top_cast=True)
    scope = reading.new_scope(None, {})
    for alias, number in aliases.items():
        if number != default:
            scope.sources.append(_source(alias, number))
    if default is not None:
        names = [alias for alias, number in aliases.items() if number == default] or [""]
        scope.sources.extend(_source(alias, default) for alias in names)
        scope.default = scope.sources[-1]
    return reading, scope


def _source(alias: str, number: int) -> Source:
    return Source(alias, table=number, open=True, relations=frozenset((number,)))


def _no_query(
    reading: Reading, node: Any, parent: Scope | None, ctes: Mapping[str, Any], *, existence: bool = False, joined: bool = True
) -> tuple[Output, frozenset[int]]:
    return (), frozenset()
