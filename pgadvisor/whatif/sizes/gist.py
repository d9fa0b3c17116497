"""Size of a GiST index (src/include/access/gist.h).

How full their pages are depends on how the operator class splits: the fractions are measured (benchmarks/sizes.py).
"""

import math

from pgadvisor.whatif.sizes.keys import KeyFacts, Subject
from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_ITEM_ID, _TUPLE_HEADER = 4, 8
_GIST_SPACE = PAGE_BYTES - 24 - 16
_SORTED_FILL = 0.90  # GIST_DEFAULT_FILLFACTOR: 14 fills the pages of a sorted build (point_ops), later majors split them
_FULL, _UNSORTED_FILL = 0.99, 0.48  # btree_gist's scalars and ranges: a sorted build from 18 on, one by one before
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
    if major < 18 and (not key.variable or key.type_name.endswith("range")):
        return _UNSORTED_FILL
    return _FULL if alone and not key.variable else _SPLIT_FILL


def gist_shape(subject: Subject) -> Shape:
    """A GiST index."""
    facts = (*subject.keys, *subject.included)
    opclasses = (*subject.opclasses, *("" for _ in subject.included))
    data = sum(_gist_width(key, opclass) * (1 - key.null_fraction) for key, opclass in zip(facts, opclasses, strict=True))
    item = math.ceil((_TUPLE_HEADER + data) / 8) * 8 + _ITEM_ID
    space = _GIST_SPACE * _fill(facts[0], len(facts) == 1, subject.major)
    leaves = max(1, math.ceil(subject.rows * item / space))
    inner = math.ceil(leaves * item / space) if leaves > 1 else 0
    return Shape(leaves + inner, subject.rows)
