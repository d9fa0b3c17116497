"""pg_stat_statements, versions 1.8 to 1.12, in whatever schema it is: counters first, texts after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from pgadvisor.collect.reading import Parts, Reading, Row, utc
from pgadvisor.connect import NotLoaded, ReadError
from pgadvisor.connect.sqlfile import MARKER
from pgadvisor.errors import PrerequisiteError
from pgadvisor.model.catalog import Extension
from pgadvisor.model.names import quote_identifier
from pgadvisor.model.server import Setting
from pgadvisor.model.statement import Counters, Statement, StatementsInfo

NAME = "pg_stat_statements"
_TEXT_TIMEOUT_S = 120.0
_PRELOAD = f"ALTER SYSTEM SET shared_preload_libraries = '{NAME}'; then restart the server"
_CREATE = f"CREATE EXTENSION {NAME};"


@dataclass(frozen=True, slots=True)
class View:
    """The extension as this database has it."""

    extension: Extension
    columns: frozenset[str]
    info_columns: frozenset[str]

    @property
    def schema(self) -> sql.Identifier:
        return sql.Identifier(self.extension.schema)

    @property
    def toplevel(self) -> str:
        return "s.toplevel" if "toplevel" in self.columns else "true"


def find_view(reading: Reading, extensions: Iterable[Extension], settings: Iterable[Setting] = ()) -> View:
    """The view to read. Raises PrerequisiteError with the SQL to run where it is missing or too old."""
    extension = next((one for one in extensions if one.name == NAME), None)
    if extension is None:
        raise PrerequisiteError(f"the extension {NAME} does not exist in this database", _how_to_create(settings))
    rows = reading.rows("statements_columns", schema=extension.schema)
    columns = frozenset(row["column"] for row in rows if row["view"] == NAME)
    if "total_exec_time" not in columns:
        raise PrerequisiteError(
            f"the extension {NAME} is at version {extension.version}, older than 1.8", f"ALTER EXTENSION {NAME} UPDATE;"
        )
    return View(extension, columns, frozenset(row["column"] for row in rows if row["view"] == f"{NAME}_info"))


def _how_to_create(settings: Iterable[Setting]) -> str:
    preloaded = next((one.value for one in settings if one.name == "shared_preload_libraries"), None)
    if preloaded is None or NAME in preloaded:
        return _CREATE
    libraries = f"{preloaded},{NAME}" if preloaded else NAME
    return f"ALTER SYSTEM SET shared_preload_libraries = '{libraries}'; then restart the server, then {_CREATE}"


@dataclass(frozen=True, slots=True)
class Counted:
    """The statements that we may see, and the number of those that we may not."""

    statements: tuple[Statement, ...]
    hidden: int


def read_counters(reading: Reading, view: View) -> Counted:
    """The statements of this database without their texts. Raises PrerequisiteError where the library is not loaded."""
    read_ms = "shared_blk_read_time" if "shared_blk_read_time" in view.columns else "blk_read_time"
    since = "pg_catalog.date_part('epoch', s.stats_since)" if "stats_since" in view.columns else "NULL::float8"
    parts: Parts = {"schema": view.schema, "toplevel": view.toplevel, "read_ms": f"s.{read_ms}", "stats_since": since}
    try:
        rows = reading.rows("statements", parts)
    except NotLoaded:
        raise PrerequisiteError(f"{NAME} is not in shared_preload_libraries, so it counts nothing", _PRELOAD) from None
    visible = [row for row in rows if row["queryid"] is not None]
    return Counted(tuple(map(_statement, visible)), len(rows) - len(visible))


def _statement(row: Row) -> Statement:
    return Statement(
        queryid=row["queryid"],
        user_oid=row["user_oid"],
        user=row["user"] or "",
        toplevel=row["toplevel"],
        text=None,
        counters=Counters(
            calls=row["calls"],
            total_ms=row["total_ms"],
            rows=row["rows"],
            shared_blocks_hit=row["shared_blks_hit"],
            shared_blocks_read=row["shared_blks_read"],
            shared_blocks_dirtied=row["shared_blks_dirtied"],
            shared_blocks_written=row["shared_blks_written"],
            temp_blocks_read=row["temp_blks_read"],
            temp_blocks_written=row["temp_blks_written"],
            read_ms=row["read_ms"],
            wal_bytes=int(row["wal_bytes"]),
            plans=row["plans"],
            plan_ms=row["plan_ms"],
        ),
        min_ms=row["min_ms"],
        max_ms=row["max_ms"],
        stddev_ms=row["stddev_ms"],
        stats_since=utc(row["stats_since"]),
    )


def read_texts(reading: Reading, view: View, statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """`statements` with their texts, our own left out. Where the server cannot give the texts they stay None."""
    parts: Parts = {"schema": view.schema, "toplevel": view.toplevel}
    try:
        rows = reading.rows("statement_texts", parts, timeout_s=_TEXT_TIMEOUT_S)
    except ReadError as error:
        reading.skip("texts of the statements", error.message)
        return tuple(statements)
    texts = {(row["user_oid"], row["queryid"], row["toplevel"]): row["text"] for row in rows}
    read = (replace(statement, text=texts.get(statement.key)) for statement in statements)
    return tuple(statement for statement in read if MARKER not in (statement.text or ""))


def judge_hidden(reading: Reading, statements: Sequence[Statement], hidden: int, user: str) -> None:
    """Say that statements of other roles are hidden from us; raises PrerequisiteError where all are."""
    if not hidden:
        return
    grant = f"GRANT pg_read_all_stats TO {quote_identifier(user)};"
    why = f"the role {quote_identifier(user)} may not see the statements of other roles"
    if not statements:
        raise PrerequisiteError(f"{why}, and these are all there are ({hidden})", grant)
    reading.skip(f"{hidden} statements of {NAME}", f"{why}: {grant}")


def read_info(reading: Reading, view: View) -> StatementsInfo:
    """Since when it counts and what it dropped; both are known from version 1.9 on."""
    known = "dealloc" in view.info_columns
    source = sql.SQL("FROM {}.{} i").format(view.schema, sql.Identifier(f"{NAME}_info")) if known else sql.SQL("")
    parts = {
        "stats_reset": sql.SQL("pg_catalog.date_part('epoch', i.stats_reset)" if known else "NULL::float8"),
        "evictions": sql.SQL("i.dealloc" if known else "NULL::bigint"),
        "source": source,
    }
    row = reading.rows("statements_info", parts)[0]
    return StatementsInfo(
        extension_version=view.extension.version,
        stats_reset=utc(row["stats_reset"]),
        evictions=row["evictions"],
        max_statements=int(row["max_statements"]) if row["max_statements"] else None,
        track=row["track"],
    )
