"""What the planner reckons too much of a BRIN search.

brincostestimate (src/backend/utils/adt/selfuncs.c) finds how many ranges of pages are read. From the rows in them
compute_bitmap_pages (src/backend/optimizer/path/costsize.c) then works out pages as if these rows lay all over the table, by
the formula of Mackert and Lohman, and prices them as half random reads. But the ranges are what is read, page after page. Where
one range of a table of 50 MB is read that makes a cost of 6,000 in place of 150, and BRIN hardly better than reading everything.
"""

from collections.abc import Callable
from math import sqrt

from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import PlanNode
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.files import pages_of


def scattered_cost(root: PlanNode, index_named: Callable[[Name], Index | None], lookup: Lookup) -> float:
    """What all BRIN searches of a plan would cost less with their pages read in order; one that a join repeats counts once.
    `index_named` knows the indexes that are not in production."""
    return sum(_overrated(node, index_named, lookup) for node in root.walk() if node.kind == "Bitmap Heap Scan")


def _overrated(node: PlanNode, index_named: Callable[[Name], Index | None], lookup: Lookup) -> float:
    table = lookup.tables.get(node.relation) if node.relation is not None else None
    search = node.children[0] if len(node.children) == 1 else None
    if table is None or search is None or search.index is None:
        return 0.0
    name = Name(table.name.schema, search.index)
    existing = lookup.index_by_name.get(name)
    index = existing.definition if existing is not None else index_named(name)
    pages = float(pages_of(table.size_bytes, table.pages))
    if index is None or index.method != "brin" or pages < 1.0 or table.rows <= 0.0:
        return 0.0
    sequential, random = lookup.setting_number("seq_page_cost", 1.0), lookup.setting_number("random_page_cost", 4.0)
    thought = min(pages, 2.0 * pages * search.rows / (2.0 * pages + search.rows))
    each = random - (random - sequential) * sqrt(thought / pages) if thought >= 2.0 else random
    read = pages * min(1.0, search.rows / table.rows)
    return max(0.0, min(thought * each - read * sequential, node.total_cost - search.total_cost))
