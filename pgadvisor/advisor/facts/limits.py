"""Bounds that more than one step of the advice shares."""

TOO_SMALL_PAGES = 10  # a table of fewer pages is read whole faster than an index is searched
SMALL_TABLE_ROWS = 300  # fewer in few pages: the same
MOST_KEY_COLUMNS = 4
MOST_INCLUDED_COLUMNS = 5
MOST_CANDIDATES = 30  # per query
BRIN_LEAST_PAGES = 1_280  # ten ranges of 128 pages: of a smaller table each range is too large a part
BRIN_LEAST_CORRELATION = 0.9
BRIN_MOST_MOVED = 0.1  # of the rows, by updates
HASH_LEAST_WIDTH_BYTES = 64
RARE_FRACTION = 0.25  # of the rows; a predicate that holds for more is no use as a partial index's
INFERRED_RARE_FRACTION = 0.05  # the same where the value was inferred, not read
WIDEST_KEY_BYTES = 500  # on average; a B-tree refuses a row whose keys exceed 2704 bytes
WIDEST_INCLUDED_BYTES = 100  # of all included columns together
MOSTLY_VISIBLE_FRACTION = 0.5  # of the pages; below, an index-only scan visits the table for most rows
BRIN_MIDDLING_CORRELATION = 0.5  # from here on minmax_multi may do what minmax cannot
LEAST_COMBINED_ROWS = 100  # of one condition: fewer are filtered by the others without an index for all
LEAST_COVERED_ROWS = 30  # fetched a call; fewer visits to the table are not worth a wider index
MOST_INFERRED_STATES = 20  # distinct values of a column whose inferred value may become a partial index's
DOMINANT_FRACTION = 0.8  # of the rows have the one value that the others are told from
MANY_INDEXES = 10  # on one table: one more is no small matter
WRITE_HEAVY_SHARE = 0.5  # of the time spent on a table goes into writing it
HARMLESS_RATIO = 10.0  # a saving at least so many times the write cost, each at its worst, outweighs both
