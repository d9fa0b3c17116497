"""What PostgreSQL's own extensions add to GIN and GiST: trigrams, and plain values beside documents and ranges."""

from collections.abc import Iterator

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.facts.limits import LEAST_COMBINED_ROWS
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query

PATTERNS = ("like", "ilike", "~", "~*", "similar to")
_SCALARS = ("integer", "text", "moment", "uuid", "number")
_PLAIN_VALUES = {"gin": "btree_gin", "gist": "btree_gist"}
_TRIGRAMS = "pg_trgm"


def trigram_class(access: Access) -> str | None:
    """gin_trgm_ops with its schema; None where the server has no pg_trgm."""
    schema = access.lookup.extension_schema(_TRIGRAMS)
    if schema is None:
        return None
    return "gin_trgm_ops" if schema == "pg_catalog" else f"{quote_identifier(schema)}.gin_trgm_ops"


def lacks_trigrams(query: Query, lookup: Lookup) -> bool:
    """Whether a pattern of the statement would want pg_trgm, which the server is known not to have."""
    known = lookup.snapshot.available_extensions is not None
    asked = any(each.operator in PATTERNS and each.searchable and not each.negated for each in query.predicates)
    return known and asked and lookup.extension_schema(_TRIGRAMS) is None


def required(access: Access, extension: str) -> tuple[str, ...]:
    """The extension, where it has still to be created."""
    return () if access.lookup.is_installed(extension) else (extension,)


def trigrams(access: Access, key: IndexKey) -> Index:
    return Index(access.table.name, (key,), method="gin", requires=required(access, _TRIGRAMS))


def with_scalar(access: Access, index: Index) -> Iterator[Index]:
    """`index` with the most selective equality column in front. An extension that is not there yet has to be worth its while:
    where the column alone leaves few rows, its B-tree does as well."""
    extension = _PLAIN_VALUES[index.method]
    if access.lookup.extension_schema(extension) is None:
        return
    new = required(access, extension)
    for condition in access.of("equal", "list")[:1]:
        facts = access.keys.facts(condition.key.column) if condition.key.column is not None else None
        enough = not new or condition.fraction * access.rows >= LEAST_COMBINED_ROWS
        if facts is not None and facts.type.family in _SCALARS and enough:
            yield Index(index.table, (condition.key, *index.keys), method=index.method, requires=(*index.requires, *new))
