-- The server, the database and who we are. backend_pid differs from what the connection was told behind a pooler.
SELECT /* pgadvisor */
       pg_catalog.current_setting('server_version_num')::integer AS version_num,
       d.datname::text AS database,
       current_user::text AS user,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       pg_catalog.pg_backend_pid() AS backend_pid,
       pg_catalog.pg_encoding_to_char(d.encoding)::text AS encoding,
       d.datcollate::text AS collate,
       d.datctype::text AS ctype,
       {locale_provider} AS locale_provider,
       {locale} AS locale,
       pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) AS started_at,
       pg_catalog.date_part('epoch', pg_catalog.pg_stat_get_db_stat_reset_time(d.oid)) AS stats_reset,
       pg_catalog.pg_stat_get_db_xact_commit(d.oid) + pg_catalog.pg_stat_get_db_xact_rollback(d.oid) AS transactions
  FROM pg_catalog.pg_database d
 WHERE d.datname = pg_catalog.current_database()
