-- What the role may read. Superusers may read all.
SELECT /* pgadvisor */
       current_user::text AS user,
       r.rolsuper AS superuser,
       r.rolsuper OR r.rolbypassrls AS bypasses_row_security,
       pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS reads_statistics,
       pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE') AS reads_settings,
       {reads_tables} AS reads_tables
  FROM pg_catalog.pg_roles r
 WHERE r.rolname = current_user
