"""The server, the database, and what our role may read there."""

from dataclasses import dataclass

from pgadvisor.collect.reading import Reading, utc
from pgadvisor.model.server import Server


def read_server(reading: Reading) -> Server:
    parts = {
        "locale_provider": reading.since(150000, "d.datlocprovider::text", "'c'"),
        "locale": reading.since(170000, "d.datlocale", reading.since(150000, "d.daticulocale::text", "NULL::text")),
    }
    row = reading.rows("server", parts)[0]
    return Server(
        version_num=row["version_num"],
        database=row["database"],
        user=row["user"],
        in_recovery=row["in_recovery"],
        pooled=row["backend_pid"] != reading.session.backend_pid,
        encoding=row["encoding"],
        collate=row["collate"],
        ctype=row["ctype"],
        locale_provider=row["locale_provider"],
        started_at=utc(row["started_at"]),
        stats_reset=utc(row["stats_reset"]),
        locale=row["locale"],
        transactions=row["transactions"],
    )


@dataclass(frozen=True, slots=True)
class Privileges:
    """What our role may read; `reads_tables` is the membership in pg_read_all_data, which PostgreSQL 14 brought."""

    user: str
    superuser: bool
    bypasses_row_security: bool
    reads_statistics: bool
    reads_settings: bool
    reads_tables: bool


def read_privileges(reading: Reading) -> Privileges:
    reads_tables = reading.since(140000, "pg_catalog.pg_has_role('pg_read_all_data', 'USAGE')", "r.rolsuper")
    return Privileges(**reading.rows("privileges", {"reads_tables": reads_tables})[0])
