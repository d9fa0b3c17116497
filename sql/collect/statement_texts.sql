-- The texts, apart from the counters: the server reads its whole file of texts for this.
SELECT /* pgadvisor */ s.queryid, s.userid AS user_oid, {toplevel} AS toplevel, pg_catalog.left(s.query, 100000) AS text
  FROM {schema}.pg_stat_statements(true) s
 WHERE s.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND s.queryid IS NOT NULL
