"""Estimated sizes against those that `benchmarks.tpc` built: `python -m benchmarks.sizes_built DSN SIZES.json [-v]`.

SIZES.json has bytes by definition (the file of `--sizes`); DSN is the database they were built of. Definitions with a predicate
or an expression are left out. Prints the error of B-trees on one key, on several, and with INCLUDE columns: the median with its
sign, the median and the 90th percentile without it, the worst, and that of the sum of all.
"""

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path
from statistics import median

from tabulate import tabulate

from pgadvisor.collect import collect
from pgadvisor.connect import open_session
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.sizes import index_size_bytes

_PLAIN = re.compile(
    r"create index on (?:public\.)?(\w+) (?:using btree )?\(([\w, ]+)\)(?: include \(([\w, ]+)\))?", re.IGNORECASE
)


def read_definition(definition: str) -> Index | None:
    """A plain B-tree; None for any other index."""
    found = _PLAIN.fullmatch(definition.strip().rstrip(";"))
    if found is None:
        return None
    keys = tuple(IndexKey(key.strip()) for key in found[2].split(","))
    included = tuple(column.strip() for column in (found[3] or "").split(",") if column.strip())
    return None if any(" " in str(key.column) for key in keys) else Index(Name("public", found[1]), keys, include=included)


def kind_of(index: Index) -> str:
    return "with INCLUDE" if index.include else "several keys" if len(index.keys) > 1 else "one key"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dsn")
    parser.add_argument("sizes", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="print each that is off by more than 5 %%")
    given = parser.parse_args()
    with open_session(given.dsn, command="benchmark") as session:
        lookup = Lookup(collect(session))
    found: dict[Index, int] = {}
    for definition, size in json.loads(given.sizes.read_text()).items():
        index = read_definition(definition)
        if index is not None:
            found[index] = size
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, size in found.items():
        estimated = index_size_bytes(index, lookup)
        for kind in (kind_of(index), "all"):
            groups[kind].append((estimated, size))
        if given.verbose and abs(estimated / size - 1) > 0.05:
            print(f"  {estimated / size - 1:+7.1%}  {size // 8192:6} pages, estimated {estimated // 8192:6}  {index.sql('i')}")
    rows = []
    for kind, sizes in groups.items():
        errors = [estimated / size - 1 for estimated, size in sizes]
        ranked = sorted(map(abs, errors))
        whole = sum(estimated for estimated, _ in sizes) / sum(size for _, size in sizes) - 1
        shown = (median(errors), median(ranked), ranked[int(len(ranked) * 0.9)], ranked[-1], whole)
        rows.append((kind, len(sizes), *(f"{one:.1%}" for one in shown)))
    print(tabulate(rows, headers=("B-trees", "indexes", "with its sign", "median", "p90", "worst", "sum"), tablefmt="github"))


if __name__ == "__main__":
    main()
