"""Meta pages of index files: the planner reads the height of a B-tree, the counts of a GIN index and the range map of a
BRIN index from block 0. Layouts: nbtree.h, ginblock.h and brin_page.h of src/include/access, the same from 13 to 18."""

import os
import struct
from pathlib import Path

from pgadvisor.whatif.sizes.shape import PAGE_BYTES, Shape

_HEADER_BYTES = 24  # SizeOfPageHeaderData
_LAYOUT_VERSION = 4  # PG_PAGE_LAYOUT_VERSION
_BTREE_ROOT_OFFSET = _HEADER_BYTES + 8  # after btm_magic and btm_version
_GIN_META = 1 << 3
_GIN_VERSION = 2
_BRIN_MAGIC, _BRIN_VERSION, _BRIN_PAGETYPE_META = 0xA8109CFA, 1, 0xF091


def _page(content: bytes, special: bytes) -> bytes:
    upper = PAGE_BYTES - len(special)
    lower = _HEADER_BYTES + len(content)
    header = struct.pack("=QHHHHHHI", 0, 0, 0, lower, upper, upper, PAGE_BYTES | _LAYOUT_VERSION, 0)
    return (header + content).ljust(upper, b"\0") + special


def set_btree_height(file: Path, shape: Shape) -> None:
    """Tell an empty B-tree its height: root and fast root are its last page. Nothing ever descends it.

    CREATE INDEX writes a B-tree's pages past the shared buffers, so that the file is what the planner will read.
    """
    root = max(1, shape.pages - 1)
    with file.open("r+b") as pages:
        pages.seek(_BTREE_ROOT_OFFSET)
        pages.write(struct.pack("=IIII", root, shape.level, root, shape.level))


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
