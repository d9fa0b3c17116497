"""Statistics of elements (of arrays, of tsvectors) from a sample of values."""

from collections import Counter
from collections.abc import Sequence

from pgadvisor.model.arrays import write_array
from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.names import Name

_MOST = 1000
_COUNTS = 11  # bounds of the histogram of counts; its last number is the average (pg_statistic.h, DECHIST)

Sample = Sequence[tuple[tuple[str | None, ...], int]]


def element_statistics(table: Name, sample: Sample, null_fraction: float, lexemes: bool) -> ColumnStatistics | None:
    """The row of pg_stats for values of which `sample` gives the elements and the width in bytes. `lexemes`: of a tsvector,
    whose elements are sorted by length first and which has no histogram of counts (src/backend/tsearch/ts_typanalyze.c).
    In the place of a histogram it has the sample itself, each value as an array of its elements, for the size model."""
    if not sample:
        return None
    seen = Counter(element for elements, _ in sample for element in set(elements) if element is not None)
    repeated = {element: count for element, count in seen.most_common(_MOST) if count > 1}
    common = sorted(repeated, key=lambda element: (len(element.encode()) if lexemes else 0, element.encode()))
    shares = [repeated[element] / len(sample) for element in common]
    counts = sorted(len(set(elements)) for elements, _ in sample)
    bounds = [float(counts[round(place * (len(counts) - 1) / (_COUNTS - 1))]) for place in range(_COUNTS)]
    return ColumnStatistics(
        table=table,
        column="",
        inherited=False,
        null_fraction=null_fraction,
        average_width_bytes=max(1, round(sum(width for _, width in sample) / len(sample))),
        distinct=-1.0,
        histogram_bounds=write_array([write_array(elements) for elements, _ in sample]),
        most_common_elements=write_array(common) if common else None,
        most_common_element_frequencies=(*shares, min(shares), max(shares), *(() if lexemes else (0.0,))) if shares else None,
        element_count_histogram=None if lexemes else (*bounds, sum(counts) / len(counts)),
    )
