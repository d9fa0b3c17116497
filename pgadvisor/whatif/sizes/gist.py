"""Size of a GiST index (src/include/access/gist.h).

How full their pages are depends on how the operator class splits: the fractions are measured (benchmarks/sizes.py).
"""

import math

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.ranges import is_narrow, is_range
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM_ID, _TUPLE_HEADER = 4, 8
_GIST_SPACE = PAGE_BYTES - 24 - 16
_SORTED_FILL = 0.90  # GIST_DEFAULT_FILLFACTOR: 14 fills the pages of a sorted build (point_ops), later majors split them
_FULL, _NULLS_FILL = 0.99, 0.76  # btree_gist's scalars: a sorted build from 18 on …
_ORDERED_FILL, _RANDOM_FILL = 0.48, 0.60  # … one by one before: halves are left behind where values come in order
_RANGE_FILL = {True: 0.66, False: 0.99, None: 0.80}  # by whether ranges are narrow, from 18 on
_TSVECTOR_FILL = 0.88
_ORDERED = 0.9  # of a correlation
_SPLIT_FILL, _BOX_FILL, _INET_FILL = 0.66, 0.49, 0.58
_BOX_BYTES, _POINT_BYTES, _INET_BYTES, _TRIGRAM_BYTES = 32, 16, 8, 3
_SIGNATURE_BYTES, _LEXEME_BYTES = 126, 14  # of a tsvector: its lexemes' hashes of 4 bytes, a bit map where those are longer
_BOXES = ("polygon", "circle", "box")


def _gist_width(key: KeyFacts, opclass: str) -> float:
    """Bytes of a leaf key: the value itself, a box around it, or a signature of it."""
    if key.type_name == "point" or key.type_name in _BOXES:
        return _BOX_BYTES
    if key.type_name == "tsvector":
        return min(_SIGNATURE_BYTES, 8 + 4 * key.width / _LEXEME_BYTES)
    if "trgm" in opclass:
        return 5 + _TRIGRAM_BYTES * (key.width + 1)
    if key.type_name in ("inet", "cidr"):
        return _INET_BYTES
    return key.width if key.variable else 2 * key.width


def _fill(key: KeyFacts, alone: bool, major: int) -> float:
    if key.type_name == "point":
        return _SORTED_FILL if alone and major == 14 else _SPLIT_FILL
    if key.type_name in _BOXES:
        return _BOX_FILL
    if key.type_name in ("inet", "cidr"):
        return _INET_FILL
    if key.type_name == "tsvector":
        return _TSVECTOR_FILL
    if major < 18 and (not key.variable or is_range(key.type_name)):
        correlation = key.statistics.correlation if key.statistics is not None else None
        return _RANDOM_FILL if correlation is not None and abs(correlation) < _ORDERED else _ORDERED_FILL
    if is_range(key.type_name):
        return _RANGE_FILL[is_narrow(key)]
    if key.variable or not alone:
        return _SPLIT_FILL
    return _FULL if key.null_fraction == 0 else _NULLS_FILL


def _item(data: float) -> float:
    return math.ceil((_TUPLE_HEADER + max(1.0, data)) / 8) * 8 + _ITEM_ID


def gist_shape(subject: Subject) -> Shape:
    """A GiST index."""
    facts = (*subject.keys, *subject.included)
    opclasses = (*subject.opclasses, *("" for _ in subject.included))
    widths = [(_gist_width(key, opclass), key.null_fraction) for key, opclass in zip(facts, opclasses, strict=True)]
    if len(widths) == 1:
        (width, nulls), *_ = widths
        item = (1 - nulls) * _item(width) + nulls * _item(0)
    else:
        item = _item(sum(width * (1 - nulls) for width, nulls in widths))
    space = _GIST_SPACE * _fill(facts[0], len(facts) == 1, subject.major)
    leaves = max(1, math.ceil(subject.rows * item / space))
    inner = math.ceil(leaves * item / space) if leaves > 1 else 0
    return Shape(leaves + inner, subject.rows)
