"""A table was never analysed, or has changed much since it was.

Why it matters: the planner chooses by the statistics; with old ones it takes large tables for small and rare values for
frequent ones, and picks plans that are slower by orders of magnitude. Advice here rests on the same statistics.

What to do: ANALYZE the table now, and lower autovacuum_analyze_scale_factor for it when it gets there again.

When to leave it: right after a bulk load or migration, when autovacuum has not had its turn yet.

PostgreSQL manual: https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS
"""

from pgadvisor.model.catalog import Table
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.rules.rule import BLOCK_BYTES, Facts, Rule
from pgadvisor.rules.wording import count_text, finding_id

FEWEST_CHANGES = 10_000
SAME_LENGTH = 1.1
MUCH_TIME = 0.1  # of the workload's
CHANGED_FRACTION = 0.3  # autovacuum analyses after 10 % by default


def find(facts: Facts) -> tuple[Finding, ...]:
    stale = ((table, why) for table in facts.lookup.snapshot.tables if (why := _why(table, facts)))
    return tuple(_finding(table, why, facts) for table, why in stale)


def is_stale(table: Table, facts: Facts) -> bool:
    """Whether its statistics are too old, or missing, to say anything of its rows now."""
    return _why(table, facts) is not None


def _why(table: Table, facts: Facts) -> str | None:
    if table.kind not in ("r", "m") or table.persistence == "t" or table.usage is None:
        return None
    if facts.lookup.never_analysed(table.name):
        return f"{table.name} has {count_text(table.usage.rows_live, 'row')} and was never analysed"
    changes = table.usage.rows_modified_since_analyze
    if changes >= max(FEWEST_CHANGES, CHANGED_FRACTION * table.rows) and not _counted_late(table):
        then = count_text(max(0.0, table.rows), "row")
        return f"{count_text(changes, 'row')} of {table.name} changed since it was analysed, of {then} then"
    return None


def _counted_late(table: Table) -> bool:
    """Only inserts are counted, yet the table is as long as when it was analysed.

    A session hands in its counters with delay, so that rows loaded just before an ANALYZE are counted after it.
    """
    usage = table.usage
    if usage is None or table.size_bytes is None or usage.rows_updated + usage.rows_deleted >= FEWEST_CHANGES:
        return False
    return table.size_bytes <= SAME_LENGTH * table.pages * BLOCK_BYTES


def _finding(table: Table, why: str, facts: Facts) -> Finding:
    assert table.usage is not None
    return Finding(
        id=finding_id("stale-statistics", table.name),
        rule="stale-statistics",
        severity=_severity(table, facts),
        confidence=Level.HIGH,
        title=f"Statistics of {table.name} are out of date",
        message=f"{why}. {_consequence(table, facts)}"
        "ANALYZE reads a sample and blocks neither reads nor writes (SHARE UPDATE EXCLUSIVE).",
        help=f"ANALYZE {table.name}, and ask why autovacuum does not",
        refute="look at last_autoanalyze in pg_stat_user_tables: autovacuum may be on its way",
        tables=(table.name,),
        evidence=(
            ("rows_modified_since_analyze", table.usage.rows_modified_since_analyze),
            ("rows", int(table.rows)),
            ("rows_live", table.usage.rows_live),
        ),
        changes=(Change("analyze", table.name, f"ANALYZE {table.name}"),),
    )


def _severity(table: Table, facts: Facts) -> Level:
    """High where nothing is known of a table on which much of the time is spent."""
    reads = [query for query, _ in facts.reads.get(table.name, ())]
    if not reads:
        return Level.LOW
    blind = facts.lookup.never_analysed(table.name)
    return Level.HIGH if blind and sum(facts.share(query) for query in reads) >= MUCH_TIME else Level.MEDIUM


def _consequence(table: Table, facts: Facts) -> str:
    return "No index is advised on it before that is done. " if facts.lookup.never_analysed(table.name) else ""


RULE = Rule("stale-statistics", find, __doc__ or "")
