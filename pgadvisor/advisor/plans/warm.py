"""What a scan costs where all pages are in memory.

The planner takes a page that is read for the first time for 1 (in sequence) or 4 (at random), and a page that the query has read
before for nothing (Mackert and Lohman, src/backend/optimizer/path/costsize.c). In memory neither holds: no visit needs a disk,
and every further one still has to find the buffer, pin it and wait for lines that are not in the processor's cache. So index
scans that gather a table's rows one by one are dearer than the plan says, and what an index saves by having fewer pages than its
table is worth less. Here every page visited costs the same, however often it was seen. The manual says to lower both page
costs, and to set them equal, where the database is cached (runtime-config-query, random_page_cost).

A row of an index-only scan is looked up in the visibility map, one by one, which the planner takes for nothing too, while a scan
of the table settles a page's rows at once: it counts as half a tuple more. A row of a bitmap is put there, sorted and found
again: one tuple more. BRIN puts no rows there but pages, whose rows are looked at as in a scan of the table.
"""

import re
from collections.abc import Collection

from pgadvisor.advisor.facts.columns import column_facts
from pgadvisor.advisor.facts.tables import pages_of, rows_of
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import PlanNode
from pgadvisor.model.snapshot import Lookup

VISIT_TUPLES = 20.0  # a page visited, in tuples looked at (cpu_tuple_cost): fitted on built indexes, docs/benchmarks.md
_FREQUENT = 4.0  # times as many rows as the average value
_ENTRIES_A_PAGE = 50.0  # of an index, of wide keys
_COLUMN = r"\b{alias}\.(\w+|\"[^\"]+\")"
_EQUAL = re.compile(r"\)*(?:::[\w ]+\)*)? = ")


class Warm:
    """Prices of scans in the planner's unit, under the server's settings."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        cost = lookup.setting_number
        self._seq_page, self._random_page = cost("seq_page_cost", 1.0), cost("random_page_cost", 4.0)
        self._tuple, operator = cost("cpu_tuple_cost", 0.01), cost("cpu_operator_cost", 0.0025)
        self._index_tuple = cost("cpu_index_tuple_cost", 0.005) + operator
        self._fetched_tuple = self._index_tuple + self._tuple + operator
        self._checked_tuple = self._tuple + 2.0 * operator
        self._visit = VISIT_TUPLES * self._tuple
        self._descent = 50.0 * 3.0 * operator  # DEFAULT_PAGE_CPU_MULTIPLIER, for three levels

    def price(self, node: PlanNode, used: Collection[Index] = ()) -> float | None:
        """The cost of a scan of a table; None for other nodes. `used` are the new indexes that the plan reads."""
        if node.relation is None or node.relation not in self._lookup.tables:
            return None
        pages = pages_of(node.relation, self._lookup)
        if node.kind == "Seq Scan":
            return max(0.0, node.total_cost - pages * self._seq_page) + pages * self._visit
        if node.kind == "Bitmap Heap Scan":
            found = sum(child.rows for child in node.children)
            if self._summarized(node, node.relation, used):
                read = pages * min(1.0, found / (rows_of(node.relation, self._lookup) or 1.0))
                return min(node.total_cost, self._descent + found * self._checked_tuple) + read * self._visit
            work = self._descent + found * (self._fetched_tuple + self._tuple)
            return min(node.total_cost, work) + min(found, pages) * self._visit
        if node.kind == "Index Only Scan":
            work = min(node.total_cost, self._descent + node.rows * self._fetched_tuple)
            return (
                work + node.rows * self._tuple / 2 + (node.total_cost - work) / max(self._random_page, self._visit) * self._visit
            )
        if node.kind == "Index Scan":
            return self._index_scan(node, node.relation, pages, used)
        return None

    def _index_scan(self, node: PlanNode, table: Name, pages: int, used: Collection[Index]) -> float:
        pages_a_row = self._pages_a_row(node, table, pages, used)
        tuples = self._fetched(node, table, pages_a_row, used)
        return self._descent + tuples * (self._fetched_tuple + pages_a_row * self._visit) + self._filtering(node, tuples, pages)

    def looked_at(self, node: PlanNode, used: Collection[Index] = ()) -> float:
        """The rows that a scan of a table looks at, before its filter takes its part."""
        table = node.relation
        if table is None or node.filter is None or table not in self._lookup.tables:
            return node.rows
        if node.kind == "Seq Scan":
            return max(node.rows, rows_of(table, self._lookup) or 0.0)
        if node.kind == "Bitmap Heap Scan":
            return max(node.rows, sum(child.rows for child in node.inputs))
        return self._fetched(node, table, self._pages_a_row(node, table, pages_of(table, self._lookup), used), used)

    def _pages_a_row(self, node: PlanNode, table: Name, pages: int, used: Collection[Index]) -> float:
        """Pages visited for each row that the index gives: 1 where rows lie anywhere, the table's where they are in order."""
        columns, rows = _columns(node), rows_of(table, self._lookup) or 1.0
        first = next(iter(columns), None) or self._first_column(node, table, used)
        in_order = self._in_order(table, first, columns, node.rows / rows) if first is not None else 0.0
        return (1.0 - in_order) + in_order * min(1.0, pages / rows)

    def _filtering(self, node: PlanNode, tuples: float, pages: int) -> float:
        """What the filter costs beyond comparisons, as where it calls functions: the part of the planner's cost that neither rows
        nor pages explain, each page of the table and of the index having been read."""
        if node.filter is None:
            return 0.0
        tuples = max(1.0, tuples)
        read = min(tuples, pages) + 1.0 + tuples / _ENTRIES_A_PAGE
        return max(0.0, node.total_cost - self._descent - tuples * self._fetched_tuple - read * self._random_page)

    def _in_order(self, table: Name, first: str, columns: dict[str, bool], fraction: float) -> float:
        """How far rows lie in the order of the index, 0 to 1. Those of a value that is far more frequent than others lie
        everywhere, whatever the order of the others is."""
        facts = column_facts(self._lookup, table, first)
        if columns.get(first) and fraction > _FREQUENT / facts.distinct:
            return 0.0
        return (facts.correlation or 0.0) ** 2

    def _fetched(self, node: PlanNode, table: Name, pages_a_row: float, used: Collection[Index]) -> float:
        """Rows that the index gives, before the filter takes its part."""
        if node.filter is None:
            return node.rows
        columns, rows = _columns(node), rows_of(table, self._lookup) or 1.0
        index = self._index(node, table, used)
        if not columns and (index is None or index.where is None):
            found = rows
        elif columns and all(columns.values()):
            keys = 1.0
            for column in columns:
                keys *= column_facts(self._lookup, table, column).distinct
            found = rows / min(keys, rows)
        else:
            found = node.total_cost / (self._fetched_tuple + pages_a_row * self._random_page)
        return max(node.rows, min(found, node.total_cost / self._fetched_tuple))

    def _summarized(self, node: PlanNode, table: Name, used: Collection[Index]) -> bool:
        """Whether the rows come from a BRIN index: whole ranges of pages, one after the other."""
        names = [Name(table.schema, child.index) for child in node.children if child.index is not None]
        existing = [self._lookup.index_by_name[name].definition for name in names if name in self._lookup.index_by_name]
        known = existing or [one for one in used if one.table == table]
        return any(one is not None and one.method == "brin" for one in known)

    def _first_column(self, node: PlanNode, table: Name, used: Collection[Index]) -> str | None:
        known = self._index(node, table, used)
        return known.keys[0].column if known is not None else None

    def _index(self, node: PlanNode, table: Name, used: Collection[Index]) -> Index | None:
        existing = self._lookup.index_by_name.get(Name(table.schema, node.index or ""))
        return existing.definition if existing is not None else next((one for one in used if one.table == table), None)


def _columns(node: PlanNode) -> dict[str, bool]:
    """The columns of the scan's index condition in its order, and whether each is compared for equality with one value."""
    text = node.index_condition or ""
    found: dict[str, bool] = {}
    for match in re.finditer(_COLUMN.format(alias=re.escape(node.alias or "")), text):
        equal = _EQUAL.match(text, match.end())
        found.setdefault(match.group(1).strip('"'), equal is not None and not text.startswith("ANY", equal.end()))
    return found
