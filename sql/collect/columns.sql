-- The live columns of the tables in question, and whether we may see their statistics.
SELECT /* pgadvisor */ a.attrelid AS table_oid, a.attname::text AS name, a.attnum AS number,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_sql, a.attnotnull AS not_null,
       CASE WHEN n.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(l.collname)
            ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname) END AS collation,
       a.attgenerated::text AS generated, a.attidentity::text AS identity,
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS readable,
       c.relrowsecurity AND pg_catalog.row_security_active(a.attrelid) AS behind_policy
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
 WHERE a.attrelid = ANY (%(oids)s) AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attrelid, a.attnum
