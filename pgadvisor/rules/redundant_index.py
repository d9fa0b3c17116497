"""A B-tree index is the beginning of a wider one, which answers everything it answers.

Why it matters: both are written by every INSERT and every UPDATE that is not HOT; the narrow one saves its readers
little or nothing.

What to do: drop the narrow one. The wider index has the same first keys in the same directions (or all of them reversed:
a B-tree is read both ways), the same operator classes, collations and predicate.

When to leave it: when the wider index is many times larger and the narrow one is read very often, above all by scans of
many rows; then the narrow one can be the better of the two.

PostgreSQL manual: https://www.postgresql.org/docs/current/indexes-multicolumn.html
"""

from pgadvisor.model.catalog import ExistingIndex
from pgadvisor.model.finding import Finding, Level
from pgadvisor.rules.coverage import Covered, covered_indexes
from pgadvisor.rules.index_facts import drop_change, drop_lock, index_size_bytes
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import finding_id, size_text

LARGE_BYTES = 100 * 1024**2
MUCH_WIDER = 8.0  # times the size; duplicates of narrow keys are stored once, so that 3 to 6 times is common


def find(facts: Facts) -> tuple[Finding, ...]:
    return tuple(_finding(pair, facts) for pair in covered_indexes(facts) if not pair.identical)


def _finding(pair: Covered, facts: Facts) -> Finding:
    index, kept = pair.index, pair.kept
    size, kept_size = (index_size_bytes(one, facts) for one in (index, kept))
    much_wider = kept_size > MUCH_WIDER * max(size, 1) and kept_size > LARGE_BYTES
    return Finding(
        id=finding_id("redundant-index", index.name, kept.name),
        rule="redundant-index",
        severity=Level.MEDIUM if size >= LARGE_BYTES else Level.LOW,
        confidence=Level.MEDIUM if much_wider else Level.HIGH,
        title=f"{index.name} is covered by {kept.name}",
        message=(
            f"The keys of {index.name} ({size_text(size)}) are {_how(index, kept)} of {kept.name} ({size_text(kept_size)}), "
            f"which finds and sorts the same rows. Every write to {index.table} maintains both. "
            + ("Scans of many rows will read more pages of the wider index. " if much_wider else "")
            + drop_lock(index)
        ),
        help=f"drop {index.name}",
        refute=f"hide {index.name} in the shadow and compare the costs of the statements that read it, first those of many rows",
        tables=(index.table,),
        evidence=(
            ("index", str(index.name)),
            ("kept_index", str(kept.name)),
            ("size_bytes", size),
            ("kept_size_bytes", kept_size),
            ("scans", index.scans),
        ),
        changes=(drop_change(index, facts),),
    )


def _how(index: ExistingIndex, kept: ExistingIndex) -> str:
    assert index.definition is not None and kept.definition is not None
    first = kept.definition.keys[: len(index.definition.keys)]
    words = "the first keys" if len(kept.definition.keys) > len(first) else "the keys"
    return words if first == index.definition.keys else f"{words}, read backwards,"


RULE = Rule("redundant-index", find, __doc__ or "")
