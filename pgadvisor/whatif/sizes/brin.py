"""Size of a BRIN index (src/include/access/brin_page.h, brin_tuple.h; src/backend/access/brin/brin.c)."""

import math

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_MAP_ENTRIES = 1360  # REVMAP_PAGE_MAXITEMS
_PAGE_SPACE = PAGE_BYTES - 24 - 8
_RANGE_PAGES = 128  # BRIN_DEFAULT_PAGES_PER_RANGE
_TUPLE_HEADER = 8
_MULTI_VALUES, _BLOOM_BYTES, _INCLUSION_EXTRA = 32, 1000, 2  # minmax-multi values a range; a bloom filter; two flags


def _summary_bytes(key: KeyFacts, opclass: str) -> float:
    """What a range stores of one key: least and greatest value, or what the operator class keeps in their place."""
    if "bloom" in opclass:
        return _BLOOM_BYTES
    if "minmax_multi" in opclass:
        return 16 + key.width * _MULTI_VALUES
    if "inclusion" in opclass or key.type_name.endswith("range"):
        return key.width + _INCLUSION_EXTRA
    return 2 * key.width


def brin_shape(subject: Subject) -> Shape:
    """One summary for each 128 pages of the table, however many rows they hold."""
    ranges = max(1, math.ceil(subject.pages / _RANGE_PAGES))
    data = sum(_summary_bytes(key, opclass) for key, opclass in zip(subject.keys, subject.opclasses, strict=True))
    item = math.ceil((_TUPLE_HEADER + data) / 8) * 8 + 4
    map_pages = math.ceil(ranges / _MAP_ENTRIES)
    data_pages = math.ceil(ranges / max(1, _PAGE_SPACE // item))
    return Shape(1 + map_pages + data_pages, ranges, range_pages=_RANGE_PAGES, map_pages=map_pages)
