"""Where parameters stand, and what belongs there."""

import pytest

from pgadvisor.parse.slot_types import Slot
from pgadvisor.parse.slots import parameter_slots

CASES = (
    ("select interval $1", 1, Slot("cast", type_sql="interval")),
    ("select $1::int4[]", 1, Slot("cast", type_sql="int4[]")),
    ("select extract($1 from x) from t", 1, Slot("argument", function="extract", position=0, arguments=2)),
    ("select 1 from t where t.a = $1", 1, Slot("value", qualifier="t", column="a")),
    ("select 1 from t where $1 < a", 1, Slot("value", column="a")),
    ("select 1 from t where a = any($1)", 1, Slot("array", column="a")),
    ("select 1 from t where $1 = any(a)", 1, Slot("element", column="a")),
    ("select 1 from t where a = any(array[$1])", 1, Slot("typed", column="a")),
    ("select 1 from t where a between $1 and $2", 2, Slot("value", column="a")),
    ("select 1 from t where (a, b) > ($1, $2)", 2, Slot("value", column="b")),
    ("select 1 from t where a in ($1, $2)", 2, Slot("value", column="a")),
    ("select 1 from t where a > now() - $1", 1, Slot("shift", type_sql="timestamp with time zone")),
    ("select 1 from t where a > current_date - $1", 1, Slot("shift", type_sql="date")),
    ("select 1 from t where a > $1 - interval '1 day'", 1, Slot("typed", type_sql="timestamp with time zone")),
    ("select 1 from t where $1 is null or a = $1", 1, Slot("value", column="a")),
    ("select 1 from t where $1", 1, Slot("condition")),
    ("select 1 from t limit $1 offset $2", 2, Slot("count")),
    ("select a[$1] from t", 1, Slot("count")),
    ("select j ->> $1 from t", 1, Slot("value", type_sql="text")),
    ("select 1 from t where j ->> 'a' = $1", 1, Slot("value", type_sql="text")),
    ("select 1 from t where j ?| $1", 1, Slot("value", type_sql="text[]")),
    ("select 1 from t where d @@ $1", 1, Slot("value", type_sql="tsquery")),
    ("select coalesce(a, $1) from t", 1, Slot("value", column="a")),
    ("select case when a then $1 else b end from t", 1, Slot("value", column="b")),
    ("select count(*) from t having count(*) > $1", 1, Slot("value", type_sql="bigint")),
    ("insert into t (a, b) values ($1, $2)", 2, Slot("value", column="b")),
    ("insert into t values ($1, $2)", 2, Slot("value", position=1)),
    ("insert into t (a) select $1 from u where c = $2", 1, Slot("value", column="a")),
    ("insert into t (a) values ($1) on conflict (a) do update set b = $2", 2, Slot("value", column="b")),
    ("update t set a = $1", 1, Slot("value", column="a")),
    ("update t set (a, b) = ($1, $2)", 2, Slot("value", column="b")),
    ("update t set a = case when $1 then $2 else $3 end", 3, Slot("typed", column="a")),
    ("delete from t where a = $1", 1, Slot("value", column="a")),
    ("merge into t using u on t.a = u.a when matched then update set b = $1", 1, Slot("value", column="b")),
    ("select $1", 1, Slot("nothing")),
)


@pytest.mark.parametrize(("sql", "number", "slot"), CASES)
def test_slot(sql: str, number: int, slot: Slot) -> None:
    assert parameter_slots(sql)[number] == slot


def test_text_that_is_no_sql_has_no_slots() -> None:
    assert parameter_slots("select from where $1") == {}


def test_every_parameter_has_a_slot() -> None:
    sql = "select f($1, $2) over (partition by $3 order by $4 rows $5 preceding) from t tablesample system ($6) where a ~ $7"
    assert sorted(parameter_slots(sql)) == [1, 2, 3, 4, 5, 6, 7]
