"""Partial, covering, GIN, GiST, BRIN and hash: what they offer, and when they keep silent."""

from dataclasses import replace

import pytest

from pgadvisor.advisor.candidates import candidates, inferred
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.snapshot import Lookup
from tests.advisor.candidates.offers import offered, query_of, shop

PARTIAL = (
    ("select * from orders where status = 'failed' and user_id = $1", "orders (user_id) WHERE status = 'failed'"),
    ("select * from orders where status in ('failed', 'on hold') and user_id = $1",
     "orders (user_id) WHERE status IN ('failed', 'on hold')"),
    ("select id from orders where status <> 'done' order by created_at limit 5", "orders (created_at) WHERE status <> 'done'"),
    ("select * from orders where stage = 'lost'", "orders (id) WHERE stage = 'lost'"),
    ("select * from orders where not active", "orders (id) WHERE NOT active"),
    ("select * from orders where active = false and user_id = $1", "orders (user_id) WHERE NOT active"),
    ("select * from orders where deleted_at > $1", "orders (deleted_at) WHERE deleted_at IS NOT NULL"),
    ("select * from orders where deleted_at is not null and user_id = $1", "orders (user_id) WHERE deleted_at IS NOT NULL"),
    ("select * from orders where status = 'new' order by total desc, id limit 3", "orders (total DESC, id) WHERE status = 'new'"),
    ("select * from orders where total > 0 and status = 'failed' and user_id = $1",
     "orders (user_id, total) WHERE status = 'failed'"),
)  # fmt: skip
NOT_PARTIAL = (
    "select * from orders where status = 'done'",  # 90 % of the rows
    "select * from orders where active",
    "select * from orders where user_id = 42",  # another user the next time
    "select * from orders where deleted_at is null",
    "select * from orders where created_at > '2025-12-30'",  # moves on
    "select * from orders where status = $1",
    "select * from orders where total = 5",
)


@pytest.mark.parametrize(("sql", "wanted"), PARTIAL)
def test_partial(sql: str, wanted: str) -> None:
    assert wanted in offered(sql)


@pytest.mark.parametrize("sql", NOT_PARTIAL)
def test_not_partial(sql: str) -> None:
    assert not [text for text in offered(sql) if " WHERE " in text]


def test_the_predicate_of_an_existing_index_is_taken_up() -> None:
    existing = "create index on orders (total) where status = 'done' and active;"
    found = offered("select * from orders where status = 'done' and active and user_id = $1", more=existing)
    assert any(text.startswith("orders (user_id) WHERE status = 'done' AND active") for text in found), found


def _plan(condition: str) -> Plan:
    return Plan(PlanNode("Seq Scan", 0, 1, 1, 8, relation=Name("public", "orders"), alias="orders", filter=condition))


def test_a_rare_value_that_was_planned_with_is_told_apart() -> None:
    sql = "select * from orders where status = $1 and user_id = $2"
    lookup = shop(sql)
    query = query_of(lookup)
    found = candidates(query, lookup, _plan("((status = 'on hold'::text) AND (user_id = 5))"))
    rare = [index for index in found if index.where is not None]
    assert rare and all(index.where == "status = 'on hold'" for index in rare)
    assert all(inferred(index, [query], lookup) == (index.where is not None) for index in found)
    common = candidates(query, lookup, _plan("((status = 'done'::text) AND (user_id = 5))"))
    assert not [index for index in common if index.where is not None]


def test_a_value_as_frequent_as_others_is_not_told_apart() -> None:
    """Of equally frequent values each call may ask for another: no predicate lasts."""
    sql = "select * from orders where status = $1 and user_id = $2"
    lookup = shop(sql)
    plan = _plan("((status = 'on hold'::text) AND (user_id = 5))")
    assert [index for index in candidates(query_of(lookup), lookup, plan) if index.where == "status = 'on hold'"]
    common = tuple(zip(("done", "on hold", "failed", "new"), (0.9, 0.04, 0.03, 0.03), strict=True))
    statistics = [
        replace(
            each,
            most_common_values="{" + ",".join(f'"{value}"' for value, _ in common) + "}",
            most_common_frequencies=tuple(frequency for _, frequency in common),
        )
        if (each.table.name, each.column) == ("orders", "status") else each
        for each in lookup.snapshot.statistics
    ]  # fmt: skip
    alike = Lookup(replace(lookup.snapshot, statistics=tuple(statistics)))
    predicates = {index.where for index in candidates(query_of(alike), alike, plan) if index.where is not None}
    assert predicates <= {"status <> 'done'"}


@pytest.mark.parametrize(("rare", "offers"), [(0.01, {"NOT active"}), (0.08, set())])
def test_a_boolean_that_was_planned_with_counts_as_inferred(rare: float, offers: set[str]) -> None:
    lookup = shop("select * from orders where active = $1 and user_id = $2")
    statistics = [
        replace(each, most_common_frequencies=(1 - rare, rare)) if each.column == "active" else each
        for each in lookup.snapshot.statistics
    ]
    known = Lookup(replace(lookup.snapshot, statistics=tuple(statistics)))
    found = candidates(query_of(known), known, _plan("((NOT active) AND (user_id = 5))"))
    assert {index.where for index in found if index.where is not None} == offers
    assert all(inferred(index, [query_of(known)], known) == (index.where is not None) for index in found)


def test_a_written_value_is_not_inferred() -> None:
    lookup = shop("select * from orders where status = 'failed' and user_id = $1")
    query = query_of(lookup)
    rare = [index for index in candidates(query, lookup) if index.where is not None]
    assert rare and not any(inferred(index, [query], lookup) for index in rare)


def test_what_the_planner_found_behind_the_text_is_used() -> None:
    node = PlanNode("Seq Scan", 0, 1, 1, 8, relation=Name("public", "users"), alias="u", filter="((u.country)::text = 'x'::text)")
    found = offered("select * from orders where user_id = $1", plan=Plan(node))
    assert "users (country)" in found


COVERING = (
    ("select user_id, total from orders where user_id = $1", "orders (user_id) INCLUDE (total)"),
    ("select count(*) from orders where user_id = $1 and total > $2", "orders (user_id) INCLUDE (total)"),
    ("select u.name from orders o join users u on u.id = o.user_id where o.total = $1", "users (id) INCLUDE (name)"),
    ("select user_id from orders where status = 'failed' and created_at > $1",
     "orders (created_at) INCLUDE (user_id) WHERE status = 'failed'"),
)  # fmt: skip
NOT_COVERING = (
    "select * from orders where user_id = $1",
    "select user_id, note from orders where user_id = $1",  # too wide
    'select id, "Region", status, email, created_at, local_at, total from orders where user_id = $1',  # too many
    "select meta from orders where user_id = $1",
    "select id from orders where user_id = $1 for update",
    "update orders set total = 1 where user_id = $1 returning id",
)


@pytest.mark.parametrize(("sql", "wanted"), COVERING)
def test_covering(sql: str, wanted: str) -> None:
    assert wanted in offered(sql)


@pytest.mark.parametrize("sql", NOT_COVERING)
def test_not_covering(sql: str) -> None:
    assert not [text for text in offered(sql) if "INCLUDE" in text]


def test_a_few_rows_a_call_are_not_covered() -> None:
    for sql in ("select user_id, total from orders where user_id = $1", "select id from orders order by created_at limit 20"):
        lookup = shop(sql, rows_a_call=20)
        assert not [index for index in candidates(query_of(lookup), lookup) if index.include]


def test_as_many_rows_are_fetched_as_are_returned() -> None:
    lookup = shop("select created_at, total from orders where user_id = $1 and email = $2", rows_a_call=4000)
    assert [index for index in candidates(query_of(lookup), lookup) if index.include]


@pytest.mark.parametrize(("sql", "copied"), [
    ("select email, total from orders where active = $1", False),
    ("select total from orders where active = $1", True),
    ("select email, total from orders where user_id = $1", True),
    ("select email, total from orders where created_at > $1", True),
])  # fmt: skip
def test_what_reads_a_large_part_of_a_table_gets_no_copy_of_it(sql: str, copied: bool) -> None:
    """A row has 100 bytes."""
    assert any("INCLUDE" in text for text in offered(sql)) == copied


def test_a_column_that_is_joined_on_is_a_key_and_not_included() -> None:
    texts = offered("select u.name, o.total from orders o join users u on u.id = o.user_id where o.status = 'failed'")
    assert "orders (status, user_id) INCLUDE (total)" in texts
    assert not [text for text in texts if "user_id" in text.partition("INCLUDE")[2]]


def test_rows_that_an_offset_skips_are_not_covered() -> None:
    assert not [
        text for text in offered("select id, total from orders order by created_at limit $1 offset $2") if "INCLUDE" in text
    ]


def test_an_inferred_value_that_no_statistic_has_is_not_written() -> None:
    lookup = shop("select * from orders where status in ($1, $2)")
    query = query_of(lookup)
    for planned in ("{nowhere,seen}", '{failed,"on hold"}'):
        found = candidates(query, lookup, _plan(f"(status = ANY ('{planned}'::text[]))"))
        predicates = {index.where for index in found if index.where is not None}
        assert "status <> 'done'" in predicates and not any("nowhere" in where for where in predicates)


SPECIAL = (
    ("select * from orders where meta @> $1", "orders gin (meta jsonb_path_ops)"),
    ("select * from orders where meta ? $1", "orders gin (meta)"),
    ("select * from orders where meta ?| $1", "orders gin (meta)"),
    ("select * from orders where meta -> 'list' ? $1", "orders gin ((meta -> 'list'))"),
    ("select * from orders where meta -> 'list' @> $1", "orders gin ((meta -> 'list') jsonb_path_ops)"),
    ("select * from orders where meta @? '$.a'", "orders gin (meta jsonb_path_ops)"),
    ("select * from orders where tags && $1", "orders gin (tags)"),
    ("select * from orders where tags @> array[$1]", "orders gin (tags)"),
    ("select * from orders where doc @@ to_tsquery('english', $1)", "orders gin (doc)"),
    ("select * from orders where plainto_tsquery('english', $1) @@ doc", "orders gin (doc)"),
    ("select * from orders where to_tsvector('english', note) @@ to_tsquery('english', $1)",
     "orders gin ((to_tsvector('english', note)))"),
    ("select * from orders where span && $1", "orders gist (span)"),
    ("select * from orders where span @> $1", "orders gist (span)"),
    ("select * from orders where tstzrange(created_at, deleted_at) && tstzrange($1, $2)",
     "orders gist ((tstzrange(created_at, deleted_at)))"),
    ("select * from orders where ip << $1", "orders gist (ip inet_ops)"),
    ("select * from orders where ip >>= $1 or user_id = $2", "orders gist (ip inet_ops)"),
    ("select * from orders where spot <@ $1", "orders gist (spot)"),
    ("select * from orders order by spot <-> $1 limit 5", "orders gist (spot)"),
    ("select * from orders order by point(total::float8, id) <-> $1 limit 5",
     "orders gist ((point(total::double precision, id)))"),
    ("select * from orders where created_at > $1", "orders brin (created_at)"),
    ("select * from orders where local_at > $1", "orders brin (local_at timestamp_minmax_multi_ops)"),
    ("select * from orders where url = $1", "orders hash (url)"),
)  # fmt: skip
NOT_SPECIAL = (
    ("select * from orders where meta = $1", "gin"),
    ("select * from orders where to_tsvector(note) @@ to_tsquery($1)", "gin"),  # depends on a setting
    ("select * from orders where tags = $1", "gin"),
    ("select * from orders where tstzrange(created_at, deleted_at) && $1", "gin"),
    ("select * from orders where tstzrange(local_at, local_at) && $1", "gist"),  # depends on the time zone
    ("select * from orders where email ilike $1", "gin"),  # no pg_trgm
    ("select * from orders where span = $1", "gist"),
    ("select * from orders where ip = $1", "gist"),
    ("select * from orders where created_at = $1", "brin"),
    ("select * from orders where total > $1", "brin"),
    ("select * from orders where email = $1", "hash"),
    ("select * from orders where url > $1", "hash"),
    ("select * from orders where url = $1 order by url limit 3", "hash"),
)


@pytest.mark.parametrize(("sql", "wanted"), SPECIAL)
def test_other_methods(sql: str, wanted: str) -> None:
    assert wanted in offered(sql)


@pytest.mark.parametrize(("sql", "method"), NOT_SPECIAL)
def test_other_methods_keep_silent(sql: str, method: str) -> None:
    assert not [text for text in offered(sql) if f" {method} (" in text]


def test_trigrams_where_the_extension_is_installed() -> None:
    for condition in (
        "email like '%bcd%'",
        "email ilike $1",
        "email ~ 'bcd'",
        "email % $1",
        "lower(email) like '%' || $1 || '%'",
    ):
        found = offered(f"select * from orders where {condition}", extensions=["pg_trgm"])
        assert any("gin_trgm_ops" in text for text in found), (condition, found)
    assert not [t for t in offered("select * from orders where email like '%bc%'", extensions=["pg_trgm"]) if "gin" in t]


def test_scalars_join_a_gin_index_only_with_btree_gin() -> None:
    sql = "select * from orders where tags && $1 and user_id = $2"
    assert "orders gin (user_id, tags)" in offered(sql, extensions=["btree_gin"])
    assert not [text for text in offered(sql) if "gin (user_id" in text]


def test_brin_wants_a_big_table_and_multi_ranges_a_recent_server() -> None:
    assert not [text for text in offered("select * from orders where created_at > $1", rows=100_000) if "brin" in text]
    assert not [text for text in offered("select * from orders where local_at > $1", version=130010) if "brin" in text]
