"""`Query`: one understood statement. What `parse` finds out and everything else reads."""

from dataclasses import dataclass, field

from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Skipped
from pgadvisor.model.statement import Counters, Statement


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as a statement uses it. `alias` is the name it goes by; `role` is read, target or both (UPDATE, DELETE)."""

    table: Name
    alias: str
    role: str = "read"
    scope: int = 0  # 0 the outermost query, others its subqueries, CTEs and view bodies
    outer: bool = False  # on the nullable side of an outer join
    view: Name | None = None  # the view it was reached through


@dataclass(frozen=True, slots=True)
class Key:
    """A column of a relation, or an expression over that one relation's columns.

    `relation` is the position in `Query.relations`. `expression` is SQL with unqualified column names;
    `columns` are the columns it reads.
    """

    relation: int
    column: str | None
    expression: str | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operand:
    """The other side of a comparison.

    `kind`: parameter (one $n), parameters (a list of $n), constant, constants, null, key (a column elsewhere, see `key`),
    subquery, expression (anything else; `parameters` lists the $n in it). `values` holds constants as SQL literals' text,
    without quotes.
    """

    kind: str
    parameters: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    key: Key | None = None
    sql: str | None = None
    squashed: bool = False  # IN ($1 /*, ... */): one element stands for a list of unknown length


@dataclass(frozen=True, slots=True)
class Predicate:
    """`key operator operand`.

    `operator` is SQL's own in lower case: =, <>, <, <=, >, >=, in, not in, like, not like, ilike, ~, ~*, @>, <@, ?, ?|, ?&,
    &&, @@, %, <->, is null, is not null, is true, is false, is distinct from … ; `= ANY (array)` is `in` with
    `array=True`. A range predicate of BETWEEN is given as its two halves.
    `conjunct`: it must hold for every row (top-level AND of WHERE or of an inner join's ON); otherwise `branch` numbers
    the OR arm it stands in, or it stands under NOT or in an outer join's ON.
    `disjunction` numbers the OR whose arms must hold one or another for every row (None for an OR inside an OR).
    `searchable`: an index on the key can find the rows; so too a condition in the ON of an outer join on the side that may
    be missing, which is no conjunct. `row` is set for one column of a row comparison `(a, b) > ($1, $2)`: the comparison's
    number and the column's place in it. `= any` is `value = ANY (key)`, the key being an array.
    """

    key: Key
    operator: str
    operand: Operand
    conjunct: bool = True
    branch: int | None = None
    array: bool = False
    negated: bool = False
    searchable: bool = True
    disjunction: int | None = None
    row: tuple[int, int] | None = None
    collation: str | None = None  # of an explicit COLLATE


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of ORDER BY, DISTINCT ON or min/max, with its direction spelled out."""

    key: Key
    descending: bool = False
    nulls_first: bool = False
    collation: str | None = None  # of an explicit COLLATE


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order that a scope asks for; `complete` is False where a key is not over a single relation."""

    scope: int
    keys: tuple[OrderKey, ...]
    limited: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """LIMIT or OFFSET of a scope: a constant, or a parameter's number."""

    scope: int
    count: int | None = None
    count_parameter: int | None = None
    offset: int | None = None
    offset_parameter: int | None = None


@dataclass(frozen=True, slots=True)
class Vector:
    """SQL for the `$n` of a statement as the application sent it, `calls` times as often as is known.

    `sent`: the `$n` that came as parameters of the protocol; the others stood in the text as constants.
    """

    literals: tuple[tuple[int, str], ...] = field(repr=False)
    calls: int
    sent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that was understood. `sql` is its text as read, `normalised` the printable text without literals.

    `statements` are the rows of pg_stat_statements that are this one statement (several users, toplevel or not).
    `output` are the columns read above the scans, `assigned` those that INSERT or UPDATE sets, both (relation, column).
    """

    fingerprint: str
    queryid: int
    label: str | None
    kind: str  # select, insert, update, delete, merge
    sql: str
    normalised: str
    search_path: tuple[str, ...]
    counters: Counters
    measured: bool = True
    statements: tuple[Statement, ...] = ()
    relations: tuple[Relation, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    orderings: tuple[Ordering, ...] = ()
    limits: tuple[Limit, ...] = ()
    groupings: tuple[tuple[Key, ...], ...] = ()
    distinct: bool = False
    output: tuple[tuple[int, str], ...] = ()
    assigned: tuple[tuple[int, str], ...] = ()
    whole_rows: bool = False  # SELECT *, or a whole-row reference
    aggregates: tuple[str, ...] = ()
    minmax: tuple[OrderKey, ...] = ()  # min(x), max(x) of an ungrouped scope, as the order that answers it
    functions: tuple[str, ...] = ()
    parameters: tuple[int, ...] = ()
    locking: bool = False  # FOR UPDATE, FOR SHARE
    toplevel: bool = True
    vectors: tuple[Vector, ...] = ()  # real ones, from the server's log
    logged_calls: int = 0  # executions in the log

    @property
    def rows_counted(self) -> bool:
        """Whether `counters.rows` says anything: the server's log does not tell rows."""
        return not self.statements or any(not statement.logged for statement in self.statements)

    @property
    def tables(self) -> tuple[Name, ...]:
        """The tables it touches, each once, in order of appearance."""
        return tuple(dict.fromkeys(relation.table for relation in self.relations))


@dataclass(frozen=True, slots=True)
class Unread:
    """A statement that was not analysed, and why; it still counts in the coverage."""

    statement: Statement
    reason: str
    normalised: str | None = None  # printable, where one could be made


@dataclass(frozen=True, slots=True)
class Run:
    """The log shows `child` many times in a row, each time with other constants, in one session, after `parent`; None where
    only the child is sure, all in one transaction block. Both are positions in `Workload.queries`.

    `runs` were seen, of `calls` executions together, `blocks` of them inside a transaction block; `parent_calls` and
    `child_calls` is how often the log has the two.
    """

    child: int
    parent: int | None
    runs: int
    calls: int
    blocks: int
    parent_calls: int
    child_calls: int


@dataclass(frozen=True, slots=True)
class Workload:
    """Every statement read, understood or not."""

    queries: tuple[Query, ...]
    unread: tuple[Unread, ...] = ()
    skipped: tuple[Skipped, ...] = field(default=())
    runs: tuple[Run, ...] = ()

    @property
    def total_ms(self) -> float:
        return sum(q.counters.total_ms for q in self.queries) + sum(u.statement.counters.total_ms for u in self.unread)
