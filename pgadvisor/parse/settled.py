"""Parameters that are none: the log shows the same constant in the text each time, and only pg_stat_statements made it `$n`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Vector, Workload
from pgadvisor.parse.catalog import Catalog, catalog_of
from pgadvisor.parse.parameters import substitute
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.statement import read_statement

FEWEST = 5  # executions


def with_settled_constants(workload: Workload, lookup: Lookup) -> Workload:
    """`workload` with such constants back in the statements' `sql` and parts; what is printed of them stays as it is."""
    if not any(query.vectors for query in workload.queries):
        return workload
    catalog = catalog_of(lookup)
    return replace(workload, queries=tuple(_settled(query, catalog) for query in workload.queries))


def _settled(query: Query, catalog: Catalog) -> Query:
    literals = _always(query)
    if not literals:
        return query
    try:
        read = read_statement(catalog, substitute(query.sql, literals), query.search_path).query
    except Refused:
        return query
    return replace(
        read,
        fingerprint=query.fingerprint,
        queryid=query.queryid,
        label=query.label,
        normalised=query.normalised,
        counters=query.counters,
        measured=query.measured,
        statements=query.statements,
        toplevel=query.toplevel,
        vectors=_without(query.vectors, literals),
    )


def _always(query: Query) -> dict[int, str]:
    """The constants that stand in the text of all executions."""
    if sum(vector.calls for vector in query.vectors) < FEWEST:
        return {}
    sent = {number for vector in query.vectors for number in vector.sent}
    seen: dict[int, set[str]] = defaultdict(set)
    for vector in query.vectors:
        for number, sql in vector.literals:
            seen[number].add(sql)
    return {number: next(iter(found)) for number, found in seen.items() if len(found) == 1 and number not in sent}


def _without(vectors: tuple[Vector, ...], settled: Mapping[int, str]) -> tuple[Vector, ...]:
    """What is left of the vectors, () where nothing is."""
    counts: dict[tuple[tuple[tuple[int, str], ...], tuple[int, ...]], int] = defaultdict(int)
    for vector in vectors:
        counts[tuple((number, sql) for number, sql in vector.literals if number not in settled), vector.sent] += vector.calls
    return tuple(Vector(literals, calls, sent) for (literals, sent), calls in counts.items() if literals)
