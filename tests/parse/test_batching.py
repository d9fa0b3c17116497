"""A statement for one key made one for many."""

import pytest
from pglast import parse_sql

from pgadvisor.parse.batching import batched_sql
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup
from tests.parse.schema import SCHEMA


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select * from users where id = $1", "SELECT * FROM users WHERE id = ANY($1)"),
        (
            "select name from users u where u.id = $1 and active limit $2",
            "SELECT name, u.id FROM users u WHERE u.id = ANY($1) AND active",
        ),
        ("select id, name from users where id = $1", "SELECT id, name FROM users WHERE id = ANY($1)"),
        (
            "select count(*) from orders where user_id = $1 and status = 'x'",
            "SELECT count(*), user_id FROM orders WHERE user_id = ANY($1) AND status = $2 GROUP BY user_id",
        ),
        ("select name from users where id = $1::int", "SELECT name, id FROM users WHERE id = ANY($1::int[])"),
        ("select name from users where $1 = id", "SELECT name, id FROM users WHERE id = ANY($1)"),
        (
            "select i.sku from orders o join items i on i.order_id = o.id where o.user_id = $1 order by i.sku",
            "SELECT i.sku, o.user_id FROM orders o JOIN items i ON i.order_id = o.id WHERE o.user_id = ANY($1) ORDER BY i.sku",
        ),
        ("select id from orders where user_id = $1 order by id limit 1", None),
        ("select id from orders where user_id = $1 limit 1 offset 2", None),
        ("select id from orders where user_id = $1 or total > 5", None),
        ("select id from orders where user_id = $1 union all select id from items", None),
        ("delete from orders where user_id = $1", None),
        ("select distinct on (id) id from orders where user_id = $1", None),
        ("select id from users u where exists (select 1 from orders o where o.user_id = $1 and o.id = u.id)", None),
    ],
)
def test_batched(sql: str, expected: str | None) -> None:
    (query,) = understand(make_lookup(SCHEMA, statements=[sql])).queries
    key = next(predicate for predicate in query.predicates if predicate.operand.kind == "parameter" and predicate.operator == "=")
    found = batched_sql(query, key)
    assert found == expected
    assert found is None or len(parse_sql(found)) == 1


def test_only_an_equality_with_a_parameter() -> None:
    (query,) = understand(make_lookup(SCHEMA, statements=["select id from orders where total > $1 and user_id = 5"])).queries
    assert [batched_sql(query, predicate) for predicate in query.predicates] == [None, None]
