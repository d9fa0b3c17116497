"""Makes the findings of the rules and of the advisor agree with each other, puts them in order and narrows them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pgadvisor.model.finding import Change, Finding, Level
from pgadvisor.model.names import Name
from pgadvisor.model.report import Advice, Options
from pgadvisor.rules.index_facts import dropped
from pgadvisor.rules.rewritten import REWRITTEN_USES
from pgadvisor.rules.statistics_first import doubt_estimates
from pgadvisor.rules.wording import count_text

# Whose drop of an index stands where several propose it: the one that knows most about what takes its place.
_DROPS = ("missing-index", "invalid-index", "duplicate-index", "redundant-index", "unused-index")
_RELIES = {  # by evidence
    "duplicate-index": "kept_index",
    "redundant-index": "kept_index",
    "non-sargable-predicate": "index",
    "implicit-cast": "index",
}
_TAKES_OVER = ("duplicate-index", "redundant-index")
_INSTEAD_OF_INDEX = ("leading-wildcard",)  # nothing left to say once an index serves the statement
_LESS_SURE_WITH_INDEX = ("deep-offset", "non-sargable-predicate", "unbounded-result")

_EVERYTHING = Options()


def settle(findings: Iterable[Finding], advice: Advice, options: Options = _EVERYTHING) -> tuple[Finding, ...]:
    """One consistent list from the findings of all sources, the advisor's included; worst first, then by saving.

    No two findings drop the same index; none drops an index that a plan of the workload, a foreign key or another finding
    needs; what a new index answers is not said twice. `options` narrows the list last, so that what is shown is the same
    with and without a filter: by rule, by the finding's tables, then by number.
    """
    known = {finding.id: finding for finding in findings}
    used = {name: len(queryids) for name, queryids in advice.used_existing}
    settled = _one_drop_each(list(known.values()))
    settled = _without_circles(settled)
    settled = _withdrawn(settled, used)
    settled = _foreign_keys_served(settled)
    settled = doubt_estimates(_statements_served(settled))
    settled.sort(key=lambda finding: (finding.severity.rank, -finding.saving_ms, finding.confidence.rank, finding.id))
    return tuple(finding for finding in settled if options.wants(finding))[: options.top]


def _one_drop_each(findings: list[Finding]) -> list[Finding]:
    """The best informed finding drops an index; the others lose that change, and go when it was all they proposed."""
    owners: dict[Name, Finding] = {}
    for finding in sorted(findings, key=_drop_rank):
        for name in _drops(finding):
            owners.setdefault(name, finding)
    notes: dict[str, list[str]] = {}
    kept = []
    for finding in findings:
        lost = {name for name in _drops(finding) if owners[name] is not finding}
        changes = tuple(change for change in finding.changes if dropped(change) not in lost)
        for name in lost:
            notes.setdefault(owners[name].id, []).append(f"Also: {finding.title}.")
        if changes or not lost:
            kept.append(replace(finding, changes=changes))
    return [_noted(finding, *notes.get(finding.id, ())) for finding in kept]


def _without_circles(findings: list[Finding]) -> list[Finding]:
    """Of drops that rely on each other in a circle (this one for that one, that one for this one) the least sure goes."""
    relied = {name: kept for finding in findings for name in _drops(finding) if (kept := _kept(finding)) is not None}
    gone: set[str] = set()
    for finding in sorted(findings, key=lambda one: (-one.confidence.rank, one.id)):
        if _kept(finding) is not None and any(_comes_back(name, relied) for name in _drops(finding)):
            gone.add(finding.id)
            for name in _drops(finding):
                relied.pop(name, None)
    return [finding for finding in findings if finding.id not in gone]


def _kept(finding: Finding) -> str | None:
    """The existing index that is to do the work of the dropped one."""
    return next((str(value) for key, value in finding.evidence if key == "kept_index" and value is not None), None)


def _comes_back(name: Name, relied: Mapping[Name, str]) -> bool:
    """Whether what stands in for `name`, and what stands in for that, is dropped in its turn for `name` itself."""
    by_text = {str(dropped_name): kept for dropped_name, kept in relied.items()}
    here, seen = by_text.get(str(name)), set[str]()
    while here is not None and here not in seen:
        if here == str(name):
            return True
        seen.add(here)
        here = by_text.get(here)
    return False


def _withdrawn(findings: list[Finding], used: Mapping[Name, int]) -> list[Finding]:
    """An index that plans read, that takes over from a dropped one, or that a rewrite will use, is not unused."""
    evidence = [(finding.rule, key, value) for finding in findings for key, value in finding.evidence]
    relied = {value for rule, key, value in evidence if key == _RELIES.get(rule)}
    relied.update(name for _, key, value in evidence if key == REWRITTEN_USES and isinstance(value, tuple) for name in value)
    kept = []
    for finding in findings:
        names = _drops(finding)
        if finding.rule == "unused-index" and any(name in used or str(name) in relied for name in names):
            continue
        readers = sum(used.get(name, 0) for name in names) if finding.rule in _TAKES_OVER else 0
        notes = (f"{count_text(readers, 'statement')} of the workload will read the other one instead.",) if readers else ()
        kept.append(_noted(finding, *notes))
    return kept


def _foreign_keys_served(findings: list[Finding]) -> list[Finding]:
    """A recommended index that begins with a foreign key's columns makes the foreign key's own superfluous."""
    created = [change for finding in findings if finding.rule != "unindexed-foreign-key" for change in _creates(finding)]
    served: dict[str, str] = {}
    for finding in findings:
        if finding.rule == "unindexed-foreign-key":
            columns = next(value for key, value in finding.evidence if key == "columns")
            for change in created:
                if isinstance(columns, tuple) and change.table == finding.tables[0] and _begins_with(change, columns):
                    served[finding.id] = change.name or ""
    notes = {name: finding.title for finding in findings if (name := served.get(finding.id)) is not None}
    kept = [finding for finding in findings if finding.id not in served]
    return [
        _noted(
            f,
            *(f"With it this ends too: {notes[c.name][:1].lower()}{notes[c.name][1:]}." for c in _creates(f) if c.name in notes),
        )
        for f in kept
    ]


def _statements_served(findings: list[Finding]) -> list[Finding]:
    """A statement that another finding is about is not merely slow; one that gets an index may be cured by it."""
    explained = {effect.queryid for finding in findings if finding.rule != "slow-statement" for effect in finding.statements}
    indexed = {effect.queryid for finding in findings if finding.rule == "missing-index" for effect in finding.statements}
    kept = []
    for finding in findings:
        queryids = {effect.queryid for effect in finding.statements}
        if finding.rule == "slow-statement" and queryids & explained:
            continue
        rewritten = any(key == REWRITTEN_USES for key, _ in finding.evidence)
        if finding.rule in _INSTEAD_OF_INDEX and queryids <= indexed and not rewritten:
            continue
        if finding.rule in _LESS_SURE_WITH_INDEX and queryids & indexed:
            note = "A new index is recommended for it as well: look again when that is built."
            finding = replace(_noted(finding, note), confidence=Level.LOW)
        kept.append(finding)
    return kept


def _drop_rank(finding: Finding) -> tuple[int, str]:
    return (_DROPS.index(finding.rule) if finding.rule in _DROPS else -1, finding.id)


def _drops(finding: Finding) -> tuple[Name, ...]:
    return tuple(name for change in finding.changes if (name := dropped(change)) is not None)


def _creates(finding: Finding) -> tuple[Change, ...]:
    return tuple(change for change in finding.changes if change.action == "create_index" and change.index is not None)


def _begins_with(change: Change, columns: tuple[str, ...]) -> bool:
    index = change.index
    if index is None or index.method != "btree" or {key.column for key in index.keys[: len(columns)]} != set(columns):
        return False
    return index.where is None or index.where.strip("() ").lower() in {f"{column.lower()} is not null" for column in columns}


def _noted(finding: Finding, *notes: str) -> Finding:
    return replace(finding, message=" ".join((finding.message, *notes))) if notes else finding
