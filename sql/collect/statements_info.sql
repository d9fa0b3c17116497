-- Since when pg_stat_statements counts, and how many entries it had to drop for want of room.
SELECT /* pgadvisor */ {stats_reset} AS stats_reset, {evictions} AS evictions,
       pg_catalog.current_setting('pg_stat_statements.max', true) AS max_statements,
       pg_catalog.current_setting('pg_stat_statements.track', true) AS track
{source}
