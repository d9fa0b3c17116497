"""Extended statistics: the objects, and production's numbers in them.

Their types have no input function. A value is put together as the server serialises it (src/backend/statistics/mvdistinct.c
and dependencies.c, the same from 13 to 18) and cast from bytea by a cast that converts nothing. Lists of most common
combinations are not in pg_stats_ext in a form that could be put back: those are left empty.
"""

import json
import struct
from collections.abc import Iterable, Mapping

import psycopg

from pgadvisor.model.catalog import ExtendedStatistics
from pgadvisor.model.names import Name
from pgadvisor.whatif.columntypes import read_columns
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.wire import Refused, condition_name, run

_NDISTINCT_MAGIC, _DEPENDENCIES_MAGIC, _BASIC = 0xA352BFA4, 0xB4549A2C, 1
_CASTS = ("CREATE CAST (bytea AS pg_ndistinct) WITHOUT FUNCTION", "CREATE CAST (bytea AS pg_dependencies) WITHOUT FUNCTION")
_OID = (
    "(SELECT s.oid FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = %s AND s.stxname = %s)"
)
_VALUES = "stxdndistinct = %s::bytea::pg_ndistinct, stxddependencies = %s::bytea::pg_dependencies"
_UPDATE = f"UPDATE pg_statistic_ext_data SET {_VALUES} WHERE stxoid = {_OID}"  # noqa: S608
_INSERT = f"""
INSERT INTO pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies)
SELECT {_OID}, %s, %s::bytea::pg_ndistinct, %s::bytea::pg_dependencies
"""
_FIRST_WITH_INHERIT = 15  # before, CREATE STATISTICS made the row


def _attributes(text: str, numbers: Mapping[int, int]) -> tuple[int, ...]:
    """Attribute numbers of the shadow; those of expressions are negative and the same everywhere."""
    return tuple(numbers[number] if number > 0 else number for number in map(int, text.split(",")))


def ndistinct_bytes(text: str | None, numbers: Mapping[int, int]) -> bytes | None:
    """pg_ndistinct as the server stores it, from its text such as {"1, 2": 100}; `numbers` maps production's attributes."""
    if text is None:
        return None
    items = [(float(count), _attributes(key, numbers)) for key, count in json.loads(text).items()]
    head = struct.pack("=III", _NDISTINCT_MAGIC, _BASIC, len(items))
    return head + b"".join(struct.pack(f"=di{len(key)}h", count, len(key), *key) for count, key in items)


def dependencies_bytes(text: str | None, numbers: Mapping[int, int]) -> bytes | None:
    """pg_dependencies as the server stores it, from its text such as {"1 => 2": 0.5}."""
    if text is None:
        return None
    items = [(float(degree), _attributes(key.replace("=>", ","), numbers)) for key, degree in json.loads(text).items()]
    head = struct.pack("=III", _DEPENDENCIES_MAGIC, _BASIC, len(items))
    return head + b"".join(struct.pack(f"=dh{len(key)}h", degree, len(key), *key) for degree, key in items)


def _write(site: Site, one: ExtendedStatistics, numbers: Mapping[int, int]) -> None:
    try:
        values = (ndistinct_bytes(one.n_distinct, numbers), dependencies_bytes(one.dependencies, numbers))
        name = (one.name.schema, one.name.name)
        if site.server.major < _FIRST_WITH_INHERIT:
            site.root.execute(_UPDATE, (*values, *name))
        else:
            site.root.execute(_INSERT, (*name, False, *values))
    except (ValueError, KeyError, struct.error):
        site.skip(f"extended statistics {one.name}", "its numbers could not be read")
    except psycopg.Error as error:
        site.skip(f"extended statistics {one.name}", condition_name(error.sqlstate or "XX000"))


def _made(site: Site) -> Iterable[ExtendedStatistics]:
    for one in site.lookup.snapshot.extended_statistics:
        wanted = one.table in site.tables and one.definition is not None and (one.n_distinct or one.dependencies)
        if wanted and site.make(f"extended statistics {one.name}", str(one.definition)):
            yield one


def _numbers(site: Site, table: Name, known: Mapping[tuple[Name, str], int]) -> dict[int, int]:
    """Production's attribute numbers to the shadow's, which has no dropped columns."""
    return {column.number: known[table, column.name] for column in site.lookup.tables[table].columns}


def create_extended_statistics(site: Site) -> None:
    """Create the statistics objects of the shadow's tables and give them what production has found."""
    made = list(_made(site))
    if not made:
        return
    try:
        for cast in _CASTS:
            run(site.root, cast)
    except Refused as error:
        site.skip("extended statistics", error.reason)
        return
    known = {key: column.number for key, column in read_columns(site.root).items()}
    for one in made:
        _write(site, one, _numbers(site, one.table, known))
