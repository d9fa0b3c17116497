"""Names for new indexes: as PostgreSQL would name them, the same in every run, never one that is taken."""

import hashlib
import re
from collections.abc import Collection

from pgadvisor.advisor.facts.tables import words
from pgadvisor.model.index import Index, IndexKey

MOST_BYTES = 63  # NAMEDATALEN - 1
_WORDS_OF_EXPRESSION = 3
_QUALIFIER = re.compile(r"\b\w+\.(?=\w+\()")  # a function's schema


def hash8(index: Index) -> str:
    """Eight hexadecimal digits that stand for the definition."""
    return hashlib.sha256(index.sql("").encode()).hexdigest()[:8]


def name_of(index: Index, taken: Collection[str]) -> str:
    """`table_columns_idx`; with the definition's hash where that is too long or in `taken` (names in the table's schema).

    At most 63 bytes of UTF-8, cut between characters, so that the server does not cut it again.
    """
    stem = "_".join((index.table.name, *(_of_key(key) for key in index.keys)))
    plain = f"{stem}_idx"
    if len(plain.encode()) <= MOST_BYTES and plain not in taken:
        return plain
    ending = f"_idx_{hash8(index)}"
    return stem.encode()[: MOST_BYTES - len(ending)].decode(errors="ignore").rstrip("_") + ending


def _of_key(key: IndexKey) -> str:
    if key.column is not None:
        return key.column
    return "_".join(words(_QUALIFIER.sub("", key.expression or ""))[:_WORDS_OF_EXPRESSION]) or "expr"
