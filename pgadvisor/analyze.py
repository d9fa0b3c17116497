"""The pipeline, on one screen: snapshot -> workload -> plans and rules -> report."""

import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timezone

from pgadvisor import __version__
from pgadvisor.advisor.advice import advise
from pgadvisor.advisor.proof.alternatives import alternatives
from pgadvisor.advisor.values import valued
from pgadvisor.advisor.words.bottleneck import limits
from pgadvisor.codec import with_stand_ins
from pgadvisor.errors import PlanError, UsageError
from pgadvisor.model.explanation import Explanation
from pgadvisor.model.finding import Finding
from pgadvisor.model.log import Log
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Planner
from pgadvisor.model.report import Advice, Options, Report, Source, Summary
from pgadvisor.model.snapshot import Lookup, Skipped, Snapshot
from pgadvisor.model.workload import Unread, Workload
from pgadvisor.parse.foreign_keys import ForeignKeys
from pgadvisor.parse.logged import with_log
from pgadvisor.parse.plan_text import without_values
from pgadvisor.parse.settled import with_settled_constants
from pgadvisor.parse.workload import understand
from pgadvisor.rules import prefer_rewrites, run_rules, settle

OpenPlanner = Callable[[Lookup, Collection[Name]], AbstractContextManager[Planner]]
Progress = Callable[[str], None]


def _quiet(_: str) -> None:
    """Progress that nobody watches."""


def analyse(
    snapshot: Snapshot,
    options: Options,
    open_planner: OpenPlanner,
    kind: str,
    progress: Progress = _quiet,
    log: Log | None = None,
) -> Report:
    """Everything there is to say of a snapshot. `kind` is live, snapshot or workload; `progress` gets one line a stage; `log`
    is what the server's log shows."""
    started = time.perf_counter()
    lookup = Lookup(with_stand_ins(snapshot))
    progress(f"reading {len(snapshot.statements):,} statements")
    whole = shown(understood(lookup, log), options)
    workload = narrowed(whole, options)
    tables = sorted({*tables_of(workload), *ForeignKeys(lookup).tables(workload.queries)})
    progress(f"planning {len(workload.queries):,} statements in a shadow of {len(tables):,} tables")
    with open_planner(lookup, tables) as planner:
        settled = with_settled_constants(workload, lookup)
        advice = advise(lookup, settled, planner, options)
        ways = alternatives(lookup, settled, planner, options)
        planner_name, planner_skipped = planner.name, planner.skipped
    progress("applying the rules")
    advice, ruled = prefer_rewrites(advice, run_rules(lookup, whole, options, advice.estimates), ways, whole)
    findings = settle((*advice.findings, *ruled), advice, options)
    elapsed_ms = (time.perf_counter() - started) * 1000
    skipped = (*snapshot.skipped, *workload.skipped, *_unread(workload), *planner_skipped, *advice.skipped)
    return Report(
        tool=f"pgadvisor {__version__}",
        generated_at=datetime.now(timezone.utc),
        source=_source(snapshot, kind, planner_name),
        summary=_summary(workload, as_shown(advice, findings), findings, len(skipped), elapsed_ms, options),
        findings=findings,
        verdicts=advice.verdicts,
        skipped=skipped,
        footprint=snapshot.footprint,
    )


def understood(lookup: Lookup, log: Log | None) -> Workload:
    """The snapshot's statements, with what the log shows of them."""
    workload = understand(lookup)
    return workload if log is None else with_log(workload, log)


def examine(snapshot: Snapshot, options: Options, open_planner: OpenPlanner, kind: str, log: Log | None = None) -> Explanation:
    """One statement in depth. Raises UsageError where the snapshot's only statement cannot be analysed."""
    lookup = Lookup(with_stand_ins(snapshot))
    workload = shown(understood(lookup, log), options)
    if not workload.queries:
        reason = workload.unread[0].reason if workload.unread else "no statement was read"
        raise UsageError(
            f"the statement cannot be analysed: {reason}", "explain takes one SELECT, INSERT, UPDATE, DELETE or MERGE"
        )
    report = analyse(snapshot, options, open_planner, kind, log=log)
    query = workload.queries[0]
    about_it = tuple(f for f in report.findings if any(effect.queryid == query.queryid for effect in f.statements))
    created = [change.index for finding in about_it for change in finding.changes if change.action == "create_index"]
    statement = max(valued(query, lookup), key=lambda one: one.weight)
    with open_planner(lookup, query.tables) as planner:
        try:
            before, after = planner.plan(statement), planner.plan(statement, [index for index in created if index is not None])
        except PlanError as error:
            raise UsageError(f"the statement cannot be planned: {error.reason}", "see doctor for what may be missing") from None
    score = 100.0 * min(1.0, after.total_cost / before.total_cost) if before.total_cost else 100.0
    return Explanation(
        report=replace(report, findings=about_it),
        query=query.normalised,
        before=before if options.show_literals else without_values(before),
        after=after if options.show_literals else without_values(after),
        score=score,
        limits=limits(before),
        inferred=statement.inferred,
    )


def tables_of(workload: Workload) -> tuple[Name, ...]:
    """The tables that the workload touches, sorted."""
    return tuple(sorted({table for query in workload.queries for table in query.tables}))


def shown(workload: Workload, options: Options) -> Workload:
    """The workload with its statements as they are to be printed: with their constants only where that was asked for."""
    if not options.show_literals:
        return workload
    return replace(workload, queries=tuple(replace(query, normalised=query.sql) for query in workload.queries))


def narrowed(workload: Workload, options: Options) -> Workload:
    """Only the statements that touch what --schema and --table name; all of them where neither is given."""
    if not options.schemas and not options.tables:
        return workload

    kept = tuple(query for query in workload.queries if options.concerns(query.tables))
    return Workload(kept, (), workload.skipped)


def _unread(workload: Workload) -> tuple[Skipped, ...]:
    return tuple(Skipped(_label(unread), unread.reason) for unread in workload.unread)


def _label(unread: Unread) -> str:
    return f"statement {unread.statement.label}" if unread.statement.label else f"queryid {unread.statement.queryid}"


def _source(snapshot: Snapshot, kind: str, planner: str) -> Source:
    info = snapshot.statements_info
    since = info.stats_reset if info is not None and info.stats_reset is not None else snapshot.server.stats_reset
    return Source(kind, snapshot.server.database, snapshot.server.version_num, since, planner)


def as_shown(advice: Advice, findings: tuple[Finding, ...]) -> Advice:
    """The advice with the totals of those of its findings that are left among `findings`: --top and its like leave out some, and
    what other budgets buy is then another question."""
    ids = {finding.id for finding in findings}
    left = tuple(finding for finding in advice.findings if finding.id in ids)
    if len(left) == len(advice.findings):
        return advice
    return replace(
        advice,
        saving_ms=sum(finding.saving_ms for finding in left),
        write_cost_ms=sum(change.write_cost_ms or 0.0 for finding in left for change in finding.changes),
        budget_curve=(),
        gap_fraction=None,
    )


def _summary(
    workload: Workload, advice: Advice, findings: tuple[Finding, ...], skipped: int, elapsed_ms: float, options: Options
) -> Summary:
    not_analysed = sum(verdict.verdict == "not-analysed" for verdict in advice.verdicts)
    missed_ms = sum(verdict.total_ms for verdict in advice.verdicts if verdict.verdict == "not-analysed")
    total_ms = sum(verdict.total_ms for verdict in advice.verdicts)
    return Summary(
        statements=len(advice.verdicts),
        analysed=len(advice.verdicts) - not_analysed,
        skipped=skipped,
        total_ms=total_ms,
        covered_fraction=(total_ms - missed_ms) / total_ms if total_ms else 1.0,
        saving_ms=advice.saving_ms,
        write_cost_ms=advice.write_cost_ms,
        new_index_bytes=sum(change.size_bytes or 0 for f in findings for change in f.changes if change.action == "create_index"),
        whatif_calls=advice.whatif_calls,
        elapsed_ms=elapsed_ms,
        gap_fraction=advice.gap_fraction,
        late=advice.late,
        budget_bytes=options.budget_bytes,
        budget_curve=advice.budget_curve,
        measured=all(query.measured for query in workload.queries),
    )
