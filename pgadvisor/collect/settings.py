"""The server's settings that steer the planner, and those that the rules judge."""

from pgadvisor.collect.reading import Reading
from pgadvisor.model.server import Setting

_NAMES = (
    # memory and parallelism
    "effective_cache_size", "effective_io_concurrency", "hash_mem_multiplier", "logical_decoding_work_mem",
    "maintenance_io_concurrency", "maintenance_work_mem", "max_worker_processes", "shared_buffers", "temp_buffers",
    "temp_file_limit", "work_mem",
    # planning
    "constraint_exclusion", "cursor_tuple_fraction", "default_statistics_target", "plan_cache_mode",
    "recursive_worktable_factor", "row_security", "standard_conforming_strings",
    # how values are written and compared
    "block_size", "lc_collate", "lc_ctype", "lc_monetary", "lc_numeric", "lc_time", "segment_size", "server_encoding",
    "DateStyle", "IntervalStyle", "TimeZone", "default_text_search_config", "search_path",
    # sessions and time-outs
    "default_transaction_isolation", "idle_in_transaction_session_timeout", "idle_session_timeout", "lock_timeout",
    "max_connections", "statement_timeout", "superuser_reserved_connections", "transaction_timeout",
    # accounting and upkeep
    "checkpoint_timeout", "compute_query_id", "default_toast_compression", "log_line_prefix", "log_min_duration_statement",
    "max_wal_size", "shared_preload_libraries", "track_activities", "track_counts", "track_io_timing", "wal_level",
)  # fmt: skip


def read_settings(reading: Reading) -> tuple[Setting, ...]:
    rows = reading.rows("settings", names=list(_NAMES))
    return tuple(Setting(row["name"], row["value"], row["unit"], row["source"]) for row in rows)
