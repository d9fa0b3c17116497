"""Hash indexes: for long keys that are compared for equality only; an entry is 8 bytes whatever the key's length."""

from collections.abc import Iterator, Sequence

from pgadvisor.advisor.candidates.access import Access, condition_kind
from pgadvisor.advisor.facts.limits import HASH_LEAST_WIDTH_BYTES
from pgadvisor.advisor.facts.selectivity import predicate_fraction
from pgadvisor.model.index import Index

_RARE = 0.01


def hashed(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """One index per long column that is compared for equality and distinct enough."""
    ordered = {key.column for order in access.orders for key in order.keys}
    for predicate in access.predicates:
        column = predicate.key.column
        if condition_kind(predicate) not in ("equal", "join", "list") or column is None or column in ordered:
            continue
        facts, key = access.keys.facts(column), access.keys.key(predicate.key, any_width=True)
        fraction = predicate_fraction(predicate, access.table.name, access.lookup)
        if key is not None and facts is not None and facts.width_bytes > HASH_LEAST_WIDTH_BYTES and fraction < _RARE:
            yield Index(access.table.name, (key,), method="hash")
