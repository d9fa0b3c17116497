"""Trigram indexes: GIN with gin_trgm_ops of pg_trgm for patterns and similarity.

They are offered whether or not the extension is installed; `needed_extension` tells, and the shadow cannot plan them without.
"""

from pgadvisor.model.index import Index

_EXTENSIONS = {"gin_trgm_ops": "pg_trgm", "gist_trgm_ops": "pg_trgm"}
TRIGRAM_OPERATORS = ("like", "ilike", "~", "~*", "%", "<%", "%>", "similar to")


def needed_extension(index: Index) -> str | None:
    """The extension whose operator class the index uses; None for what every server has."""
    for key in index.keys:
        name = (key.opclass or "").rsplit(".", 1)[-1]
        if name in _EXTENSIONS:
            return _EXTENSIONS[name]
    return None
