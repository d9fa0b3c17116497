"""Meta pages of index files: the planner reads the height of a B-tree, the counts of a GIN index and the range map of a
BRIN index from block 0. Layouts: nbtree.h, ginblock.h and brin_page.h of src/include/access, the same from 13 to 18."""

import os
import struct
from pathlib import Path

from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_HEADER_BYTES = 24  # SizeOfPageHeaderData
_LAYOUT_VERSION = 4  # PG_PAGE_LAYOUT_VERSION
_BTREE_ROOT_OFFSET = _HEADER_BYTES + 8  # after btm_magic and btm_version
_BTREE_LEAF, _BTREE_ROOT = 1 << 0, 1 << 1  # BTP_LEAF, BTP_ROOT
_ALT_TID = 0x2000  # INDEX_ALT_TID_MASK: a pivot tuple, here with no key: minus infinity
_GIN_META = 1 << 3
_GIN_VERSION = 2
_BRIN_MAGIC, _BRIN_VERSION, _BRIN_PAGETYPE_META = 0xA8109CFA, 1, 0xF091


def _page(content: bytes, special: bytes) -> bytes:
    upper = PAGE_BYTES - len(special)
    lower = _HEADER_BYTES + len(content)
    header = struct.pack("=QHHHHHHI", 0, 0, 0, lower, upper, upper, PAGE_BYTES | _LAYOUT_VERSION, 0)
    return (header + content).ljust(upper, b"\0") + special


def _btree_page(block: int, level: int, top: int) -> bytes:
    """A page without neighbours: an empty leaf, or an inner page whose one downlink goes to the block before it."""
    flags = (_BTREE_LEAF if level == 0 else 0) | (_BTREE_ROOT if level == top else 0)
    special = struct.pack("=IIIHH", 0, 0, level, flags, 0)
    if level == 0:
        return _page(b"", special)
    item_bytes = 8
    offset = PAGE_BYTES - len(special) - item_bytes
    item_id = struct.pack("=I", offset | 1 << 15 | item_bytes << 17)  # lp_off, LP_NORMAL, lp_len
    downlink = struct.pack("=HHHH", (block - 1) >> 16, (block - 1) & 0xFFFF, 0, _ALT_TID | item_bytes)
    page = bytearray(_page(item_id, special))
    page[offset : offset + item_bytes] = downlink
    struct.pack_into("=H", page, 14, offset)  # pd_upper
    return bytes(page)


def set_btree_height(file: Path, shape: Shape) -> None:
    """Give an empty B-tree its height: one page a level, the lowest an empty leaf.

    The planner looks up the ends of a histogram in an index (selfuncs.c, get_actual_variable_range): it must be able to
    descend, and to find nothing. CREATE INDEX writes a B-tree's pages past the shared buffers, so that the file is what
    the planner will read.
    """
    top = min(shape.level, shape.pages - 2)
    if top < 0:
        return
    with file.open("r+b") as pages:
        pages.seek(_BTREE_ROOT_OFFSET)
        pages.write(struct.pack("=IIII", top + 1, top, top + 1, top))
        pages.seek(PAGE_BYTES)
        pages.write(b"".join(_btree_page(level + 1, level, top) for level in range(top + 1)))


def gin_meta_page(shape: Shape) -> bytes:
    """GinMetaPageData without a pending list."""
    none = 0xFFFFFFFF
    counts = (shape.pages, shape.entry_pages, shape.data_pages)
    content = struct.pack("=IIIIqIIIxxxxqi4x", none, none, 0, 0, 0, *counts, shape.entries, _GIN_VERSION)
    return _page(content, struct.pack("=IHH", none, 0, _GIN_META))


def brin_meta_page(shape: Shape) -> bytes:
    """BrinMetaPageData; the range map's pages follow the meta page."""
    content = struct.pack("=IIII", _BRIN_MAGIC, _BRIN_VERSION, shape.range_pages, shape.map_pages)
    return _page(content, struct.pack("=HHHH", 0, 0, 0, _BRIN_PAGETYPE_META))


def write_new_file(file: Path, beside: Path, meta_page: bytes) -> None:
    """A new relation file that begins with a meta page, owned like the file beside it."""
    owner = beside.stat()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as pages:
        os.fchown(pages.fileno(), owner.st_uid, owner.st_gid)
        pages.write(meta_page)
