"""Sentences of the nightly report that every format for people shares."""

from pgadvisor.model.nightly import IndexTrend, Nightly, StatementTrend, TableTrend
from pgadvisor.report.phrases import capitalized
from pgadvisor.report.units import count, duration, figure, moment, percent, size, times, version

WORDS = ("worse", "new", "better", "gone")


def heading(nightly: Nightly) -> str:
    """Database, version and day."""
    return f"{nightly.database} on {version(nightly.server_version_num)}, night of {nightly.until:%Y-%m-%d}"


def period(nightly: Nightly) -> str:
    """From when to when, and how much ran."""
    work = f"{count(nightly.active, 'statement')}, {count(nightly.calls, 'call')}, {duration(nightly.total_ms)} of statement time"
    return f"{_span(nightly)}: {work}. {busy(nightly)}".strip()


def _span(nightly: Nightly) -> str:
    if nightly.since is None:
        return f"Up to {moment(nightly.until)}, since a time that is not known"
    length = duration((nightly.until - nightly.since).total_seconds() * 1000)
    return f"{moment(nightly.since)} to {moment(nightly.until)} ({length})"


def busy(nightly: Nightly) -> str:
    """How many sessions were at work on average."""
    if nightly.busy is None:
        return ""
    before = f", {figure(nightly.busy_before)} before" if nightly.busy_before is not None else ""
    return f"Sessions at work on average: {figure(nightly.busy)}{before}."


def summary(nightly: Nightly) -> str:
    """How many statements changed, in one line."""
    if nightly.first:
        return "Nothing to compare with yet: these are the heaviest statements since the counters began."
    counts = [(change, len(nightly.changed(change))) for change in WORDS]
    told = [f"{number:,} {change}" for change, number in counts if number]
    heavy = sum(trend.heavy for trend in nightly.changed("new"))
    weight = f" ({heavy:,} of the new {'is' if heavy == 1 else 'are'} heavy)" if heavy else ""
    return f"Statements: {', '.join(told)}{weight}." if told else "No statement is new, worse, better or gone."


def remark(trend: StatementTrend, reports: int | None, *, told: bool = False) -> str:
    """What there is to say of a statement beside its figures; `told`: its reason stands elsewhere already."""
    words = [trend.reason if not told or trend.change == "steady" else f"{capitalized(trend.change)}, see above.", traffic(trend)]
    if trend.reset:
        words.append("Its counters were reset in between: these are the least it did.")
    if trend.seen_in and reports:
        words.append(f"In {trend.seen_in} of the last {reports:,} reports." if reports > 1 else "In the last report too.")
    return " ".join(word for word in words if word)


def traffic(trend: StatementTrend) -> str:
    """Rows of each call, and whose calls they are."""
    words = []
    if trend.counters.calls:
        rows = figure(trend.counters.rows / trend.counters.calls)
        words.append(f"{rows} {'row' if rows == '1' else 'rows'} a call")
    if trend.users:
        words.append(f"called by {', '.join(trend.users)}")
    return capitalized(", ".join(words)) + "." if words else ""


def against(trend: StatementTrend) -> str:
    """The mean against the former one."""
    ratio = trend.ratio
    if ratio is None or not trend.before.calls:
        return ""
    if 0.95 <= ratio <= 1.05:
        return "same"
    return f"{times(ratio)} slower" if ratio > 1 else f"{times(1 / ratio)} faster"


def growth(trend: TableTrend) -> str:
    """How much larger a table is."""
    if trend.size_before_bytes is None:
        return "new"
    part = f" ({percent(abs(trend.growth_bytes) / trend.size_before_bytes)})" if trend.size_before_bytes else ""
    return f"{'+' if trend.growth_bytes >= 0 else ''}{size(trend.growth_bytes)}{part}"


def hot(trend: TableTrend) -> str:
    """The part of the updates that touched no index."""
    return percent(trend.hot_updated / trend.updated) if trend.updated else ""


def index_change(trend: IndexTrend) -> str:
    """What happened to an index."""
    scans = f", {count(trend.scans, 'scan')}" if trend.scans is not None else ""
    before = f", {figure(trend.scans_per_hour_before)} scans an hour before" if trend.scans_per_hour_before else ""
    takes = f", {size(trend.size_bytes)}" if trend.size_bytes is not None else ""
    return f"{trend.change}{scans}{before}{takes}"
