"""Runs: what is a loop, and what only looks like one."""

from collections.abc import Iterable

from pgadvisor.model.log import Execution, LoggedRun
from pgadvisor.serverlog.runs import Runs

PARENT, CHILD, SECOND, OTHER = 0, 1, 2, 3
Step = tuple[int, int]  # a form and its constant


def found(steps: Iterable[Step], session: str = "7", block: str | None = None, gap_s: float = 0.001) -> tuple[LoggedRun, ...]:
    runs = Runs()
    for number, (form, constant) in enumerate(steps):
        runs.add(Execution(session, "", at_s=number * gap_s, transaction=block), form, (str(constant),))
    return runs.runs()


def test_a_child_after_its_parent() -> None:
    assert found([(PARENT, 0), *((CHILD, n) for n in range(12))] * 2) == (LoggedRun(CHILD, PARENT, 2, 24, 0),)


def test_two_children_for_each_row() -> None:
    steps = [(PARENT, 0), *(step for n in range(12) for step in ((CHILD, n), (SECOND, n)))]
    assert set(found(steps)) == {LoggedRun(CHILD, PARENT, 1, 12, 0), LoggedRun(SECOND, PARENT, 1, 12, 0)}


def test_in_one_transaction_block_the_child_alone_is_sure() -> None:
    runs = found([(CHILD, n) for n in range(12)], block="t1")
    assert runs == (LoggedRun(CHILD, None, 1, 12, 1),)
    assert found([(CHILD, n) for n in range(12)]) == ()  # a pooled connection that serves one request after the other


def test_silent_for_few_or_for_always_the_same() -> None:
    assert found([(PARENT, 0), *((CHILD, n) for n in range(9))]) == ()
    assert found([(PARENT, 0), *((CHILD, 5) for _ in range(50))]) == ()


def test_silent_for_a_worker_whose_round_begins_anew() -> None:
    assert found([step for n in range(50) for step in ((PARENT, 0), (CHILD, n), (OTHER, n))]) == ()


def test_silent_for_transactions_of_their_own() -> None:
    runs = Runs()
    runs.add(Execution("7", ""), PARENT, ())
    for number in range(50):
        runs.add(Execution("7", "", transaction=f"t{number}"), CHILD, (str(number),))
    assert runs.runs() == ()


def test_silent_across_pauses_and_sessions() -> None:
    assert found([(PARENT, 0), *((CHILD, n) for n in range(50))], gap_s=2.0) == ()
    runs = Runs()
    for number in range(50):
        runs.add(Execution(str(number % 10), ""), CHILD, (str(number),))
    assert runs.runs() == ()
    assert found([(PARENT, 0), *((CHILD, n) for n in range(50))], session="") == ()


def test_silent_for_a_statement_among_many_others() -> None:
    assert found([step for n in range(50) for step in [(CHILD, n), *((10 + k, n) for k in range(7))]]) == ()
