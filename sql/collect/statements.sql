-- The counters of this database's statements, without reading the file of texts. queryid is NULL where we may not see.
SELECT /* pgadvisor */ s.queryid, s.userid AS user_oid, r.rolname::text AS user, {toplevel} AS toplevel,
       s.calls, s.total_exec_time AS total_ms, s.rows, s.min_exec_time AS min_ms, s.max_exec_time AS max_ms,
       s.stddev_exec_time AS stddev_ms,
       s.shared_blks_hit, s.shared_blks_read, s.shared_blks_dirtied, s.shared_blks_written,
       s.temp_blks_read, s.temp_blks_written, {read_ms} AS read_ms, s.wal_bytes,
       s.plans, s.total_plan_time AS plan_ms, {stats_since} AS stats_since
  FROM {schema}.pg_stat_statements(false) s
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid
 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
