"""What is missing on the server, each with the SQL that adds it."""

import re
from typing import Any

from pgadvisor.connect import Session, load
from pgadvisor.model.check import Check
from pgadvisor.model.names import quote_identifier

_OLDEST, _NEWEST = 130000, 190000
_PRELOAD = "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';  -- then restart; keep the libraries that are there"

_PREFIX = "ALTER SYSTEM SET log_line_prefix = '%m [%p] %q%u@%d '; SELECT pg_reload_conf();"
_LOGGING = f"ALTER SYSTEM SET log_min_duration_statement = 0; {_PREFIX}  -- it may be much; -1 ends it"


def examine_server(session: Session) -> tuple[Check, ...]:
    """Every check of the server that `session` is connected to; read in one statement."""
    facts = session.read(load("doctor/facts"))[0]
    pooled = facts["backend_pid"] != session.backend_pid
    return (_version(facts), _pooler(pooled), _role(facts), *_statements(facts), _reads_stats(facts), _reads_tables(facts),
            _analysed(facts), _log(facts), _recovery(facts))  # fmt: skip


def _version(facts: dict[str, Any]) -> Check:
    number = facts["version_num"]
    said = f"PostgreSQL {number // 10000}.{number % 10000}, database {facts['database']}"
    if number < _OLDEST:
        return Check("server version", "missing", f"{said}: 13 is the oldest that is understood", "upgrade the server")
    if number >= _NEWEST:
        return Check("server version", "warning", f"{said}: newer than what was tested")
    return Check("server version", "ok", said)


def _pooler(pooled: bool) -> Check:
    if pooled:
        return Check("pooler", "warning", "a connection pooler answers in the server's place", "connect to the server itself")
    return Check("pooler", "ok", "connected to the server itself")


def _role(facts: dict[str, Any]) -> Check:
    if facts["superuser"]:
        said = f"{facts['role']} is a superuser; pgadvisor needs far less"
        return Check("role", "warning", said, "make the role of sql/setup/role.sql and connect as it")
    return Check("role", "ok", f"connected as {facts['role']}, not a superuser")


def _statements(facts: dict[str, Any]) -> tuple[Check, ...]:
    name = "pg_stat_statements"
    preloaded = facts["preloaded"]
    if preloaded is not None and name not in preloaded:
        return (Check(name, "missing", "not in shared_preload_libraries, so nothing is counted", _PRELOAD),)
    if facts["extension"] is None:
        return (Check(name, "missing", "not created in this database", f"CREATE EXTENSION {name};"),)
    checks = [Check(name, "ok", f"extension {facts['extension']} is there")]
    if facts["available"] is not None and facts["extension"] != facts["available"]:
        said = f"extension {facts['extension']} is older than the server's {facts['available']}: it lacks columns"
        checks = [Check(name, "warning", said, f"ALTER EXTENSION {name} UPDATE;")]
    if facts["track"] == "none":
        checks.append(Check("tracking", "missing", "pg_stat_statements.track is none, so nothing is counted",
                            "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();"))  # fmt: skip
    if facts["compute_query_id"] == "off":
        checks.append(Check("query ids", "missing", "compute_query_id is off, so nothing is counted",
                            "ALTER SYSTEM SET compute_query_id = 'auto'; SELECT pg_reload_conf();"))  # fmt: skip
    if facts["track_io_timing"] == "off":
        checks.append(Check("I/O timing", "warning", "track_io_timing is off: time spent reading is not told apart",
                            "ALTER SYSTEM SET track_io_timing = on; SELECT pg_reload_conf();"))  # fmt: skip
    return tuple(checks)


def _reads_stats(facts: dict[str, Any]) -> Check:
    if facts["reads_all_stats"] or facts["superuser"]:
        return Check("statements of other roles", "ok", "can be read")
    said = "the role is no member of pg_read_all_stats: other roles' statements stay hidden"
    return Check("statements of other roles", "missing", said, f"GRANT pg_monitor TO {quote_identifier(facts['role'])};")


def _reads_tables(facts: dict[str, Any]) -> Check:
    unreadable, tables = facts["unreadable"], facts["tables"]
    if not unreadable:
        return Check("statistics of columns", "ok", f"can be read for all {tables:,} tables")
    role = quote_identifier(facts["role"])
    what = "pg_read_all_data" if facts["version_num"] >= 140000 else "SELECT ON ALL TABLES IN SCHEMA …"
    said = f"pg_stats hides {unreadable:,} of {tables:,} tables from a role that may not SELECT from them"
    return Check("statistics of columns", "warning", said, f"GRANT {what} TO {role};")


def _analysed(facts: dict[str, Any]) -> Check:
    never = facts["never_analysed"]
    if not never:
        return Check("ANALYZE", "ok", "every table was analysed")
    return Check("ANALYZE", "warning", f"{never:,} of {facts['tables']:,} tables were never analysed", "ANALYZE;")


def _log(facts: dict[str, Any]) -> Check:
    """Whether --log would find anything in the server's log."""
    if not facts["statements_logged"]:
        said = "the server's log holds no statements: for a while it could give --log real constants and the order of statements"
        return Check("log", "warning", said, _LOGGING)
    if re.search(r"%-?\d*[pc]", facts["log_line_prefix"] or "") is None:
        said = "log_line_prefix names no session (%p or %c): only csvlog and jsonlog tell --log the order of statements"
        return Check("log", "warning", said, _PREFIX)
    return Check("log", "ok", "statements are logged, see --log")


def _recovery(facts: dict[str, Any]) -> Check:
    if facts["in_recovery"]:
        said = "this is a standby: its counters are its own, and migrations run on the primary"
        return Check("primary", "warning", said, "audit the primary too")
    return Check("primary", "ok", "not a standby")
