"""How many different values and combinations of values columns have, where more is known than ANALYZE's own estimate."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence

from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes.sampling import possible_values

_SAMPLE_ROWS = 30000  # of ANALYZE with default_statistics_target: 300 rows for each of 100 (commands/analyze.c)
_ORDERED = 0.99  # of a correlation: the column follows the order of the rows
_NOISE = 3e-7  # of a correlation of 1 that is stored as float4


def clustered_distinct(distinct: float, statistics: ColumnStatistics | None, rows: float, pages: int) -> float:
    """`distinct` as ANALYZE estimated it, put right for a column that lies in the order of the rows.

    ANALYZE reads rows of 30,000 pages at most, so that in a larger table two rows of its sample lie in one page pages / 30,000
    times as often as two rows drawn at random would (src/backend/commands/analyze.c, acquire_sample_rows: "two-stage
    sampling"). Equal values that lie side by side are then found twice too often, and the estimate, which is the square of the
    sample over the pairs found, is too small by that factor; less so where a value fills pages, or is found again anyway.
    """
    correlation = statistics.correlation if statistics is not None else None
    if correlation is None or abs(correlation) < _ORDERED or pages <= _SAMPLE_ROWS or distinct >= rows:
        return distinct
    crowding, in_page = pages / _SAMPLE_ROWS, rows / pages
    found = distinct
    for _ in range(20):
        copies = rows / found
        same_page = 1 - copies / in_page / 3 if copies < in_page else in_page / copies * 2 / 3
        seen = _SAMPLE_ROWS / found
        found = min(rows, distinct * (1 + (crowding - 1) * same_page * math.exp(-seen)))
    return found


def bounded_distinct(distinct: float, lookup: Lookup, table: Name, columns: Sequence[str]) -> float:
    """`distinct` values of `columns`, of which there are at most as many as rows in a table that they reference."""
    bounds = (
        lookup.tables[one.references].rows
        for one in lookup.constraints.get(table, ())
        if one.kind == "f" and one.validated and one.references in lookup.tables and set(one.columns) == set(columns)
    )
    return min([distinct, *(rows for rows in bounds if rows > 0)])


def _contains_unique(lookup: Lookup, index: Index) -> bool:
    columns = set(index.columns)
    return any(
        one.unique and one.valid and one.definition is not None and one.definition.where is None
        and len(one.definition.columns) == len(one.definition.keys) and columns.issuperset(one.definition.columns)
        for one in lookup.indexes.get(index.table, ())
    )  # fmt: skip


def _counted(lookup: Lookup, table: Name) -> Iterator[tuple[frozenset[str], float]]:
    """Combinations that CREATE STATISTICS had counted."""
    names = {column.number: column.name for column in lookup.tables[table].columns}
    for one in lookup.snapshot.extended_statistics:
        if one.table == table and one.n_distinct is not None:
            for attributes, count in json.loads(one.n_distinct).items():
                yield frozenset(names.get(int(number), number) for number in attributes.split(",")), float(count)


def _ordered(lookup: Lookup, table: Name, distinct: Mapping[str, float]) -> tuple[frozenset[str], float] | None:
    """Combinations of the columns that follow the order of the rows, and so each other.

    Were all of them in perfect order, a new combination would start where one of them changes. A correlation below 1 says how
    far rows lie from their place (of ranks between 0 and 1 the mean square distance is (1 - correlation) / 6), and there a
    value of one column meets those that its neighbours meet.
    """
    found, spread = [], 0.0
    for column in distinct:
        statistics = lookup.column_statistics(table, column)
        correlation = abs((statistics.correlation if statistics is not None else None) or 0.0)
        if correlation >= _ORDERED:
            found.append(column)
            spread += max(0.0, 1 - correlation - _NOISE) / 6
    if len(found) < 2:
        return None
    counts = [distinct[column] for column in found]
    return frozenset(found), sum(counts) - len(counts) + 1 + 2 * math.sqrt(spread) * math.prod(counts)


def known_together(index: Index, lookup: Lookup, distinct: Mapping[str, float], rows: float) -> float | None:
    """How many combinations of the keys of `index` are possible, where more is known than how many values each key has:
    `distinct` of a column. None where nothing more is known; infinite where a unique key is among them."""
    columns = index.columns
    if len(columns) < 2 or len(columns) != len(index.keys) or index.table not in lookup.tables:
        return None
    if _contains_unique(lookup, index):
        return math.inf
    if index.where is not None:
        return None
    possible = {column: possible_values(count, rows) for column, count in distinct.items()}
    facts = [(found, possible_values(min(count, rows), rows)) for found, count in _facts(lookup, index.table, distinct)]
    apart, cells = set(columns), 1.0
    for found, together in sorted(facts, key=lambda fact: fact[1] / math.prod(possible[column] for column in fact[0])):
        if found <= apart and together < math.prod(possible[column] for column in found):
            apart -= found
            cells *= together
    return cells * math.prod(possible[column] for column in apart) if len(apart) < len(columns) else None


def _facts(lookup: Lookup, table: Name, distinct: Mapping[str, float]) -> list[tuple[frozenset[str], float]]:
    """Sets of columns with the number of their combinations: counted, bounded by a foreign key, or in the rows' order."""
    columns = frozenset(distinct)
    facts = [(found, count) for found, count in _counted(lookup, table) if found <= columns]
    if facts:
        return facts
    ordered = _ordered(lookup, table, distinct)
    for one in lookup.constraints.get(table, ()):
        found = frozenset(one.columns)
        if one.kind == "f" and len(found) > 1 and found <= columns:
            facts.append((found, bounded_distinct(math.inf, lookup, table, one.columns)))
    return [*facts, ordered] if ordered is not None else facts
