"""`Rewriting`: another way to write a statement; `PricedRewriting`: what the planner says of it, and of an index in its place."""

from dataclasses import dataclass

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name

USUAL_UNIT = "day"  # of date_trunc(), assumed where the text does not tell it
USUAL_FIELD = "year"  # of extract() and date_part(), likewise


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A statement written anew so that an index can serve it, proven to select the same rows under `conditions`, and where the
    constants that the text hides are the usual ones that are `assumed`.

    `kind` is the kind of rewrite, `rule` the rule whose findings it belongs to. `unchanged` is the statement as it comes back
    with nothing rewritten: where that is not the statement itself, the rewriting is not to be trusted. In `masked` and
    `masked_unchanged` the constants that were read are `$n`. `table` and `column` are what was freed of its wrapping.
    """

    kind: str
    rule: str
    sql: str
    unchanged: str
    masked: str
    masked_unchanged: str
    table: Name
    column: str
    conditions: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What a way of serving a statement costs: the planner's cost, the milliseconds saved over the counters' period, the new
    indexes it needs (none: those that are there serve it) and their bytes, and the indexes that are there which it reads."""

    cost: float
    saving_ms: float
    indexes: tuple[Index, ...] = ()
    size_bytes: int = 0
    existing: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedRewriting:
    """A rewriting of the statement `queryid` as it may be printed, with the price of all ways: as it is, rewritten with the
    indexes that are there, rewritten with the new index that serves it best, and not rewritten with the index that does."""

    queryid: int
    kind: str
    rule: str
    sql: str
    table: Name
    column: str
    conditions: tuple[str, ...]
    cost_before: float
    total_ms: float
    rewritten: Price
    rewritten_and_indexed: Price
    indexed: Price | None  # None: no index helps the statement as it is
    assumed: tuple[str, ...] = ()
