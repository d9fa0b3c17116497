"""Most updates of a table cannot be HOT: they write to every index although few columns change.

Why it matters: a HOT update writes one row version and no index entry, and its dead version is cleaned up by the next
reader. An update that sets a column of any index, or that finds no room in the page, writes to all indexes of the table
and leaves the cleaning to VACUUM.

What to do: drop indexes that hold a column which updates set often, when their readers can do without; where no index
holds one, leave room in the pages with a lower fillfactor.

When to leave it: when the readers of those indexes are worth more than the writes.

PostgreSQL manual: https://www.postgresql.org/docs/current/storage-hot.html
"""

from pgadvisor.model.catalog import ExistingIndex, Table
from pgadvisor.model.finding import Finding, Level
from pgadvisor.model.index import Index
from pgadvisor.model.workload import Query
from pgadvisor.parse.expressions import columns_named
from pgadvisor.rules.index_facts import has_duty
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, effect, finding_id

FEWEST_UPDATES = 10_000
MANY_UPDATES = 1_000_000
LEAST_HOT = 0.5
BRIN_MAY_BE_HOT = 16  # since this major an update of a column that only BRIN indexes hold can be HOT


def find(facts: Facts) -> tuple[Finding, ...]:
    found = []
    for table in facts.lookup.snapshot.tables:
        updates = _updates(table, facts) if _loses(table) else []
        if updates:
            found.append(_finding(table, updates, facts))
    return tuple(found)


def _loses(table: Table) -> bool:
    usage = table.usage
    return usage is not None and usage.rows_updated >= FEWEST_UPDATES and usage.rows_hot_updated < LEAST_HOT * usage.rows_updated


def _updates(table: Table, facts: Facts) -> list[Query]:
    """The statements that update it; without them nothing can be said of the cause."""
    return [
        q for q, i in facts.reads.get(table.name, ()) if any(position == i for position, _ in q.assigned) and q.kind == "update"
    ]


def _finding(table: Table, updates: list[Query], facts: Facts) -> Finding:
    assert table.usage is not None
    culprits = _culprits(table, updates, facts)
    names = tuple(sorted(str(index.name) for index in culprits))
    share = table.usage.rows_hot_updated / table.usage.rows_updated
    cause = f"They set columns of {', '.join(names)}." if names else "They set no indexed column, so the pages had no room left."
    return Finding(
        id=finding_id("hot-update-loss", table.name),
        rule="hot-update-loss",
        severity=Level.MEDIUM if table.usage.rows_updated >= MANY_UPDATES else Level.LOW,
        confidence=Level.MEDIUM,
        title=f"Only {share:.0%} of the updates of {table.name} are HOT",
        message=f"{count_text(table.usage.rows_updated, 'row')} were updated. {cause} Each of the others wrote to every index.",
        help=_help(table, culprits, facts),
        refute="compare n_tup_hot_upd with n_tup_upd in pg_stat_user_tables before and after the change",
        tables=(table.name,),
        statements=tuple(effect(query) for query in updates),
        evidence=(
            ("rows_updated", table.usage.rows_updated),
            ("hot_fraction", round(share, 4)),
            ("indexes", names),
            ("options", table.options),
        ),
    )


def _culprits(table: Table, updates: list[Query], facts: Facts) -> list[ExistingIndex]:
    known = facts.lookup.tables.keys()
    set_columns = {c for q in updates for i, c in q.assigned if q.relations[i].table == table.name and table.name in known}
    brin_counts = facts.lookup.snapshot.server.major < BRIN_MAY_BE_HOT
    held = [
        i for i in facts.lookup.indexes.get(table.name, ()) if i.definition and (brin_counts or i.definition.method != "brin")
    ]
    return [i for i in held if i.definition and set_columns & _columns_read(i.definition)]


def _columns_read(index: Index) -> frozenset[str]:
    """Every column that an update must leave alone to be HOT: of keys, included, of expressions and of the predicate
    (RelationGetIndexAttrBitmap, src/backend/utils/cache/relcache.c)."""
    texts = [key.expression for key in index.keys if key.expression is not None] + ([index.where] if index.where else [])
    return frozenset((*index.columns, *index.include)).union(*(columns_named(text) for text in texts))


def _help(table: Table, culprits: list[ExistingIndex], facts: Facts) -> str:
    optional = [index for index in culprits if not index.unique and not has_duty(index, facts)]
    if optional:
        return f"ask whether the readers of {', '.join(str(index.name) for index in optional)} can do without"
    if culprits:
        return "set the columns of constraints only when they change"
    return f"ALTER TABLE {table.name} SET (fillfactor = 85); it holds for pages written from then on"


RULE = Rule("hot-update-loss", find, __doc__ or "")
