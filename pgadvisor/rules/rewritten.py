"""Rewritten statements in findings: the SQL, what it rests on, and the price of every way, so that the user can choose."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pgadvisor.model.finding import EvidenceValue, Finding, Level
from pgadvisor.model.index import IndexKey
from pgadvisor.model.rewriting import Price, PricedRewriting
from pgadvisor.model.workload import Workload
from pgadvisor.rules.wording import effect, expression_text, finding_id, size_text

NEARLY = 0.8  # of the best way's saving: then the way that needs nothing new comes first
REWRITTEN_USES = "rewritten_uses"  # evidence: the existing indexes that the rewritten statement reads
_WORDS_ONLY = ("non-sargable-predicate", "implicit-cast")
_NOT_CLAIMED = "No rewritten statement is shown: none is proven both to select the same rows and to save time."
_LEAST_GAIN = 0.3  # of a statement's time, to be worth a finding of its own
_LEAST_SHARE = 0.01  # of the workload's time
_TITLES = {
    "not-in": "NOT IN keeps {table} from an anti-join",
    "counted": "Rows are counted to learn whether there is one",
    "or-union": "OR over columns of two tables, {column} among them",
    "array-element": "{column} of {table} is searched in a way that no index knows",
    "reversed-suffix": "The end of {column} of {table} is searched",
    "fractional-constant": "{column} of {table} is made numeric to be compared",
    "padded-text": "{column} of {table} is made a text to be compared",
}
_TITLE = "{column} of {table} is wrapped where it is asked for"


def with_rewritings(
    findings: Sequence[Finding], rewritings: Iterable[PricedRewriting], workload: Workload
) -> tuple[Finding, ...]:
    """`findings` with the rewritten statements that belong to them, the one that takes most time in each, and findings of
    their own for the others that are worth one."""
    waiting = sorted(rewritings, key=lambda way: (-way.total_ms, way.queryid, way.kind))
    told: list[Finding] = []
    for finding in findings:
        mine = [way for way in waiting if _belongs(way, finding)]
        waiting = [way for way in waiting if way not in mine]
        told.append(_with(finding, mine[0]) if mine else _unproven(finding))
    own: dict[str, Finding] = {}
    for way in waiting:
        if _is_worth_telling(way, workload):
            made = _finding(way, workload)
            own.setdefault(made.id, made)
    return (*told, *own.values())


def _unproven(finding: Finding) -> Finding:
    """A finding whose rewrite is words only says so."""
    if finding.rule not in _WORDS_ONLY:
        return finding
    return replace(finding, message=f"{finding.message} {_NOT_CLAIMED}")


def _belongs(way: PricedRewriting, finding: Finding) -> bool:
    """Whether a finding is about what the rewriting frees."""
    columns = {value for key, value in finding.evidence if key in ("column", "expression")}
    of_column = way.column in columns or any(way.column in str(value) for value in columns)
    same = way.rule == finding.rule and finding.tables[:1] == (way.table,)
    return same and of_column and any(one.queryid == way.queryid for one in finding.statements)


def is_served(way: PricedRewriting) -> bool:
    """Whether the indexes that are there serve the rewritten statement about as well as any new one would serve either."""
    best = max(way.rewritten_and_indexed.saving_ms, way.indexed.saving_ms if way.indexed is not None else 0.0)
    return way.rewritten.saving_ms > 0.0 and way.rewritten.saving_ms >= NEARLY * best


def _is_worth_telling(way: PricedRewriting, workload: Workload) -> bool:
    """A good part of a statement that matters; and where it needs a new index, not one that the statement could have as it is,
    unless that would have to name what is assumed as well."""
    saving_ms = way.rewritten_and_indexed.saving_ms if not is_served(way) else way.rewritten.saving_ms
    indexed_ms = way.indexed.saving_ms if way.indexed is not None else 0.0
    matters = way.total_ms >= _LEAST_SHARE * workload.total_ms
    needed = is_served(way) or bool(way.assumed) or indexed_ms < NEARLY * saving_ms
    return matters and saving_ms >= _LEAST_GAIN * way.total_ms and needed


def _with(finding: Finding, way: PricedRewriting) -> Finding:
    kept = tuple(each for each in finding.evidence if each[0] != "convertible")
    return replace(
        finding,
        message=f"{finding.message} {_equivalence(way)}",
        help=_help(way),
        refute=_refute(way),
        evidence=(*kept, *_evidence(way)),
    )


def _finding(way: PricedRewriting, workload: Workload) -> Finding:
    queries = [query for query in workload.queries if query.queryid == way.queryid]
    share = way.total_ms / workload.total_ms if workload.total_ms else 1.0
    title = _TITLES.get(way.kind, _TITLE).format(table=way.table, column=way.column)
    return Finding(
        id=finding_id(way.rule, way.table, way.kind, way.column, way.queryid),
        rule=way.rule,
        severity=Level.MEDIUM if share >= 0.05 else Level.LOW,
        confidence=Level.LOW if way.assumed else Level.MEDIUM,
        title=title,
        message=f"No index serves the statement as it is written. {_equivalence(way)}",
        help=_help(way),
        refute=_refute(way),
        tables=(way.table,),
        statements=tuple(effect(query) for query in queries),
        evidence=(("column", way.column), *_evidence(way)),
    )


def _equivalence(way: PricedRewriting) -> str:
    if way.assumed:
        more = f" and provided that {_listed(way.conditions)}" if way.conditions else ""
        return (
            f"Written anew it selects the same rows only if {_listed(way.assumed)}{more}: this is assumed, as the text hides it "
            "(--log or a workload file would tell)."
        )
    if not way.conditions:
        return "Written anew it selects the same rows, always."
    return f"Written anew it selects the same rows, provided that {_listed(way.conditions)}."


def _help(way: PricedRewriting) -> str:
    """What to do, first the way that needs nothing new."""
    as_is = f"the planner's cost of {way.cost_before:,.1f}"
    if is_served(way):
        first = f"write it as shown: {as_is} falls to {way.rewritten.cost:,.1f} with the indexes that are there"
    else:
        new = way.rewritten_and_indexed
        first = f"write it as shown and create {_new(new)}: {as_is} falls to {new.cost:,.1f}"
    if way.indexed is None:
        return f"{first}; no new index helps the statement as it is"
    return f"{first}; as it is, {_new(way.indexed)} takes it to {way.indexed.cost:,.1f}"


def _new(price: Price) -> str:
    keys = [f"{index.method} ({', '.join(map(_key, index.keys))}) on {index.table}" for index in price.indexes]
    return f"{_listed(keys)} ({size_text(price.size_bytes)})" if keys else "nothing new"


def _key(key: IndexKey) -> str:
    return key.sql() if key.expression is None else expression_text(key.expression)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _refute(way: PricedRewriting) -> str:
    conditions = "check what has to hold for its values, then " if way.conditions or way.assumed else ""
    return f"{conditions}run both and compare the rows, and EXPLAIN both and compare the plans"


def _evidence(way: PricedRewriting) -> tuple[tuple[str, EvidenceValue], ...]:
    new, indexed = way.rewritten_and_indexed, way.indexed
    return (
        ("rewrite", way.kind),
        ("rewritten_sql", way.sql),
        ("rewritten_queryid", str(way.queryid)),
        ("equivalent_if", way.conditions),
        ("assumed", way.assumed),
        ("convertible", is_served(way) and not way.assumed),
        (REWRITTEN_USES, tuple(str(name) for name in way.rewritten.existing)),
        ("cost_before", round(way.cost_before, 2)),
        ("cost_rewritten", round(way.rewritten.cost, 2)),
        ("saving_rewritten_ms", round(way.rewritten.saving_ms, 3)),
        ("cost_rewritten_indexed", round(new.cost, 2)),
        ("rewritten_index_bytes", new.size_bytes),
        ("cost_indexed", None if indexed is None else round(indexed.cost, 2)),
        ("saving_indexed_ms", None if indexed is None else round(indexed.saving_ms, 3)),
        ("index_bytes", None if indexed is None else indexed.size_bytes),
    )
