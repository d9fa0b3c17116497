"""BRIN: a summary of a few kilobytes for big tables whose rows lie in the order of the column."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.facts.limits import BRIN_LEAST_CORRELATION, BRIN_LEAST_PAGES, BRIN_MIDDLING_CORRELATION, BRIN_MOST_MOVED
from pgadvisor.advisor.facts.types import TypeFacts
from pgadvisor.model.catalog import Table
from pgadvisor.model.index import Index, IndexKey

_MINMAX_MULTI = {
    "smallint": "int2", "integer": "int4", "bigint": "int8", "numeric": "numeric", "double precision": "float8", "real": "float4",
    "date": "date", "timestamp without time zone": "timestamp", "timestamp with time zone": "timestamptz", "uuid": "uuid",
    "interval": "interval", "inet": "inet",
}  # fmt: skip
_MULTI_SINCE = 14


def brin(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """One index per column with a range condition, by how well the rows' order follows its values."""
    if access.pages < BRIN_LEAST_PAGES or not keeps_its_order(access.table):
        return
    for condition in access.of("range"):
        column = condition.key.column
        facts = access.keys.facts(column) if column is not None else None
        if column is None or facts is None or facts.correlation is None:
            continue
        strength = abs(facts.correlation)
        if strength > BRIN_LEAST_CORRELATION:
            yield Index(access.table.name, (IndexKey(column=column),), method="brin")
        elif strength > BRIN_MIDDLING_CORRELATION and (opclass := _multi(access, facts.type)) is not None:
            yield Index(access.table.name, (IndexKey(column=column, opclass=opclass),), method="brin")


def keeps_its_order(table: Table) -> bool:
    """Whether few rows are moved: an update that is not HOT puts its row elsewhere, and the order that is there now fades."""
    usage = table.usage
    return usage is None or usage.rows_updated - usage.rows_hot_updated <= BRIN_MOST_MOVED * max(1, usage.rows_live)


def _multi(access: Access, kind: TypeFacts) -> str | None:
    """Several ranges of values for each range of pages, so that stray rows do not spoil the summary."""
    name = _MINMAX_MULTI.get(kind.name)
    if name is None or access.lookup.snapshot.server.major < _MULTI_SINCE:
        return None
    return f"{name}_minmax_multi_ops"
