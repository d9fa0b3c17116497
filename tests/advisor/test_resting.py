"""What the gain of an index rests on."""

import pytest

from pgadvisor.advisor.words.resting import guessed_range
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.parse.workload import understand
from tests.catalog import make_lookup, make_statement

DDL = "create table readings (id int primary key, station int not null, at timestamptz not null, degrees real not null)"


@pytest.mark.parametrize(
    ("sql", "columns", "guessed"),
    [
        ("select station, avg(degrees) from readings where degrees > $1 group by station", ("degrees",), True),
        ("select count(*) from readings where at < $1", ("at",), True),
        ("select count(*) from readings where at > $1", ("at",), False),  # what is recent
        ("select count(*) from readings where degrees > $1 and degrees < $2", ("degrees",), False),
        ("select count(*) from readings where station = $1 and degrees > $2", ("station", "degrees"), False),
        ("select count(*) from readings where degrees > 30", ("degrees",), False),
        ("select id from readings where degrees > $1", ("degrees",), False),  # the rows it returned are counted
    ],
)
def test_a_range_of_which_nothing_is_known(sql: str, columns: tuple[str, ...], guessed: bool) -> None:
    lookup = make_lookup(DDL, rows={"readings": 100_000}, statements=(make_statement(sql, calls=10, rows=300),))
    index = Index(Name("public", "readings"), tuple(IndexKey(column=column) for column in columns))
    assert guessed_range(index, understand(lookup).queries[0], lookup) is guessed
