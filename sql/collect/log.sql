-- What the server's log has to be read by. The line prefix names no value of anybody's data.
SELECT /* pgadvisor */ pg_catalog.current_database() AS database,
       pg_catalog.current_setting('server_encoding') AS encoding,
       pg_catalog.current_setting('log_line_prefix') AS prefix
