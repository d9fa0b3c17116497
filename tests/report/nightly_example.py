"""A nightly report made by hand: one night of the shop, with every kind of change."""

from datetime import datetime, timezone

from pgadvisor.model.finding import Finding, Level, StatementEffect
from pgadvisor.model.names import Name
from pgadvisor.model.nightly import IndexTrend, Nightly, SettingTrend, StatementTrend, TableTrend
from pgadvisor.model.server import Footprint
from pgadvisor.model.snapshot import Skipped
from pgadvisor.model.statement import Counters
from tests.report.example import COUNT, EVIL, EVIL_SQL, LIST, ONE, ORDERS, TAGS, WIDE, WIDE_SQL

MORNING = datetime(2026, 8, 22, 3, tzinfo=timezone.utc)
EVENING = datetime(2026, 8, 21, 3, tzinfo=timezone.utc)
PRODUCTS = Name("public", "products")


def counters(calls: int, total_ms: float, rows: int) -> Counters:
    return Counters(calls, total_ms, rows, shared_blocks_hit=calls * 4, shared_blocks_read=calls)


WORSE = StatementTrend(
    "f1", -1234567890123456789, None, LIST, ("shop", "batch"), (ORDERS,), "worse",
    "8.1 ms -> 43 ms a call. It reads 12.0 times the blocks for as many rows: most likely another plan, or a bloated table. "
    "Index public.orders_user_idx on public.orders was dropped.",
    counters(120_000, 5_160_000.0, 2_400_000), 0.635, counters(3_600_000, 29_160_000.0, 72_000_000), 0.4, 5000.0,
    4_188_000.0, seen_in=2,
)  # fmt: skip
HEAVY = StatementTrend(
    "f2", 42, None, COUNT, ("shop",), (ORDERS,), "new", "Not seen before.",
    counters(1_200, 960_000.0, 1_200), 0.118, heavy=True, extra_ms=960_000.0, seen_in=0,
)  # fmt: skip
STATEMENTS = (
    WORSE,
    HEAVY,
    StatementTrend(
        "f3", 9, "q9", WIDE_SQL, ("報告",), (WIDE,), "new", "Not seen before.", counters(7, 900.0, 70), 0.0001, extra_ms=900.0
    ),
    StatementTrend(
        "f4", 11, None, TAGS, ("shop",), (PRODUCTS,), "better",
        "60 ms -> 0.4 ms a call. It reads 1% of the blocks for as many rows: most likely another plan. "
        "Index public.products_tags_idx on public.products was created.",
        counters(50_000, 20_000.0, 150_000), 0.0025, counters(1_500_000, 90_000_000.0, 4_500_000), 0.3, 2083.0, -2_980_000.0,
    ),
    StatementTrend(
        "f5", 5, None, EVIL_SQL, ("shop",), (EVIL,), "gone", "Not called once, where its former rate makes 480 calls.",
        Counters(), 0.0, counters(14_400, 1_440_000.0, 14_400), 0.02, 20.0, -48_000.0,
    ),
    StatementTrend(
        "f6", 77, None, ONE, ("shop",), (Name("public", "customers"),), "steady", "",
        counters(2_400_000, 1_210_500.0, 2_400_000), 0.149, counters(70_000_000, 35_000_000.0, 70_000_000), 0.15, 97_000.0, 1.0,
        reset=True, seen_in=7,
    ),
)  # fmt: skip
FINDING = Finding(
    id="regressed-statement:public.orders:f1",
    rule="regressed-statement",
    severity=Level.HIGH,
    confidence=Level.HIGH,
    title="A statement on public.orders takes 5.3 times as long a call as before",
    message=WORSE.reason + " Over 120,000 calls that is 4,188.0 s more than at the former mean.",
    help="Compare its plan with the former one (`pgadvisor explain --queryid`), and see what was deployed or loaded.",
    refute="Look at its mean time in the next report: if it is back, something passing was in its way.",
    tables=(ORDERS,),
    statements=(StatementEffect(-1234567890123456789, None, LIST, 120_000, 5_160_000.0),),
    evidence=(("mean_before_ms", 8.1), ("mean_ms", 43.0), ("ratio", 5.3)),
)
NIGHTLY = Nightly(
    tool="pgadvisor 0.1.0",
    generated_at=MORNING,
    database="shop",
    server_version_num=150018,
    since=EVENING,
    until=MORNING,
    first=False,
    total_ms=8_123_456.0,
    calls=2_571_207,
    active=398,
    busy=0.094,
    busy_before=0.071,
    restarted_at=None,
    reset=False,
    evictions=3,
    top=20,
    notes=("pg_stat_statements was full and dropped entries 3 times: rare statements are missing.",),
    statements=STATEMENTS,
    findings=(FINDING,),
    tables=(
        TableTrend(ORDERS, 48 * 2**30, 49 * 2**30, 2.4e8, 1_200_000, 4_000_000, 12, 1_000_000, 31, 74_400_000_000, 90_000_000),
        TableTrend(EVIL, None, 8192, 3.0, 3, 0, 0, 0, 1, 3, 0),
        TableTrend(WIDE, 2 * 2**30, 2**30, 1e6, 0, 0, 9_000_000, 0, 0, 0, 12),
    ),
    indexes=(
        IndexTrend(Name("public", "orders_user_idx"), ORDERS, "dropped", None, None, 48_234_496),
        IndexTrend(Name("public", "products_tags_idx"), PRODUCTS, "created", 50_000, None, 12_582_912),
        IndexTrend(Name("public", 'x"; --\n\\! id'), EVIL, "no longer used", 0, 12.5, 8192),
    ),
    settings=(SettingTrend("random_page_cost", "4", "1.1"), SettingTrend("work_mem", "4096kB", "65536kB")),
    skipped=(Skipped("queryid 43", "the text is not available"),),
    footprint=Footprint(1, 31, 412.5, 0),
    reports=7,
)
FIRST = Nightly(
    tool="pgadvisor 0.1.0",
    generated_at=MORNING,
    database="shop",
    server_version_num=180006,
    since=None,
    until=MORNING,
    first=True,
    total_ms=0.0,
    calls=0,
    active=0,
    busy=None,
    busy_before=None,
    restarted_at=None,
    reset=False,
    evictions=None,
    top=20,
    notes=("This is the first report: there is nothing to compare with.",),
)
