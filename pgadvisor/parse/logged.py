"""The server's log put to the statements of a snapshot: their constants, their order, and those that nobody counted."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pgadvisor.model.log import Log, LoggedForm
from pgadvisor.model.snapshot import Skipped, Snapshot
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.model.workload import Query, Run, Unread, Vector, Workload
from pgadvisor.parse.forms import LITERAL, PARAMETER, Filling, filling, fingerprint

_UNKNOWN = "statements of the log could not be understood in this database; a log_line_prefix with %d would tell whose they are"


def with_logged_statements(snapshot: Snapshot, log: Log) -> Snapshot:
    """`snapshot` with the statements of the log that pg_stat_statements lacks. Their calls and times are the log's; a time that
    was logged for some executions only stands for all."""
    known = {fingerprint(statement.text) for statement in snapshot.statements if statement.text}
    users = {path.user: path.user_oid for path in snapshot.search_paths}
    forms: dict[str, list[LoggedForm]] = defaultdict(list)
    for form in log.forms:
        if form.fingerprint and form.text and form.fingerprint not in known:
            forms[form.fingerprint].append(form)
    measured = bool(snapshot.statements) or any(form.timed_calls for form in log.forms)
    added = tuple(_statement(same, users, measured) for same in forms.values())
    return replace(snapshot, statements=(*snapshot.statements, *added))


def _statement(forms: Sequence[LoggedForm], users: Mapping[str, int], measured: bool) -> Statement:
    """One statement of all forms that have one fingerprint; the text is that of the form that came most often."""
    leading = max(forms, key=lambda form: form.calls)
    calls, timed = sum(form.calls for form in forms), sum(form.timed_calls for form in forms)
    mean_ms = sum(form.timed_ms for form in forms) / timed if timed else 0.0
    user = leading.user or ""
    return Statement(
        queryid=int.from_bytes(hashlib.sha256(leading.fingerprint.encode()).digest()[:8], "big") >> 1,
        user_oid=users.get(user, 0),
        user=user,
        toplevel=True,
        text=leading.text,
        counters=Counters(calls=calls, total_ms=mean_ms * calls),
        measured=measured,
        logged=True,
    )


def with_log(workload: Workload, log: Log) -> Workload:
    """`workload` with the constants and runs that the log shows."""
    forms: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(log.forms):
        forms[form.fingerprint].append(number)
    owners: dict[int, int] = {}
    queries: list[Query] = []
    for place, query in enumerate(workload.queries):
        mine = forms.get(query.fingerprint.split("-")[0], [])
        own = [number for number in mine if _is_form_of(query, log.forms[number])]
        logged_calls = sum(log.forms[number].calls for number in own)
        vectors = _vectors(query, [log.forms[number] for number in mine])
        queries.append(replace(query, vectors=vectors, logged_calls=logged_calls))
        owners.update((number, place) for number in own)
    unread, skipped = _unread(workload)
    return replace(
        workload,
        queries=tuple(queries),
        unread=unread,
        skipped=(*workload.skipped, *log.skipped, *skipped),
        runs=_runs(log, owners),
    )


def _vectors(query: Query, forms: Sequence[LoggedForm]) -> tuple[Vector, ...]:
    """The constants of all executions in the query's own `$n`, the most frequent first."""
    counts: dict[tuple[tuple[int, str], ...], int] = defaultdict(int)
    sent: dict[tuple[tuple[int, str], ...], set[int]] = defaultdict(set)
    for form in forms if query.parameters else ():
        fills = filling(query.sql, form.tokens)
        for constants in form.constants if fills is not None else ():
            values = fills.values(constants.literals) if fills is not None else None
            if values is not None and set(values) >= set(query.parameters):
                literals = tuple(sorted(values.items()))
                counts[literals] += constants.calls
                sent[literals] |= _sent(fills, form) if fills is not None else set()
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return tuple(Vector(literals, calls, tuple(sorted(sent[literals]))) for literals, calls in ranked)


def _sent(fills: Filling, form: LoggedForm) -> set[int]:
    """The `$n` of the statement that parameters of the protocol fill."""
    marks = [token for token in form.tokens if token in (LITERAL, PARAMETER)]
    return {n for n, pieces in fills.pieces.items() if any(isinstance(one, int) and marks[one] == PARAMETER for one in pieces)}


def _is_form_of(query: Query, form: LoggedForm) -> bool:
    """Whether the executions of `form` are executions of `query`; lists of other lengths are, LIMIT or no LIMIT is not."""
    texts = [statement.text for statement in query.statements if statement.text] or [query.sql]
    return any(filling(text, form.tokens) is not None for text in texts)


def _runs(log: Log, owners: Mapping[int, int]) -> tuple[Run, ...]:
    """The log's runs between statements of the workload; forms that are one statement are added up."""
    found: dict[tuple[int, int | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    calls: dict[int, int] = defaultdict(int)
    for number, place in owners.items():
        calls[place] += log.forms[number].calls
    for run in log.runs:
        if run.child not in owners or (run.parent is not None and run.parent not in owners):
            continue
        counts = found[owners[run.child], None if run.parent is None else owners[run.parent]]
        for position, count in enumerate((run.runs, run.calls, run.blocks)):
            counts[position] += count
    return tuple(
        Run(child, parent, runs, executions, blocks, 0 if parent is None else calls[parent], calls[child])
        for (child, parent), (runs, executions, blocks) in found.items()
    )


def _unread(workload: Workload) -> tuple[tuple[Unread, ...], tuple[Skipped, ...]]:
    """Statements that only a log without %d has may be another database's: they are counted, not listed."""
    others = [unread for unread in workload.unread if unread.statement.logged]
    kept = tuple(unread for unread in workload.unread if not unread.statement.logged)
    return kept, (Skipped("log", f"{len(others):,} {_UNKNOWN}"),) if others else ()
