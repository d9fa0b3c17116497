"""HOT updates that an index ends: as reckoned, and as a real server counts them."""

from dataclasses import replace

import pytest

from pgadvisor.advisor.price.writes import Writes
from pgadvisor.model.index import Index
from pgadvisor.model.snapshot import Lookup
from tests.advisor.world import btree, lookup, query, table, usage, workload
from tests.conftest import Connection

INDEXES = {
    "key": btree("t", "b"),
    "included": btree("t", "id", include=["b"]),
    "predicate": btree("t", "id", where="b > 5"),
    "other column": btree("t", "id"),
    "brin": replace(btree("t", "b"), method="brin"),
    "brin predicate": replace(btree("t", "id", where="b > 5"), method="brin"),
    "brin other column": replace(btree("t", "id"), method="brin"),
}


@pytest.mark.server
@pytest.mark.parametrize("name", INDEXES)
def test_the_server_loses_them_where_we_say_so(database: Connection, name: str) -> None:
    index: Index = INDEXES[name]
    database.execute("create table t (id int, b int) with (fillfactor = 50)")
    database.execute("insert into t select i, i % 10 from generate_series(1, 500) i")
    database.execute(index.sql("i"))
    with database.transaction():
        database.execute("update t set b = (b + 3) % 10 where id % 20 = 3")
        row = database.execute(
            "select n_tup_upd - n_tup_hot_upd from pg_stat_xact_user_tables where relid = 't'::regclass"
        ).fetchone()
    assert row is not None
    update = query("u", "t", kind="update", assigned=["b"], rows=25, calls=1)
    found = lookup([table("t", "id", "b", usage=usage(updated=25, hot=25))])
    server = replace(found.snapshot.server, version_num=database.info.server_version)
    writes = Writes(Lookup(replace(found.snapshot, server=server)), workload(update))
    assert writes.cost(index).hot_updates_lost == row[0]
