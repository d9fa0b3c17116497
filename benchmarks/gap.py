"""How far the advice is from the optimum, and how far it says it may be: `python -m benchmarks.gap [--planner table|shadow]`.

Random small workloads, each under a random budget. The referee costs every subset of the indexes that the choice was offered,
asking the planner for each statement and subset itself, and takes the best. The true gap is that optimum's lead over the set that
was advised, in parts of the workload's time with it; the printed gap must never be below. `--starved` cuts the search to a
round, so that there are gaps to print."""

import argparse
import random
import statistics
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import Any
from unittest.mock import patch

from tabulate import tabulate

from benchmarks.synthetic import make_snapshot
from pgadvisor.advisor import advice as advising
from pgadvisor.advisor.choice.choose import choose
from pgadvisor.advisor.plans import cases as looking
from pgadvisor.advisor.plans.cases import Case
from pgadvisor.advisor.proof.prove import by_table, offered_to, prove
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Planner, ValuedStatement
from pgadvisor.model.report import Options
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Workload
from pgadvisor.parse.workload import understand
from pgadvisor.whatif.shadow import open_shadow
from tests.advisor.world import MEGABYTE, TablePlanner, btree, lookup, query, table

_MOST_OFFERED = {"table": 11, "shadow": 9}  # 2,048 subsets, and 512
_ROUNDING = 1e-9
_LESS = {"choice._MOST_ROUNDS": 1, "choice._MOST_BARGAINS": 0, "choice._WALK_CALLS": 0, "offers._MOST_CALLS": 0}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One workload: the true and the printed gap as fractions, the planner calls of the advice, and the indexes offered."""

    true_gap: float
    printed_gap: float
    calls: int
    offered: int


@dataclass(slots=True)
class _Seen:
    """What the choice was given, and the set that came out of the proof."""

    cases: Sequence[Case] = ()
    charges_ms: Mapping[int, float] = field(default_factory=dict)
    sizes: Mapping[int, int] = field(default_factory=dict)
    final: frozenset[int] = frozenset()
    on_table: Mapping[Name, list[int]] = field(default_factory=dict)

    def net_ms(self, chosen: frozenset[int], built: Mapping[Name, list[int]] | None = None) -> float:
        """What the workload saves with `chosen`, by plans asked for exactly that set: of what each statement was offered, or,
        where they are `built`, of all that stand on its tables."""
        saved = 0.0
        for case in self.cases:
            offered = chosen & case.tree.offered if case.tree is not None else frozenset()
            offered = offered if built is None else offered_to(case, built)
            saved += case.weight.saving_ms(case.probe.exact(offered).cost) if offered else 0.0
        return saved - sum(self.charges_ms[number] for number in chosen)

    def best_ms(self, budget_bytes: int | None) -> float:
        """The most that any subset within the budget saves."""
        numbers = sorted(self.sizes)
        subsets = chain.from_iterable(combinations(numbers, size) for size in range(len(numbers) + 1))
        return max(
            self.net_ms(frozenset(subset))
            for subset in subsets
            if budget_bytes is None or sum(self.sizes[number] for number in subset) <= budget_bytes
        )


def _watch(stack: ExitStack) -> _Seen:
    """Note what passes through the choice and the proof."""
    seen = _Seen()

    def chosen(cases: Any, charges_ms: Any, constraints: Any, *rest: Any) -> Any:
        seen.cases, seen.charges_ms, seen.sizes = cases, charges_ms, constraints.sizes
        return choose(cases, charges_ms, constraints, *rest)

    def proven(*given: Any) -> Any:
        proof = prove(*given)
        seen.final, seen.on_table = proof.chosen, by_table(proof.chosen, given[2])
        return proof

    stack.enter_context(patch.object(advising, "choose", chosen))
    stack.enter_context(patch.object(advising, "prove", proven))
    return seen


def judge(facts: Lookup, load: Workload, planner: Planner, options: Options, most_offered: int) -> Outcome | None:
    """Advise, then look at every subset; None where there is nothing to choose, or too much for the referee."""
    with ExitStack() as stack:
        seen = _watch(stack)
        advice = advising.advise(facts, load, planner, options)
    if not 1 <= len(seen.sizes) <= most_offered or advice.gap_fraction is None:
        return None
    workload_ms = sum(case.weight.total_ms for case in seen.cases)
    got_ms, best_ms = seen.net_ms(seen.final, seen.on_table), seen.best_ms(options.budget_bytes)
    true_gap = max(0.0, (best_ms - got_ms) / (workload_ms - got_ms))
    return Outcome(true_gap, advice.gap_fraction, advice.whatif_calls, len(seen.sizes))


def from_tables(chance: random.Random) -> Generator[Outcome | None, None, None]:
    """Workloads whose plans are drawn: any set of up to three indexes may be read together, at any cost."""
    while True:
        indexes = [btree(name, column) for name in ("t", "u") for column in "abcde"[: chance.randint(2, 5)]]
        plans: dict[str, dict[frozenset[Index], float]] = {}
        for number in range(chance.randint(2, 6)):
            base = 10 ** chance.uniform(2, 5)
            plans[f"q{number}"] = {frozenset(): base}
            for _ in range(chance.randint(1, 8)):
                plans[f"q{number}"][frozenset(chance.sample(indexes, chance.randint(1, 3)))] = base * chance.random()
        sizes = {index: chance.randint(1, 9) * MEGABYTE for index in indexes}
        load = Workload(tuple(query(sql, "t", "u", total_ms=10 ** chance.uniform(1, 4)) for sql in plans))
        room = chance.choice((None, round(sum(sizes.values()) * chance.uniform(0.1, 0.7))))
        with (
            patch.object(looking, "candidates", lambda query, *_, indexes=indexes: tuple(indexes)),
            patch.object(looking, "valued", lambda query, *_: (ValuedStatement(query.sql, ("public",)),)),
        ):
            options = Options(budget_bytes=room, min_gain=0.0)
            facts = lookup([table("t"), table("u")])
            yield judge(facts, load, TablePlanner(plans, sizes), options, _MOST_OFFERED["table"])


def from_shadow(chance: random.Random) -> Generator[Outcome | None, None, None]:
    """Workloads of two to four statements that share tables, planned by PostgreSQL."""
    while True:
        facts = Lookup(make_snapshot(12, 150, chance.randrange(1_000_000)))
        queries = understand(facts).queries
        with open_shadow(facts, sorted({name for one in queries for name in one.tables})) as planner:
            for _ in range(60):
                load = Workload(_together(queries, chance))
                free = advising.advise(facts, load, planner, Options())
                room = chance.choice((None, round(free.new_index_bytes * chance.uniform(0.2, 0.9))))
                yield judge(facts, load, planner, Options(budget_bytes=room), _MOST_OFFERED["shadow"])


def _together(queries: Sequence[Query], chance: random.Random) -> tuple[Query, ...]:
    first = chance.choice(queries)
    near = [one for one in queries if one is not first and set(one.tables) & set(first.tables)]
    return (first, *chance.sample(near, min(len(near), chance.randint(1, 3))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--planner", choices=("table", "shadow"), default="table")
    parser.add_argument("--workloads", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--starved", action="store_true")
    given = parser.parse_args()
    drawn = {"table": from_tables, "shadow": from_shadow}[given.planner](random.Random(given.seed))
    found: list[Outcome] = []
    with ExitStack() as stack:
        for name, value in _LESS.items() if given.starved else ():
            stack.enter_context(patch(f"pgadvisor.advisor.{name}", value))
        while len(found) < given.workloads:
            found += [one for one in (next(drawn),) if one is not None]
        drawn.close()
    below = sum(one.printed_gap < one.true_gap - _ROUNDING for one in found)
    rows = [
        (name, f"{statistics.median(values):.4%}", f"{max(values):.4%}", sum(value > _ROUNDING for value in values))
        for name, values in (("true", [o.true_gap for o in found]), ("printed", [o.printed_gap for o in found]))
    ]
    print(tabulate(rows, ("gap", "median", "worst", "of them above 0"), disable_numparse=True))
    print(f"{len(found)} workloads, {statistics.mean(one.offered for one in found):.1f} indexes offered on average, "
          f"{statistics.mean(one.calls for one in found):.1f} calls; printed below true: {below}")  # fmt: skip


if __name__ == "__main__":
    main()
