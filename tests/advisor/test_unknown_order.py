"""What is said of a B-tree on an expression, of whose order nothing is known."""

import pytest

from tests.advisor.advised import audit, run
from tests.conftest import Connection

SCHEMA = """
create table moves (id bigint primary key, blocks int4range not null, note text not null);
insert into moves select i, int4range(i, case when i % 2 = 0 then i + 9 end), repeat(md5(i::text), 8)
  from generate_series(1, 60000) i;
create table names (id bigint primary key, name text not null, note text not null);
insert into names select i, 'Name ' || i, repeat(md5(i::text), 8) from generate_series(1, 60000) i;
"""
STATEMENTS = (
    "select note from moves where lower(blocks) >= 59980 and lower(blocks) <= 59990",
    "select note from names where upper(name) = 'NAME 7'",
)


@pytest.mark.server
def test_the_way_to_tell_whether_brin_would_do_is_told_for_ranges(database: Connection, conninfo: str) -> None:
    if database.info.server_version < 140000:
        pytest.skip("extended statistics have expressions since 14")
    database.execute(SCHEMA)
    run(database, STATEMENTS)
    found = [one for one in audit(conninfo).findings if one.rule == "missing-index"]
    helped = {str(table): one.help for one in found for table in one.tables}
    assert "CREATE STATISTICS … ON (lower(blocks)) FROM public.moves" in helped["public.moves"]
    assert "BRIN" not in helped["public.names"]
