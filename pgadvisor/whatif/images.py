"""Statistics of an expression, derived from those of the one column it reads.

The values that pg_stats gives of a column are a sample of it: the most common ones with their frequencies, and the bounds
of its histogram, each standing for an equal share of the rest. The shadow computes the expression over them, and what
ANALYZE makes of a sample is made of the images.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pgadvisor.model.arrays import write_array
from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.names import Name
from pgadvisor.whatif.sizes.sampling import sampled_distinct, steps

_MOST_COMMON = 100  # default_statistics_target


@dataclass(frozen=True, slots=True)
class Image:
    """A value of the expression: its text (None for NULL), its place in the type's order, the share of rows it stands for,
    and whether the column's value was one of the most common."""

    text: str | None
    rank: int
    share: float
    common: bool
    width_bytes: int


def _grouped(images: Sequence[Image]) -> dict[str, list[Image]]:
    groups: dict[str, list[Image]] = defaultdict(list)
    for image in images:
        if image.text is not None:
            groups[image.text].append(image)
    return groups


def _correlation(images: Sequence[Image], base: float | None) -> float | None:
    """The column's correlation, as far as the expression keeps the order of the histogram's bounds."""
    ranks = [image.rank for image in images if not image.common and image.text is not None]
    if base is None or len(ranks) < 3 or len(set(ranks)) < 2:
        return None
    places = range(len(ranks))
    mean_place, mean_rank = (len(ranks) - 1) / 2, sum(ranks) / len(ranks)
    together = sum((place - mean_place) * (rank - mean_rank) for place, rank in zip(places, ranks, strict=True))
    spread = sum((place - mean_place) ** 2 for place in places) * sum((rank - mean_rank) ** 2 for rank in ranks)
    return base * together / math.sqrt(spread)


def _distinct(images: Sequence[Image], groups: dict[str, list[Image]], base: float, rows: float, type_name: str) -> float:
    """Distinct values of the expression; `base` is the column's count."""
    sample = [image for image in images if not image.common and image.text is not None]
    seen = {image.text for image in sample}
    once = sum(1 for text in seen if text is not None and len(groups[text]) == 1)
    rest_rows = rows * sum(image.share for image in sample)
    rest = sampled_distinct(len(sample), len(seen), once, rest_rows) if sample else 0.0
    common = len({image.text for image in images if image.common and image.text is not None})
    possible = steps([text for text in groups if text is not None], type_name)
    return max(1.0, min(common + rest, base, possible, rows))


def image_statistics(
    table: Name, column: str, images: Sequence[Image], base: ColumnStatistics, base_distinct: float, rows: float, type_name: str
) -> ColumnStatistics:
    """The row of pg_stats that ANALYZE would write for the expression, as far as its images tell."""
    groups = _grouped(images)
    distinct = _distinct(images, groups, base_distinct, rows, type_name)
    shares = {text: sum(image.share for image in group) for text, group in groups.items()}
    repeated = [text for text, group in groups.items() if group[0].common or len(group) > 1]
    common = sorted(repeated, key=lambda text: -shares[text])[:_MOST_COMMON]
    rest = sorted((text for text in groups if text not in set(common)), key=lambda text: groups[text][0].rank)
    known = [image for image in images if image.text is not None]
    weight = sum(image.share for image in known) or 1.0
    return ColumnStatistics(
        table=table,
        column=column,
        inherited=False,
        null_fraction=min(1.0, sum(image.share for image in images if image.text is None)),
        average_width_bytes=max(1, round(sum(image.width_bytes * image.share for image in known) / weight)),
        distinct=-distinct / rows if rows and distinct > 0.1 * rows else distinct,
        most_common_values=write_array(common) if common else None,
        most_common_frequencies=tuple(shares[text] for text in common) if common else None,
        histogram_bounds=write_array(rest) if len(rest) > 1 else None,
        correlation=_correlation(images, base.correlation),
    )
