"""The planner takes columns for independent that are not, or knows far too few distinct values: its row counts are wrong.

Why it matters: for `city = $1 AND zip = $2` the planner multiplies two fractions, although the zip says the city; it then
expects a row where thousands come, and joins them by loops. No index cures that, and one chosen on such an estimate may be
the wrong one. It is found where statements returned many times the rows that any values of the columns could explain.

What to do: CREATE STATISTICS on the columns, then ANALYZE; where a column's number of distinct values was sampled wrong, set
n_distinct. Both cost ANALYZE a little and writes nothing.

When to leave it: when the statement's plan would be the same with the right number, as for a single table read by its only
useful index; or when the rows came from one unusual time.

PostgreSQL manual: https://www.postgresql.org/docs/current/planner-stats.html#PLANNER-STATS-EXTENDED
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from pgadvisor.model.catalog import ColumnStatistics, Table
from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.workload import Predicate, Query
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.stale_statistics import is_stale
from pgadvisor.rules.wording import count_text, effect, finding_id, per_call

LEAST_FACTOR = 5.0  # between rows as estimated and as counted
LEAST_ROWS = 100.0  # a call, on the larger side: wrong estimates of few rows do no harm
LEAST_CALLS = 100  # for what a mean of calls has to say of one column
LEAST_DISTINCT_FACTOR = 10.0
HIT = 0.95  # rows a call from which nearly all values asked for exist
MOST_COLUMNS = 8  # STATS_MAX_DIMENSIONS
MEDIUM_SHARE = 0.01  # of the workload's time
LONGEST_NAME = 63
_MULTIPLIERS = ("unnest", "generate_series", "generate_subscripts", "json", "regexp_split_to_table", "string_to_table")
_UNORDERED = ("json", "xml", "point", "box", "path", "polygon", "line", "lseg", "circle")  # no default B-tree operator class
_EQUALITY, _GROUPS = "dependencies, ndistinct", "ndistinct"
# For values outside its list MCV statistics keep the product of fractions (mcv_combine_selectivities,
# src/backend/statistics/mcv.c), and dependencies are not asked then: they are of use where the list can hold all values.
_FEW_VALUES = "dependencies, mcv, ndistinct"
DEFAULT_TARGET = 100


@dataclass(frozen=True, slots=True)
class _Misled:
    """A statement whose rows its columns' statistics cannot explain: rows a call as estimated (at most, for equality whose
    values are not known) and as counted."""

    query: Query
    table: Table
    columns: tuple[str, ...]
    estimated: float
    counted: float
    kinds: str = _EQUALITY
    proven: bool = True


def find(facts: Facts) -> tuple[Finding, ...]:
    found: dict[tuple[Name, frozenset[str]], list[_Misled]] = defaultdict(list)
    for query in facts.workload.queries:
        misled = _misled(query, facts)
        if misled is not None:
            found[misled.table.name, frozenset(misled.columns)].append(misled)
    return tuple(_finding(group, facts) for group in found.values())


def _misled(query: Query, facts: Facts) -> _Misled | None:
    """What is wrong with the statement's estimate; None where nothing is, or more than its columns could be the cause."""
    if len(query.relations) != 1 or not query.measured or not query.rows_counted or query.counters.calls <= 0:
        return None
    table = facts.lookup.tables.get(query.relations[0].table)
    if table is None or table.kind not in ("r", "m") or facts.lookup.partitions.get(table.name) or is_stale(table, facts):
        return None
    if query.kind not in ("select", "update", "delete") or any(_multiplies(name) for name in query.functions):
        return None
    return _of_groups(query, table, facts) or _of_equality(query, table, facts) or _of_one_column(query, table, facts)


def _multiplies(function: str) -> bool:
    return function.startswith(_MULTIPLIERS)


def _counted(query: Query) -> float:
    return query.counters.rows / query.counters.calls


def _of_equality(query: Query, table: Table, facts: Facts) -> _Misled | None:
    """Several columns, each equal to something: more rows came than the most frequent values of all of them together leave.

    LIMIT, grouping and further conditions only make the rows fewer, so that the comparison holds for any values.
    """
    equal = {one.key.column: one for one in query.predicates if _is_equality(one)}
    columns = tuple(column for column in equal if column is not None and _is_ordered(table, column))
    fractions = [_largest_fraction(equal[column], table, facts) for column in columns]
    if not 2 <= len(columns) <= MOST_COLUMNS or any(fraction is None for fraction in fractions):
        return None
    most = table.rows * prod(fraction for fraction in fractions if fraction is not None)
    counted = _counted(query)
    if counted < LEAST_ROWS or counted < LEAST_FACTOR * max(1.0, most) or _has_statistics(table, columns, "fm", facts):
        return None
    return _Misled(query, table, columns, max(1.0, most), counted, _kinds(table, columns, facts))


def _kinds(table: Table, columns: tuple[str, ...], facts: Facts) -> str:
    most = facts.lookup.setting_number("default_statistics_target", DEFAULT_TARGET)
    known = [facts.lookup.column_statistics(table.name, column) for column in columns]
    few = all(one is not None and 0 < one.distinct <= most for one in known)
    return _FEW_VALUES if few else _EQUALITY


def _of_groups(query: Query, table: Table, facts: Facts) -> _Misled | None:
    """GROUP BY over several columns of the whole table: one row a group, which no value has a part in."""
    estimate = facts.estimates.get((query.queryid, query.label))
    if estimate is None or len(query.groupings) != 1 or query.predicates or query.limits or _has_having(query):
        return None
    columns = tuple(key.column for key in query.groupings[0] if key.column is not None and _is_ordered(table, key.column))
    counted = _counted(query)
    if not 2 <= len(columns) == len(query.groupings[0]) <= MOST_COLUMNS or _has_statistics(table, columns, "d", facts):
        return None
    if max(counted, estimate.rows) < LEAST_ROWS or _factor(counted, estimate.rows) < LEAST_FACTOR:
        return None
    return _Misled(query, table, columns, estimate.rows, counted, _GROUPS)


def _of_one_column(query: Query, table: Table, facts: Facts) -> _Misled | None:
    """One column equal to a parameter: far fewer rows came than the least frequent value should have.

    ANALYZE reads rows page by page; where equal values stand together it sees too few different ones.
    """
    if len(query.predicates) != 1 or query.limits or query.groupings or query.distinct or query.aggregates or query.minmax:
        return None
    predicate = query.predicates[0]
    column, counted = predicate.key.column, _counted(query)
    known = facts.lookup.column_statistics(table.name, column) if column is not None else None
    if known is None or column is None or not _is_equality(predicate) or predicate.operand.kind != "parameter":
        return None
    least = table.rows * _rest_fraction(known, table)
    if query.counters.calls < LEAST_CALLS or counted < HIT or query.kind != "select" or predicate.operator != "=":
        return None
    if least < LEAST_ROWS or least < LEAST_DISTINCT_FACTOR * counted or frozenset((column,)) in facts.unique_keys[table.name]:
        return None
    return _Misled(query, table, (column,), least, counted, "", proven=False)


def _is_equality(predicate: Predicate) -> bool:
    if not predicate.conjunct or predicate.negated or predicate.key.column is None:
        return False
    single = predicate.operator == "=" and predicate.operand.kind in ("parameter", "constant")
    return single or (predicate.operator == "in" and predicate.operand.kind in ("parameters", "constants"))


def _largest_fraction(predicate: Predicate, table: Table, facts: Facts) -> float | None:
    """The largest fraction of the rows that the planner gives such a predicate, whatever its values; None where not known."""
    known = facts.lookup.column_statistics(table.name, predicate.key.column or "")
    if known is None or predicate.array or predicate.operand.squashed:
        return None
    one = max((*(known.most_common_frequencies or ()), _rest_fraction(known, table)))
    values = max(1, len(predicate.operand.parameters) or len(predicate.operand.values)) if predicate.operator == "in" else 1
    return min(1.0, one * values)


def _rest_fraction(known: ColumnStatistics, table: Table) -> float:
    """Rows that one value outside the most common ones has (var_eq_const, src/backend/utils/adt/selfuncs.c)."""
    common = known.most_common_frequencies or ()
    distinct = known.distinct if known.distinct > 0 else -known.distinct * table.rows
    return max(0.0, 1.0 - known.null_fraction - sum(common)) / max(1.0, distinct - len(common))


def _factor(one: float, other: float) -> float:
    return max(one, other) / max(1.0, min(one, other))


def _has_having(query: Query) -> bool:
    return " having " in f" {query.normalised.lower()} "


def _is_ordered(table: Table, column: str) -> bool:
    return not any(one.name == column and one.type_sql.split("(")[0] in _UNORDERED for one in table.columns)


def _has_statistics(table: Table, columns: tuple[str, ...], kinds: str, facts: Facts) -> bool:
    """Whether extended statistics of one of `kinds` (stxkind) already hold these columns; then they are to be analysed."""
    there = (one for one in facts.lookup.snapshot.extended_statistics if one.table == table.name)
    return any(set(columns) <= set(one.columns) and any(kind in one.kinds for kind in kinds) for one in there)


def _finding(group: list[_Misled], facts: Facts) -> Finding:
    group.sort(key=lambda one: (one.kinds == _GROUPS, -one.query.counters.total_ms, one.query.fingerprint))
    first = group[0]
    table, columns = first.table, first.columns
    names = ", ".join(quote_identifier(column) for column in columns)
    share = sum(facts.share(one.query) for one in group)
    verb = "return" if first.query.kind == "select" else "change"
    most = "at most " if first.kinds in (_EQUALITY, _FEW_VALUES) and first.query.parameters else ""
    return Finding(
        id=finding_id("missing-extended-statistics", table.name, *sorted(columns)),
        rule="missing-extended-statistics",
        severity=Level.MEDIUM if share >= MEDIUM_SHARE else Level.LOW,
        confidence=Level.HIGH if first.proven else Level.LOW,
        title=f"The planner's row counts for {table.name} ({names}) are wrong",
        message=(
            f"{count_text(len(group), 'statement')} {verb}{'s' if len(group) == 1 else ''} {per_call(first.counted)} rows a call "
            f"where the planner expects {most}{per_call(first.estimated)}. {_cause(first)}"
        ),
        help=_help(first, names),
        refute=_refute(first, names),
        tables=(table.name,),
        statements=tuple(effect(one.query) for one in group),
        evidence=(
            ("columns", columns),
            ("rows_per_call", round(first.counted, 2)),
            ("estimated_rows", round(first.estimated, 2)),
            ("factor", round(_factor(first.counted, first.estimated), 2)),
            ("kinds", first.kinds),
        ),
        changes=tuple(_changes(first, facts)),
    )


def _cause(misled: _Misled) -> str:
    if len(misled.columns) == 1:
        return "ANALYZE saw far too few different values of the column: equal ones stand together, and it reads by pages."
    if misled.kinds == _GROUPS:
        return "It takes the columns for independent, so that every combination of their values would occur."
    return "It takes the columns for independent; no values of them could explain so many rows."


def _help(misled: _Misled, names: str) -> str:
    if len(misled.columns) == 1:
        return f"set n_distinct of {names}, as a part of the rows where it grows with the table, and ANALYZE"
    return f"create extended statistics on {names} and ANALYZE; then look whether plans and advice are still the same"


def _refute(misled: _Misled, names: str) -> str:
    if len(misled.columns) == 1:
        return (
            f"count the distinct {names} of {misled.table.name} on a standby or a copy, and compare with n_distinct in pg_stats"
        )
    return "EXPLAIN the statement with usual values before and after ANALYZE: the rows estimated must come near those counted"


def _changes(misled: _Misled, facts: Facts) -> Iterator[Change]:
    table = misled.table.name
    if len(misled.columns) == 1:
        column = quote_identifier(misled.columns[0])
        alter = f"ALTER TABLE {table} ALTER COLUMN {column}"
        share = max(-1.0, -1.0 / max(1.0, misled.counted))
        yield Change(
            "set_n_distinct", table, f"{alter} SET (n_distinct = {share:.6g})", f"{alter} RESET (n_distinct)", misled.columns[0]
        )
    else:
        name = _free_name(misled, facts)
        own = Name(table.schema, name)
        columns = ", ".join(quote_identifier(column) for column in misled.columns)
        create = f"CREATE STATISTICS {own} ({misled.kinds}) ON {columns} FROM {table}"
        yield Change("create_statistics", table, create, f"DROP STATISTICS {own}", name)
    yield Change("analyze", table, f"ANALYZE {table}")


def _free_name(misled: _Misled, facts: Facts) -> str:
    """Table, columns and `stats`, cut to the longest allowed, numbered where taken."""
    taken = {one.name for one in facts.lookup.snapshot.extended_statistics}
    base = "_".join((misled.table.name.name, *misled.columns)).encode()
    for number in range(1000):
        end = f"_stats{number or ''}"
        name = base[: LONGEST_NAME - len(end)].decode(errors="ignore") + end
        if Name(misled.table.name.schema, name) not in taken:
            break
    return name


RULE = Rule("missing-extended-statistics", find, __doc__ or "")
