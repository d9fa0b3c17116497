"""On a standby nothing is run, and the verify file still shows that server's own counters."""

from pathlib import Path

import psycopg

from pgadvisor.migrate import write_migration
from pgadvisor.model.index import Index
from pgadvisor.model.names import Name
from pgadvisor.whatif.localserver import LocalServer
from tests.migrate.support import Psql, create, finding, keys, lookup, report, table
from tests.postgres import binaries_for, wanted_majors

ORDERS = Name("public", "orders")


def test_a_standby(tmp_path: Path) -> None:
    major = wanted_majors()[-1]
    with LocalServer(binaries_for(major), {"wal_level": "replica", "max_wal_senders": "2"}) as server:
        with server.connect() as connection:
            connection.execute("create table orders (a int); create index orders_a_idx on orders (a)")
        server.stop()
        signal = server.data / "standby.signal"
        signal.touch()
        server.start()
        migration = write_migration(
            report(finding(create("orders_a_idx", Index(ORDERS, keys("a"))))), lookup("postgres", major, (table(ORDERS),))
        )
        psql = Psql(psycopg.conninfo.make_conninfo(server.conninfo), tmp_path)
        psql.write(migration)
        psql.refused("up", "this server is a standby")
        psql.refused("down", "this server is a standby")
        assert "CREATE INDEX orders_a_idx" in psql.good("verify")
