"""B-trees for LIKE 'x%': the prefix is a range, where the collation or the operator class compares byte by byte."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.build import btree, fixed, keys_of
from pgadvisor.model.index import Index
from pgadvisor.model.workload import Predicate
from pgadvisor.parse.patterns import beginning, pattern_parts

_REVERSED = re.compile(r"\(*reverse\(('%|\$\d+\))", re.IGNORECASE)


def prefix_patterns(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """(a, x text_pattern_ops) for a = … and x LIKE 'abc%'; a parameter may be a prefix."""
    points = keys_of(fixed(access))
    for predicate in access.predicates:
        key = access.keys.key(predicate.key) if may_be_prefix(predicate) and access.keys.is_text(predicate.key) else None
        if key is not None:
            searched = replace(key, opclass=access.keys.pattern_class(predicate.key))
            if points:
                yield from btree(access, [*points[:2], searched])
            yield from btree(access, [searched])


def may_be_prefix(predicate: Predicate) -> bool:
    """Whether the pattern begins with something else than a wildcard, as far as it is known."""
    operand = predicate.operand
    if predicate.operator == "like":
        starts = [value[:1] not in ("", "%", "_") for value in operand.values]
        return all(starts) if starts else operand.kind == "parameter" or _grows(operand.sql)
    return predicate.operator == "~" and bool(operand.values) and all(_anchored(value) for value in operand.values)


def _grows(sql: str | None) -> bool:
    """`$1 || '%'`: a prefix with the wildcard put behind it by the statement; or a suffix reversed."""
    if sql is None or _REVERSED.match(sql):
        return sql is not None
    return len(pattern_parts(sql)) > 1 and beginning(sql) != "open"


def _anchored(pattern: str) -> bool:
    return len(pattern) > 1 and pattern[0] == "^" and pattern[1].isalnum()
