"""The log put to a snapshot's statements: vectors, statements that were not counted, constants that never change."""

from pathlib import Path

from pgadvisor.model.log import Log, LogSource
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Workload
from pgadvisor.parse.logged import with_log, with_logged_statements
from pgadvisor.parse.settled import with_settled_constants
from pgadvisor.parse.workload import understand
from pgadvisor.serverlog import read_logs
from tests.catalog import make_lookup, make_statement

SHOP = """
create table members (id bigint primary key, email text);
create table purchases (id bigint primary key, member_id bigint not null references members, state text, meta jsonb);
"""
LOOKUP = "select email from members where id = $1"
PAGE = "select id, member_id from purchases where state = $1 and id > $2 limit $3"


def log_of(tmp_path: Path, *statements: str) -> Log:
    """What is read of a server that ran these in one session."""
    path = tmp_path / "server.log"
    lines = [f"2026-01-01 00:00:{number // 1000:02}.{number % 1000:03} UTC [7] LOG:  duration: 2.0 ms  statement: {text}\n"
             for number, text in enumerate(statements)]  # fmt: skip
    path.write_text("".join(lines))
    return read_logs([str(path)], LogSource("shop", "UTF8"))


def logged(tmp_path: Path, texts: tuple[str, ...], *statements: str) -> tuple[Lookup, Workload]:
    log = log_of(tmp_path, *statements)
    rows = [make_statement(text, queryid=number, calls=9) for number, text in enumerate(texts, 1)]
    lookup = make_lookup(SHOP, statements=rows)
    lookup = Lookup(with_logged_statements(lookup.snapshot, log))
    return lookup, with_log(understand(lookup), log)


def literals(query: Query) -> list[tuple[dict[int, str], int]]:
    return [(dict(vector.literals), vector.calls) for vector in query.vectors]


def test_the_most_frequent_constants_come_first(tmp_path: Path) -> None:
    _, workload = logged(tmp_path, (LOOKUP,), *(f"SELECT email FROM members WHERE id = {n}" for n in (1, 2, 2, 3, 2)))
    (query,) = workload.queries
    assert literals(query)[0] == ({1: "2"}, 3)
    assert query.logged_calls == 5
    assert query.counters.calls == 9  # pg_stat_statements' own


def test_statements_that_were_not_counted_are_added(tmp_path: Path) -> None:
    lookup, workload = logged(
        tmp_path, (LOOKUP,), "select id from purchases where state = 'new'", "begin", "select nothing from nowhere"
    )
    added = workload.queries[1]
    assert added.normalised == "select id from purchases where state = $1"
    assert (added.counters.calls, added.counters.total_ms, added.measured, added.rows_counted) == (1, 2.0, True, False)
    assert literals(added) == [({1: "'new'"}, 1)]
    assert len(lookup.snapshot.statements) == 3
    assert [skipped.why[:30] for skipped in workload.skipped] == ["1 statements of the log could "]


def test_a_constant_that_never_changes_is_no_parameter(tmp_path: Path) -> None:
    lookup, workload = logged(
        tmp_path, (PAGE,), *(PAGE.replace("$1", "'new'").replace("$2", str(n)).replace("$3", "20") for n in range(9))
    )
    (query,) = with_settled_constants(workload, lookup).queries
    assert query.parameters == (2,)
    assert query.normalised == PAGE
    assert [predicate.operand.values for predicate in query.predicates if predicate.key.column == "state"] == [("new",)]
    assert (query.limits[0].count, query.counters.calls, query.queryid) == (20, 9, 1)
    assert {tuple(values) for values, _ in literals(query)} == {(2,)}


def test_a_constant_beside_parameters_of_the_protocol(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    text = "select email from members where date_trunc('month', now()) > $1 and id = $2"
    lines = [f"2026-01-01 00:00:{number:02}.000 UTC [7] LOG:  duration: 2.0 ms  execute <unnamed>: {text}\n"
             f"2026-01-01 00:00:{number:02}.000 UTC [7] DETAIL:  parameters: $1 = '2026-01-01', $2 = '{number}'\n"
             for number in range(9)]  # fmt: skip
    path.write_text("".join(lines))
    log = read_logs([str(path)], LogSource("shop", "UTF8"))
    counted = make_statement("select email from members where date_trunc($3, now()) > $1 and id = $2")
    lookup = make_lookup(SHOP, statements=[counted])
    (query,) = with_settled_constants(with_log(understand(lookup), log), lookup).queries
    assert query.parameters == (1, 2) and "date_trunc('month', now()) > $1" in query.sql  # $1 is always the same, but a parameter
    assert {vector.sent for vector in query.vectors} == {(1, 2)}


def test_few_executions_settle_nothing(tmp_path: Path) -> None:
    lookup, workload = logged(tmp_path, (LOOKUP,), *["select email from members where id = 7"] * 4)
    assert with_settled_constants(workload, lookup).queries[0].parameters == (1,)


def test_runs_name_the_workload_s_statements(tmp_path: Path) -> None:
    page = PAGE.replace("$1", "'new'").replace("$2", "5").replace("$3", "20")
    _, workload = logged(tmp_path, (LOOKUP, PAGE), *[page, *(f"select email from members where id = {n}" for n in range(20))] * 2)
    (run,) = workload.runs
    assert (run.child, run.parent, run.runs, run.calls, run.parent_calls, run.child_calls) == (0, 1, 2, 40, 2, 40)
