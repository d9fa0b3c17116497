"""The other ways to serve a statement: written anew, with the indexes that are there or with a new one, against an index for it
as it is. All are planned with the same values, the likeliest ones."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from pgadvisor.advisor.plans.cases import Case, survey
from pgadvisor.advisor.plans.pool import Pool
from pgadvisor.advisor.plans.worth import Weight
from pgadvisor.advisor.values import valued
from pgadvisor.model.plan import Planner, ValuedStatement
from pgadvisor.model.report import Options
from pgadvisor.model.rewriting import Price, PricedRewriting, Rewriting
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.workload import Query, Workload
from pgadvisor.parse.catalog import catalog_of
from pgadvisor.parse.parameters import renumbered
from pgadvisor.parse.printable import printable
from pgadvisor.parse.refusal import Refused
from pgadvisor.parse.respell import respelled, same_statement
from pgadvisor.parse.statement import read_statement
from pgadvisor.rewrite import rewritings

_ENDING = re.compile(r"'%[^%_\\]+'\Z")
_LEAST_SHARE = 0.001  # of the workload's time


def alternatives(lookup: Lookup, workload: Workload, planner: Planner, options: Options) -> tuple[PricedRewriting, ...]:
    """The rewritings that save time, with their prices, of the statements whose time matters."""
    pool = Pool(planner.size_bytes, options.budget_bytes)
    least_ms = _LEAST_SHARE * workload.total_ms
    pricing = _Pricing(lookup, planner, pool, options)
    matter = (query for query in workload.queries if not query.measured or query.counters.total_ms >= least_ms)
    return tuple(priced for query in matter for priced in pricing.of(query))


class _Pricing:
    """Prices statements one by one."""

    def __init__(self, lookup: Lookup, planner: Planner, pool: Pool, options: Options) -> None:
        self.lookup, self.planner, self.pool, self.options = lookup, planner, pool, options
        self.catalog = catalog_of(lookup)

    def of(self, query: Query) -> Iterator[PricedRewriting]:
        """The rewritings of one statement that are worth telling."""
        offered = _trusted(query.sql, query.search_path, self.lookup, _endings(query))
        if not offered:
            return
        statement, before = self._as_it_is(query)
        if before is None or before.small:
            return
        indexed = self._indexed(before, before.weight)
        same_kind = {one.kind: one for one in _trusted(statement.sql, query.search_path, self.lookup)}
        for one in offered:
            after = self._rewritten(query, one, same_kind.get(one.kind))
            if after is not None:
                plain = _as_there(after, before.weight)
                best = self._indexed(after, before.weight) or plain
                if max(plain.saving_ms, best.saving_ms) > 0.0:
                    yield self._told(query, one, before, plain, best, indexed)

    def _as_it_is(self, query: Query) -> tuple[ValuedStatement, Case | None]:
        """The statement with values: its usual ones, or numbers where the type of a place is not known."""
        usual, before = self._valued(query), None
        if query.parameters and (before := self._planned(query, usual)) is None:
            usual = self._valued(query, numbers=True)
        return usual, before or self._planned(query, usual)

    def _valued(self, query: Query, *, numbers: bool = False) -> ValuedStatement:
        return max(valued(query, self.lookup, numbers=numbers), key=lambda one: one.weight)

    def _told(
        self, query: Query, one: Rewriting, before: Case, plain: Price, best: Price, indexed: Price | None
    ) -> PricedRewriting:
        return PricedRewriting(
            queryid=query.queryid,
            kind=one.kind,
            rule=one.rule,
            sql=_shown(one, query, self.options),
            table=one.table,
            column=one.column,
            conditions=one.conditions,
            assumed=one.assumed,
            cost_before=before.base.cost,
            total_ms=before.weight.total_ms,
            rewritten=plain,
            rewritten_and_indexed=best,
            indexed=indexed,
        )

    def _rewritten(self, query: Query, one: Rewriting, with_values: Rewriting | None) -> Case | None:
        """The rewritten statement planned: with the values of the original where they can stand in it, else with its own."""
        if with_values is not None:
            return self._planned(query, ValuedStatement(with_values.sql, query.search_path))
        try:
            read = read_statement(self.catalog, one.sql, query.search_path).query
        except Refused:
            return None
        counted = replace(read, counters=query.counters, measured=query.measured)
        return self._planned(query, self._valued(counted))

    def _planned(self, query: Query, statement: ValuedStatement) -> Case | None:
        """The statement with values, as a query of its own with the counters of `query`; None where it cannot be planned."""
        try:
            read = read_statement(self.catalog, statement.sql, query.search_path).query
        except Refused:
            return None
        own = replace(read, queryid=query.queryid, label=query.label, counters=query.counters, measured=query.measured)
        seen = survey(self.lookup, [own], self.planner, self.pool, self.options.min_gain)
        return seen.cases[0] if seen.cases else None

    def _indexed(self, case: Case, weight: Weight) -> Price | None:
        """The price with the best of its candidates; None where none is better than what is there."""
        if case.best is None or not case.best.used or case.best.cost >= case.base.cost:
            return None
        size_bytes = sum(self.pool.size_bytes(number) for number in case.best.used)
        return Price(case.best.cost, weight.saving_ms(case.best.cost), self.pool.definitions(case.best.used), size_bytes)


def _as_there(case: Case, weight: Weight) -> Price:
    """The price with the indexes that are there."""
    return Price(case.base.cost, weight.saving_ms(case.base.cost), existing=tuple(sorted(case.base.existing)))


def _trusted(sql: str, path: Sequence[str], lookup: Lookup, endings: Collection[int] = ()) -> list[Rewriting]:
    """The rewritings of a statement that came back the same when nothing was rewritten."""
    text = respelled(sql)
    if text is None:
        return []
    return [one for one in rewritings(text, path, lookup, endings) if same_statement(one.unchanged, text)]


def _endings(query: Query) -> frozenset[int]:
    """The parameters that the log only has as patterns of the end of a text."""
    seen = [dict(vector.literals) for vector in query.vectors]
    return frozenset(n for n in query.parameters if seen and all(_ENDING.match(literals.get(n, "")) for literals in seen))


def _shown(one: Rewriting, query: Query, options: Options) -> str:
    """The rewritten statement as it may be printed: with the constants of the original only where that was asked for; a
    rewrite's own constants are shown, as far as it is sure which are which."""
    if options.show_literals:
        return respelled(one.sql) or one.sql
    text = printable(query.sql)
    if not same_statement(one.masked_unchanged, text):
        return printable(one.sql)
    return respelled(renumbered(one.masked, text, query.normalised)) or printable(one.sql)
