-- Whether the role could run programs or write files, if a function planted in a statement were evaluated while planning.
SELECT /* pgadvisor */
       r.rolsuper OR EXISTS (
           SELECT FROM pg_catalog.pg_roles m
            WHERE m.rolname IN ('pg_execute_server_program', 'pg_write_server_files')
              AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER'))
  FROM pg_catalog.pg_roles r
 WHERE r.rolname = current_user
