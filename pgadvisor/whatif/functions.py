"""Stubs of the application's functions: same signature, volatility, strictness, cost and return type; they run nothing.

The planner calls an IMMUTABLE function of constants while it plans. A stub that answered NULL would make a strict
comparison false and the plan empty; one that failed would end the planning. So a stub answers one fixed value of its
type: a value that no statistics name, which the planner then treats as "some value".
"""

import re
from collections.abc import Iterator
from datetime import datetime

import psycopg

from pgadvisor.model.catalog import Function
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.wire import Refused, run

_WORD = re.compile(r"\w+")
_VOLATILITY = {"i": "IMMUTABLE", "s": "STABLE", "v": "VOLATILE"}
_PARALLEL = {"s": "SAFE", "r": "RESTRICTED", "u": "UNSAFE"}
_NOTHING_TO_PLAN = (
    "trigger",
    "event_trigger",
    "language_handler",
    "fdw_handler",
    "index_am_handler",
    "table_am_handler",
    "internal",
)
_SET_BODY = "BEGIN RETURN; END"
_ARGUMENT_BODY = "BEGIN RETURN $1; END"
_NULL_BODY = "BEGIN RETURN NULL; END"

_TYPES = """
SELECT t.name, p.typname, p.typcategory::text,
       (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = p.oid ORDER BY e.enumsortorder LIMIT 1)
FROM unnest(%s::text[]) AS t(name) JOIN pg_type p ON p.oid = to_regtype(t.name)
"""
_PLANTED = """
SELECT p.oid::regprocedure::text, p.prokind::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
WHERE r.rolname = %s AND p.prokind <> 'a'
  AND (p.prosrc <> ALL (%s::text[]) OR p.prosecdef OR p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'plpgsql'))
"""


def _representative(name: str, category: str, label: str | None, now: datetime) -> str | None:
    """The text of a plausible value of a type; moments are the snapshot's own."""
    by_name = {
        "time": "12:00", "timetz": "12:00+00", "uuid": "00000000-0000-4000-8000-000000000000", "json": "{}", "jsonb": "{}",
        "bytea": "", "tsvector": "x", "tsquery": "x", "hstore": "", "ltree": "x", "bit": "1", "varbit": "1",
    }  # fmt: skip
    by_category = {"A": "{}", "B": "true", "D": now.isoformat(), "I": "10.0.0.1", "N": "1", "R": "empty", "S": "x", "T": "1 day"}
    if category == "E":
        return label
    return by_name.get(name, by_category.get(category))


def _types(site: Site, names: list[str]) -> list[tuple[str, str, str, str | None]]:
    """name, typname, category and first label of those types that the shadow has. A name that is none fails them all, so
    that then each is asked for alone."""
    try:
        return site.root.execute(_TYPES, (names,)).fetchall()
    except psycopg.Error:
        return [found for name in names for found in _types(site, [name])] if len(names) > 1 else []


def _bodies(site: Site, functions: list[Function]) -> dict[str, str]:
    """The body of a stub by its return type."""
    names = sorted({function.returns for function in functions})
    now = site.lookup.snapshot.collected_at
    bodies = {}
    for name, typname, category, label in _types(site, names):
        value = _representative(typname, category, label, now)
        if name == "void":
            bodies[name] = _SET_BODY
            continue
        bodies[name] = _NULL_BODY if value is None else "BEGIN RETURN {}; END".format("'" + value.replace("'", "''") + "'")
        if typname.startswith("any"):
            bodies[name] = _ARGUMENT_BODY
    return bodies


def _what(function: Function) -> str:
    return f"{'aggregate' if function.kind == 'a' else 'function'} {function.name}({function.arguments})"


def _called(snapshot: Snapshot) -> set[str]:
    """The words of all that may call a function in a plan: the others' stubs are not missed."""
    texts = [statement.text for statement in snapshot.statements]
    texts += [view.definition for view in snapshot.views]
    texts += [constraint.definition for constraint in snapshot.constraints]
    texts += [index.definition.sql("") for index in snapshot.indexes if index.definition is not None]
    texts += [expression for statistics in snapshot.extended_statistics for expression in statistics.expressions]
    return {word.lower() for text in texts if text for word in _WORD.findall(text)}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _create(function: Function, body: str) -> str:
    returns = f"SETOF {function.returns}" if function.returns_set else function.returns
    rows = f" ROWS {function.rows:g}" if function.returns_set and function.rows > 0 else ""
    return (
        f"CREATE FUNCTION {function.name}({function.arguments}) RETURNS {returns} LANGUAGE plpgsql"
        f" {_VOLATILITY.get(function.volatility, 'VOLATILE')}{' STRICT' if function.strict else ''}"
        f" PARALLEL {_PARALLEL.get(function.parallel, 'UNSAFE')} COST {max(function.cost, 0.0001):g}{rows}"
        f" AS {_literal(_SET_BODY if function.returns_set else body)}"
    )


def _create_aggregate(function: Function, number: int, body: str) -> Iterator[tuple[str, str]]:
    """An aggregate over a state of its return type."""
    state = f"public.pgadvisor_state_{number}"
    arguments = f"pgadvisor_state {function.returns}" + (f", {function.arguments}" if function.arguments else "")
    what = _what(function)
    head = f"CREATE FUNCTION {state}({arguments}) RETURNS {function.returns} LANGUAGE plpgsql IMMUTABLE COST 1"
    yield what, f"{head} AS {_literal(body)}"
    yield what, f"CREATE AGGREGATE {function.name}({function.arguments or '*'}) (SFUNC = {state}, STYPE = {function.returns})"


def _statements(functions: list[Function], bodies: dict[str, str]) -> Iterator[tuple[str, str]]:
    for number, function in enumerate(functions):
        body = bodies.get(function.returns, _NULL_BODY)
        if function.kind == "a":
            yield from _create_aggregate(function, number, body)
        else:
            yield _what(function), _create(function, body)


def create_functions(site: Site, owner: str) -> None:
    """Make the stubs, see that nothing but stubs was made, and take the right to make functions away again."""
    functions = [
        function
        for function in site.lookup.snapshot.functions
        if function.extension is None and function.kind in ("f", "a") and function.returns not in _NOTHING_TO_PLAN
    ]
    run(site.root, "REVOKE USAGE ON LANGUAGE sql, plpgsql FROM PUBLIC")
    if not functions:
        return
    bodies = _bodies(site, functions)
    run(site.root, f"GRANT USAGE ON LANGUAGE plpgsql TO {owner}")
    called = _called(site.lookup.snapshot)
    needed = {_what(function) for function in functions if function.name.name.lower() in called}
    site.skipped += [refused for refused in site.refused(_statements(functions, bodies)) if refused.what in needed]
    run(site.root, f"REVOKE USAGE ON LANGUAGE plpgsql FROM {owner}")
    ours = [*bodies.values(), _SET_BODY, _ARGUMENT_BODY, _NULL_BODY]
    for name, kind in site.root.execute(_PLANTED, (owner, ours)).fetchall():
        site.skip(f"function {name}", "its signature is not one")
        try:
            run(site.root, f"DROP {'PROCEDURE' if kind == 'p' else 'FUNCTION'} {name} CASCADE")
        except Refused as error:
            site.skip(f"function {name}", error.reason)
