"""The B-tree kinds: what they offer, and when they keep silent."""

import pytest

from tests.advisor.candidates.offers import offered

FIRING = (
    # equality
    ("select * from orders where user_id = $1", "orders (user_id)"),
    ('select * from orders where user_id = $1 and "Region" = $2', 'orders (user_id, "Region")'),
    ('select * from orders where user_id = $1 and "Region" = $2', 'orders ("Region", user_id)'),
    ("select * from orders where user_id in ($1, $2) and status = $3", "orders (status, user_id)"),
    ("select * from orders where user_id = any($1)", "orders (user_id)"),
    ("select * from orders where user_id = (select max(id) from users)", "orders (user_id)"),
    ("select * from orders where stage = $1 and user_id = $2", "orders (user_id, stage)"),
    # ranges
    ("select * from orders where created_at > $1", "orders (created_at)"),
    ("select * from orders where user_id = $1 and created_at > $2", "orders (user_id, created_at)"),
    ("select * from orders where user_id = $1 and created_at between $2 and $3", "orders (user_id, created_at)"),
    ('select * from orders where "Region" in ($1, $2) and created_at > $3', 'orders ("Region", created_at)'),
    ("select id from orders where user_id = $1 and total < $2 and created_at > $3",
     "orders (user_id, created_at) INCLUDE (id, total)"),
    # order
    ("select * from orders order by created_at desc limit 10", "orders (created_at)"),
    ("select * from orders where user_id = $1 order by created_at desc limit $2", "orders (user_id, created_at)"),
    ("select * from orders order by total desc, id limit 5", "orders (total DESC, id)"),
    ("select * from orders order by total desc nulls last limit 5", "orders (total DESC NULLS LAST)"),
    ("select * from orders where status = $1 order by total desc, id desc limit 5", "orders (status, total, id)"),
    ("select * from orders where user_id in ($1, $2) order by user_id, total desc limit 9", "orders (user_id, total DESC)"),
    ("select * from orders where status in ($1, $2) order by created_at limit 9", "orders (created_at, status)"),
    ("select distinct on (user_id) * from orders order by user_id, created_at desc", "orders (user_id, created_at DESC)"),
    # keyset
    ("select * from orders where (created_at, id) < ($1, $2) order by created_at desc, id desc limit 20",
     "orders (created_at, id)"),
    ("select * from orders where user_id = $3 and (created_at, id) < ($1, $2) limit 20", "orders (user_id, created_at, id)"),
    # min, max
    ("select max(created_at) from orders", "orders (created_at)"),
    ("select min(total) from orders where user_id = $1", "orders (user_id, total)"),
    # joins
    ("select o.* from users u join orders o on o.user_id = u.id where u.country = $1", "orders (user_id)"),
    ("select o.* from users u join orders o on o.user_id = u.id where u.country = $1", "users (country)"),
    ("select o.* from users u join orders o on o.user_id = u.id where o.status = $1 and u.name = $2", "orders (user_id, status)"),
    ("select o.* from users u join orders o on o.user_id = u.id where o.status = $1 and u.name = $2", "orders (status, user_id)"),
    ("select * from users u left join orders o on o.user_id = u.id and o.total > $1 where u.name = $2",
     "orders (user_id, total)"),
    ("select * from users where id in (select user_id from orders where total = $1)", "orders (total, user_id)"),
    ("select * from users u where exists (select from orders o where o.user_id = u.id)", "orders (user_id)"),
    ("select * from users a join users b on a.manager_id = b.id where b.name = $1", "users (manager_id)"),
    ("select o.* from users u join orders o on o.user_id = u.id and o.email = u.name where u.country = $1",
     "orders (email, user_id)"),
    ("select o.* from users u join orders o on o.user_id = u.id and o.email = u.name where u.country = $1",
     "orders (user_id, email)"),
    # OR
    ("select * from orders where user_id = $1 or email = $2", "orders (email)"),
    ("select * from orders where user_id = $1 or email = $2", "orders (user_id)"),
    ("select * from orders where status = $3 and (user_id = $1 or email = $2)", "orders (status, email)"),
    # IS NULL
    ("select * from orders where user_id = $1 and deleted_at is null", "orders (user_id, deleted_at)"),
    # grouping
    ("select user_id, count(*) from orders where status = $1 group by user_id", "orders (status, user_id)"),
    # expressions
    ("select * from orders where lower(email) = $1", "orders ((lower(email)))"),
    ("select * from orders where lower(email) = lower($1) and user_id = $2", "orders ((lower(email)), user_id)"),
    ("select * from orders where local_at::date = $1", "orders ((local_at::date))"),
    ("select * from orders where date_trunc('day', local_at) = $1", "orders ((date_trunc('day', local_at)))"),
    ("select * from orders where meta ->> 'kind' = $1", "orders ((meta ->> 'kind'))"),
    ("select * from orders where (meta ->> 'n')::int > $1", "orders (((meta ->> 'n')::int))"),
    ("select * from orders where squeeze(email) = $1", "orders ((public.squeeze(email)))"),
    ("select * from orders order by lower(email) limit 10", "orders ((lower(email)))"),
    # others
    ("update orders set total = $1 where user_id = $2", "orders (user_id)"),
    ("delete from orders where created_at < $1", "orders (created_at)"),
    ("select * from orders where user_id = $1 for update", "orders (user_id)"),
    ("select * from active_orders where user_id = $1", "orders (user_id)"),
    ("select * from parts where id = $1", "parts (id)"),
    ("select * from orders where upper_name = $1", "orders (upper_name)"),
    ("select * from orders where code = $1", "orders (code)"),
)  # fmt: skip

SILENT = (
    "select * from orders",
    "select * from tiny where kind = $1",
    "select * from orders where id = $1",  # the primary key
    "insert into orders (id, user_id) values ($1, $2)",
    "select * from orders where raw = $1",
    "select * from orders where shaky(email) = $1",
    "select * from orders where created_at::date = $1",
    "select * from orders where date_trunc('day', created_at) = $1",
    "select * from orders where extract(year from created_at) = $1",
    "select * from orders where user_id <> $1",
    "select * from orders where user_id = id",
    "select * from orders where note = $1 and length(shaky(note)) > $2 and false",
    "select count(*) from orders",
    "select * from orders where user_id not in ($1, $2)",
)


@pytest.mark.parametrize(("sql", "wanted"), FIRING)
def test_offers(sql: str, wanted: str) -> None:
    found = offered(sql)
    assert any(text == wanted or text.startswith(wanted + " ") for text in found), found


@pytest.mark.parametrize("sql", SILENT)
def test_offers_no_btree(sql: str) -> None:
    allowed = ("orders gin", "orders gist", "orders hash")
    assert [text for text in offered(sql) if not text.startswith(allowed)] == []


@pytest.mark.parametrize(
    ("existing", "sql", "gone"),
    [
        ("create index on orders (user_id)", "select * from orders where user_id = $1", "orders (user_id)"),
        ("create index on orders (user_id, total)", "select * from orders where user_id = $1", "orders (user_id)"),
        (
            "create index on orders (total desc, id)",
            "select * from orders order by total desc, id limit 1",
            "orders (total DESC, id)",
        ),
        (
            "create index on orders (total, id desc)",
            "select * from orders order by total desc, id limit 1",
            "orders (total DESC, id)",
        ),
        ("create index on orders (lower(email))", "select * from orders where lower(email) = $1", "orders ((lower(email)))"),
    ],
)
def test_what_exists_is_not_offered(existing: str, sql: str, gone: str) -> None:
    assert gone in offered(sql)
    assert gone not in offered(sql, more=existing + ";")


@pytest.mark.parametrize(
    "existing",
    [
        "create index on orders (total, user_id)",
        "create index on orders (user_id) where active",
        "create index on orders using hash (user_id)",
        "create index on orders (user_id text_pattern_ops)",
    ],
)
def test_what_only_looks_alike_does_not_count_as_existing(existing: str) -> None:
    assert "orders (user_id)" in offered("select * from orders where user_id = $1", more=existing + ";")


def test_an_order_that_runs_one_way_only_is_no_other_order() -> None:
    found = offered("select * from orders order by total desc, id limit 1", more="create index on orders (total, id);")
    assert "orders (total DESC, id)" in found


def test_like_wants_the_pattern_class_unless_the_collation_is_c() -> None:
    assert "orders (email text_pattern_ops)" in offered("select * from orders where email like 'abc%'")
    assert "orders (email)" in offered("select * from orders where email like 'abc%'", collate="C")
    assert "orders ((upper(email)) text_pattern_ops)" in offered("select * from orders where upper(email) like 'ABC%'")
    assert "orders (user_id, email text_pattern_ops)" in offered("select * from orders where email like $1 and user_id = $2")
    assert offered("select * from orders where email like '%abc'") == []


def test_wide_columns_are_no_keys() -> None:
    assert not [text for text in offered("select * from orders where note = $1") if "hash" not in text]


def test_columns_that_join_different_tables_are_no_keys_of_one_index() -> None:
    """No row has the values of both before this table was read."""
    found = offered("select * from orders o join users u on u.id = o.user_id join parts p on p.id = o.total where u.country = $1")
    assert "orders (user_id)" in found
    assert not [text for text in found if "user_id" in text.split(" INCLUDE")[0] and "total" in text.split(" INCLUDE")[0]]


def test_few_and_stable() -> None:
    sql = """select o.id from orders o join users u on u.id = o.user_id join users m on m.id = u.manager_id
        where o.status = 'failed' and o.created_at > $1 and o.total > $2 and o."Region" = $3 and m.country = $4 and not o.active
        and (u.name = $5 or u.country = $6) order by o.created_at desc, o.id limit 10"""
    first = offered(sql)
    assert 0 < len(first) <= 30
    assert first == offered(sql)
    assert all(text.split(" INCLUDE")[0].split(" WHERE")[0].count(",") <= 3 for text in first)
