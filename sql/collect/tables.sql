-- Every table of the application with its counters: raw catalog rows and counters, which take no lock on the tables.
SELECT /* pgadvisor */ c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
       c.relpersistence::text AS persistence, c.reltuples::float8 AS rows, c.relpages AS pages,
       c.relallvisible AS all_visible_pages, c.reloptions AS options, c.relrowsecurity AS row_security,
       pg_catalog.pg_stat_get_numscans(c.oid) AS seq_scans,
       pg_catalog.pg_stat_get_tuples_returned(c.oid) AS seq_rows_read,
       pg_catalog.pg_stat_get_tuples_inserted(c.oid) AS rows_inserted,
       pg_catalog.pg_stat_get_tuples_updated(c.oid) AS rows_updated,
       pg_catalog.pg_stat_get_tuples_deleted(c.oid) AS rows_deleted,
       pg_catalog.pg_stat_get_tuples_hot_updated(c.oid) AS rows_hot_updated,
       pg_catalog.pg_stat_get_live_tuples(c.oid) AS rows_live,
       pg_catalog.pg_stat_get_dead_tuples(c.oid) AS rows_dead,
       pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS rows_modified_since_analyze,
       pg_catalog.date_part('epoch', GREATEST(pg_catalog.pg_stat_get_last_vacuum_time(c.oid),
                                              pg_catalog.pg_stat_get_last_autovacuum_time(c.oid))) AS last_vacuum,
       pg_catalog.date_part('epoch', GREATEST(pg_catalog.pg_stat_get_last_analyze_time(c.oid),
                                              pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid))) AS last_analyze
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY c.oid
