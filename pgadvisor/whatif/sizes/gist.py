"""Size of GiST and SP-GiST indexes (src/include/access/gist.h, spgist_private.h).

How full their pages are depends on how the operator class splits: the fractions are measured (benchmarks/sizes.py).
"""

import math

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM_ID, _TUPLE_HEADER = 4, 8
_GIST_SPACE = PAGE_BYTES - 24 - 16
_SPGIST_SPACE = PAGE_BYTES - 24 - 8
_SPGIST_LEAF_HEADER = 16  # SpGistLeafTupleData, aligned
_SORTED_FILL = 0.90  # GIST_DEFAULT_FILLFACTOR: 14 fills the pages of a sorted build (point_ops), later majors split them
_SPLIT_FILL = 0.66
_SPGIST_FILL = 0.72
_BOX_BYTES, _POINT_BYTES, _SIGNATURE_BYTES, _TRIGRAM_BYTES = 32, 16, 126, 3


def _gist_width(key: KeyFacts, opclass: str) -> float:
    """Bytes of a leaf key: the value itself, a box around it, or a signature of it."""
    if key.type_name in ("point", "polygon", "circle", "box"):
        return _BOX_BYTES
    if key.type_name == "tsvector":
        return _SIGNATURE_BYTES
    if "trgm" in opclass:
        return 5 + _TRIGRAM_BYTES * (key.width + 1)
    if key.type_name in ("inet", "cidr"):
        return 22
    if not key.variable:
        return 2 * key.width
    return key.width


def _fill(key: KeyFacts, sorts: bool) -> float:
    return _SORTED_FILL if sorts and key.type_name == "point" else _SPLIT_FILL


def gist_shape(subject: Subject) -> Shape:
    """A GiST index."""
    facts = (*subject.keys, *subject.included)
    opclasses = (*subject.opclasses, *("" for _ in subject.included))
    data = sum(_gist_width(key, opclass) * (1 - key.null_fraction) for key, opclass in zip(facts, opclasses, strict=True))
    item = math.ceil((_TUPLE_HEADER + data) / 8) * 8 + _ITEM_ID
    space = _GIST_SPACE * _fill(facts[0], len(subject.keys) == 1 and subject.major == 14)
    leaves = max(1, math.ceil(subject.rows * item / space))
    inner = math.ceil(leaves * item / space) if leaves > 1 else 0
    return Shape(leaves + inner, subject.rows)


def spgist_shape(subject: Subject) -> Shape:
    """An SP-GiST index; texts share their prefixes, so that little but the header is left of them."""
    key = subject.keys[0]
    width = _POINT_BYTES if key.type_name == "point" else key.width * (0.6 if key.type_name == "text" else 1.0)
    item = math.ceil((_SPGIST_LEAF_HEADER + width) / 8) * 8 + _ITEM_ID
    return Shape(3 + math.ceil(subject.rows * item / (_SPGIST_SPACE * _SPGIST_FILL)), subject.rows)
