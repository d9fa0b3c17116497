"""BRIN where it does nearly as well as a B-tree of a hundred times its size, and the B-tree where it does not."""

import pytest

from tests.advisor.advised import audit, creations, explain, run
from tests.conftest import Connection

SCHEMA = """
create table {0} (id bigint primary key, room int not null, body text not null, sent_at timestamptz not null);
insert into {0} select i, i % 500, repeat(md5(i::text), 8), timestamptz '2024-05-01+00' + {1} * interval '1 minute'
  from generate_series(1, 60000) i;
"""
TABLES = {
    "appended": "i",
    "nearly": "(i + (i * 7919) % 30)",
    "shuffled": "((i::bigint * 7919) % 60000)",
    "hot": "i",
    "moved": "i",
}
REPORT = (
    "select room, count(*), max(length(body)) from {} where sent_at >= '2024-05-20+00' and sent_at < '2024-05-21+00' group by 1"
)
STATEMENTS = (
    *(REPORT.format(name) for name in ("appended", "nearly", "shuffled", "moved")),
    "select id from hot where sent_at = '2024-05-22 03:50+00'",
    "select id, body from hot where sent_at > '2024-06-11+00' order by sent_at desc limit 10",
)


@pytest.mark.server
def test_brin_for_wide_ranges_of_what_is_only_appended(database: Connection, conninfo: str) -> None:
    for name, minute in TABLES.items():
        database.execute(SCHEMA.format(name, minute))
    database.execute("update moved set room = room + 1 where id % 3 = 0; update moved set room = room - 1 where id % 3 = 0")
    database.execute("delete from moved; insert into moved select * from appended order by sent_at")  # in order once more
    run(database, STATEMENTS)
    found = creations(audit(conninfo))
    assert found["appended"] == ["brin (sent_at)"]
    assert found["nearly"] in (["brin (sent_at)"], ["btree (sent_at)"])  # by how long the report took
    for name in ("shuffled", "hot"):
        assert [sql.split()[0] for sql in found[name]] == ["btree"], found
    assert not any("brin" in sql for sql in found.get("moved", ()))
    before = explain(database, STATEMENTS[0])
    database.execute("create index appended_brin on appended using brin (sent_at)")
    after = explain(database, STATEMENTS[0])
    assert after.indexes == {"appended_brin"} and after.cost < before.cost
