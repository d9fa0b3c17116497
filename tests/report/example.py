"""A realistic report made by hand: a shop, and some objects whose names are attacks."""

from datetime import datetime, timezone

from pgadvisor.model.finding import Change, Finding, Level, StatementEffect, Verdict
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.report import BudgetPoint, Report, Source, Summary
from pgadvisor.model.server import Footprint
from pgadvisor.model.snapshot import Skipped

ORDERS = Name("public", "orders")
EVIL = Name("public", 'x"; --\n\\! id\x1b[2J</script><script>alert(1)</script>|`a`\u202e*/')
WIDE = Name("公開", "注文履歴テーブル")

LIST = (
    "SELECT id, total, created_at, status FROM orders WHERE user_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC LIMIT $2"
)
COUNT = "SELECT count(*) FROM orders AS o JOIN order_items AS i ON i.order_id = o.id WHERE o.user_id = $1 AND o.created_at >= $2"
TAGS = "SELECT id, name FROM products WHERE tags @> $1"
ONE = "SELECT * FROM customers WHERE id = $1"
WIDE_SQL = "SELECT 名前, 住所 FROM 公開.注文履歴テーブル WHERE 名前 = $1 "
EVIL_SQL = f"SELECT * FROM {EVIL} WHERE a = $1"

BTREE = Index(
    ORDERS, (IndexKey("user_id"), IndexKey("created_at", descending=True, nulls_first=True)), where="deleted_at IS NULL"
)
GIN = Index(Name("public", "products"), (IndexKey("tags"),), method="gin")
LOWER = Index(WIDE, (IndexKey(expression="lower(email)", opclass="text_pattern_ops"),), include=("id",))


def created(index: Index, name: str, size_bytes: int, write_cost_ms: float) -> Change:
    return Change(
        "create_index",
        index.table,
        index.sql(name, concurrently=True),
        f"DROP INDEX CONCURRENTLY {Name(index.table.schema, name)}",
        name,
        index,
        size_bytes,
        write_cost_ms,
    )


MISSING = Finding(
    id="missing-index:public.orders:3f9a1c20",
    rule="missing-index",
    severity=Level.HIGH,
    confidence=Level.HIGH,
    title="public.orders needs an index on user_id, created_at DESC where deleted_at is null",
    message="Two statements read the whole table (2,400,000 rows) to return about 20 rows a call. No index of the table begins "
    "with user_id; orders_created_at_idx gives the order but filters 99.9% of what it reads.",
    help="Create the index. It is built without blocking writes; it takes 46 MB.",
    refute="Build it on a copy and run EXPLAIN (ANALYZE, BUFFERS) on the statement: it should read fewer than 30 blocks.",
    tables=(ORDERS,),
    statements=(
        StatementEffect(-1234567890123456789, None, LIST, 120_000, 5_160_000.0, 30159.9, 59.6, 5_100_000.0),
        StatementEffect(42, "q07", COUNT, 1_200, 33_600.0, 30240.2, 8044.0, 20_000.0),
    ),
    evidence=(("rows", 2_400_000), ("rows_per_call", 19.7), ("existing_indexes", ("orders_pkey", "orders_created_at_idx"))),
    changes=(created(BTREE, "orders_user_id_created_at_idx", 48_234_496, 812.0),),
)
N_PLUS_ONE = Finding(
    id="n-plus-one:public.customers:90aa12ff",
    rule="n-plus-one",
    severity=Level.MEDIUM,
    confidence=Level.HIGH,
    title="public.customers is read row by row, once for each of public.orders",
    message="For every row that the parent statement returns, one more statement fetches the customer: 2,400 rows, 2,400 calls.",
    help="Load the customers with one statement: WHERE id = ANY ($1).",
    refute="Look for the loop in the application. If the calls come from separate requests, the figures agree by chance.",
    tables=(Name("public", "customers"), ORDERS),
    statements=(StatementEffect(77, None, ONE, 2_400, 1_210.5),),
    evidence=(("child_queryid", 77), ("parent_queryid", None), ("ratio", 1.0), ("foreign_key", "orders_customer_id_fkey")),
)
UNUSED = Finding(
    id="unused-index:public.evil:00000001",
    rule="unused-index",
    severity=Level.LOW,
    confidence=Level.MEDIUM,
    title=f"{EVIL} has an index nobody reads",
    message=f"The index on {EVIL} was not scanned in 92 days, on this server.",
    help="Drop it after a look at the standbys' counters.",
    refute="Look at pg_stat_user_indexes on every standby, over a whole business cycle.",
    tables=(EVIL,),
    statements=(StatementEffect(5, None, EVIL_SQL, 3, 1.5, 10.0, 10.0, None),),
    changes=(Change("drop_index", EVIL, "DROP INDEX CONCURRENTLY public.evil_idx", None, "evil_idx", None, 12_582_912, 300.0),),
)
EXPRESSION = Finding(
    id="missing-index:公開:1",
    rule="missing-index",
    severity=Level.INFO,
    confidence=Level.LOW,
    title=f"{WIDE} には式インデックスが必要です lower(email) を前方一致で検索しているため",
    message="名前が広い文字で書かれた表でも、端末の幅に合わせて折り返されます。" * 4,
    help="Create the index.",
    refute="Run EXPLAIN.",
    tables=(WIDE,),
    statements=(StatementEffect(6, None, TAGS, 10, 3.0, 100.0, 50.0, 1.5),),
    changes=(created(LOWER, "履歴_lower_idx", 8192, 0.0), created(GIN, "products_tags_idx", 5 * 1024**3, 40_000.0)),
)

VERDICTS = (
    Verdict(-1234567890123456789, None, LIST, 120_000, 5_160_000.0, "improved", "orders_user_id_created_at_idx gives it"),
    Verdict(42, "q07", COUNT, 1_200, 33_600.0, "improved", "orders_user_id_created_at_idx finds the user's orders"),
    Verdict(77, None, ONE, 2_400, 1_210.5, "already-served", "customers_pkey returns the one row"),
    Verdict(78, None, LIST, 300, 820.0, "over-budget", "An index of 94 MB would save 790.0 ms, but the whole budget is 50 MB."),
    Verdict(5, None, EVIL_SQL, 3, 1.5, "too-small", "the table has 12 pages"),
    Verdict(
        9,
        None,
        "SELECT 名前, 住所 FROM 公開.注文履歴テーブル WHERE 名前 = $1 " * 4,
        7,
        900.0,
        "no-index-helps",
        "it reads most of the table",
    ),
    Verdict(10, None, "COPY [redacted]", 1, 44_000.0, "not-analysed", "not a statement that is planned"),
    Verdict(11, None, ONE, 0, 0.0, "rewrite", "no index helps `lower(x) LIKE`; see the finding | above"),
)

REPORT = Report(
    tool="pgadvisor 0.1.0",
    generated_at=datetime(2026, 8, 22, 3, 0, 5, tzinfo=timezone.utc),
    source=Source("live", "shop", 150018, datetime(2026, 8, 1, tzinfo=timezone.utc), "shadow 18.6"),
    summary=Summary(
        412,
        398,
        5,
        8_123_456.0,
        0.991,
        5_120_001.5,
        40_812.0,
        734_003_200,
        1840,
        9120.0,
        0.013,
        late=3,
        budget_bytes=700 * 1024**2,
        budget_curve=(
            BudgetPoint(350 * 1024**2, 4_900_000.0, 30_000.0, 340 * 1024**2, 2),
            BudgetPoint(1400 * 1024**2, 5_700_000.25, 52_000.0, 1_399_128_064, 5),
        ),
    ),
    findings=(UNUSED, N_PLUS_ONE, MISSING, EXPRESSION),
    verdicts=VERDICTS,
    skipped=(
        Skipped("queryid 42", "the text is not available"),
        Skipped("queryid 43", "the text is not available"),
        Skipped("queryid 44", "the text is not available"),
        Skipped("queryid 45", "the text is not available"),
        Skipped(f"table {EVIL}", "it was locked for more than 200 ms"),
    ),
    footprint=Footprint(1, 31, 412.5, 1),
)
EMPTY = Report(
    tool="pgadvisor 0.1.0",
    generated_at=datetime(2026, 8, 22, tzinfo=timezone.utc),
    source=Source("workload", "shop", 180006, None, "shadow 18.6"),
    summary=Summary(0, 0, 0, 0.0, 1.0, 0.0, 0.0, 0, 0, 3.0, None),
    findings=(),
    verdicts=(),
    skipped=(),
)
