-- What this version of pg_stat_statements has: the extension's version decides, not the server's.
SELECT /* pgadvisor */ c.relname::text AS view, a.attname::text AS column
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %(schema)s AND c.relname IN ('pg_stat_statements', 'pg_stat_statements_info')
   AND a.attnum > 0 AND NOT a.attisdropped
