"""Findings of the nightly report: statements that got slower, and new ones that are a burden already."""

from pgadvisor.model.finding import Finding, Level, StatementEffect
from pgadvisor.model.nightly import StatementTrend

_HIGH, _MEDIUM = 0.1, 0.02  # of the interval's time
_SURE_CALLS = 100


def findings(trends: tuple[StatementTrend, ...], total_ms: float) -> tuple[Finding, ...]:
    """One finding for each that somebody should look at."""
    worse = [_regressed(trend, total_ms) for trend in trends if trend.change == "worse"]
    return (*worse, *(_new(trend, total_ms) for trend in trends if trend.change == "new" and trend.heavy))


def _severity(milliseconds: float, total_ms: float) -> Level:
    share = milliseconds / total_ms if total_ms else 0.0
    return Level.HIGH if share >= _HIGH else Level.MEDIUM if share >= _MEDIUM else Level.LOW


def _where(trend: StatementTrend) -> str:
    return str(trend.tables[0]) if trend.tables else "the server"


def _effect(trend: StatementTrend) -> StatementEffect:
    return StatementEffect(trend.queryid, trend.label, trend.query, trend.counters.calls, trend.counters.total_ms)


def _regressed(trend: StatementTrend, total_ms: float) -> Finding:
    ratio = trend.ratio or 0.0
    before, now = trend.before, trend.counters
    sure = min(before.calls, now.calls) >= _SURE_CALLS and not trend.reset
    return Finding(
        id=f"regressed-statement:{_where(trend)}:{trend.identity}",
        rule="regressed-statement",
        severity=_severity(trend.extra_ms, total_ms),
        confidence=Level.HIGH if sure else Level.MEDIUM,
        title=f"A statement on {_where(trend)} takes {ratio:.1f} times as long a call as before",
        message=f"{trend.reason} Over {now.calls:,} calls that is {trend.extra_ms / 1000:,.1f} s more than at the former mean.",
        help="Compare its plan with the former one (`pgadvisor explain --queryid`), and see what was deployed or loaded.",
        refute="Look at its mean time in the next report: if it is back, something passing was in its way.",
        tables=trend.tables,
        statements=(_effect(trend),),
        evidence=(
            ("mean_before_ms", before.mean_ms),
            ("mean_ms", now.mean_ms),
            ("ratio", ratio),
            ("calls_before", before.calls),
            ("calls", now.calls),
            ("extra_ms", trend.extra_ms),
        ),
    )


def _new(trend: StatementTrend, total_ms: float) -> Finding:
    now = trend.counters
    return Finding(
        id=f"slow-statement:{_where(trend)}:{trend.identity}",
        rule="slow-statement",
        severity=_severity(now.total_ms, total_ms),
        confidence=Level.HIGH if now.calls >= _SURE_CALLS else Level.MEDIUM,
        title=f"A new statement on {_where(trend)} already takes {trend.share:.1%} of the time",
        message=f"{trend.reason} It was called {now.calls:,} times at {now.mean_ms:,.1f} ms.",
        help="See what was deployed, and let `pgadvisor audit` look for an index or a rewrite.",
        refute="A job that runs once (a migration, a backfill) is gone in the next report.",
        tables=trend.tables,
        statements=(_effect(trend),),
        evidence=(("share", trend.share), ("mean_ms", now.mean_ms), ("calls", now.calls)),
    )
