"""Relation files as long as production's and as empty as can be: sparse, in segments of 1 GiB.

The planner takes a relation's size from the length of its files (src/backend/optimizer/util/plancat.c, estimate_rel_size).
"""

import os
from pathlib import Path

PAGE_BYTES = 8192
SEGMENT_PAGES = 131072  # RELSEG_SIZE, src/include/pg_config.h
_MAX_PAGES = 0xFFFFFFFE  # MaxBlockNumber, src/include/storage/block.h


def pages_of(size_bytes: int | None, pages: int) -> int:
    """The length of a relation in pages: as measured, else as the catalog has it."""
    return max(0, min(pages if size_bytes is None else size_bytes // PAGE_BYTES, _MAX_PAGES))


def grow(first: Path, pages: int) -> None:
    """Make a relation `pages` long; `first` is its first segment, which exists. Data in it stay."""
    owner = first.stat()
    length = owner.st_size // PAGE_BYTES
    if pages > length:
        os.truncate(first, min(pages, SEGMENT_PAGES) * PAGE_BYTES)
    segment = 1
    while pages > segment * SEGMENT_PAGES:
        file = first.with_name(f"{first.name}.{segment}")
        file.touch(mode=0o600)
        os.chown(file, owner.st_uid, owner.st_gid)
        os.truncate(file, min(pages - segment * SEGMENT_PAGES, SEGMENT_PAGES) * PAGE_BYTES)
        segment += 1


def cut(first: Path) -> None:
    """Make a relation look empty to a backend that opens it now: the later segments are kept for `grow`."""
    os.truncate(first, 0)
