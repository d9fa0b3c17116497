-- Every column that an index or a constraint of the application names: enough to spell them without asking the server
-- to deparse each one.
WITH /* pgadvisor */ wanted AS (
      SELECT i.indrelid AS relid, pg_catalog.unnest(i.indkey) AS number
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
       WHERE i.indrelid >= 16384 AND c.relkind IN ('r', 'p', 'm')
      UNION
      SELECT k.conrelid, pg_catalog.unnest(k.conkey) FROM pg_catalog.pg_constraint k
       WHERE k.conrelid >= 16384 AND k.contype IN ('p', 'u', 'f', 'c', 'x')
      UNION
      SELECT k.confrelid, pg_catalog.unnest(k.confkey) FROM pg_catalog.pg_constraint k WHERE k.contype = 'f')
SELECT a.attrelid AS table_oid, a.attnum AS number, a.attname::text AS name, a.atttypid AS type_oid,
       a.attcollation AS collation_oid
  FROM wanted w
  JOIN pg_catalog.pg_attribute a ON a.attrelid = w.relid AND a.attnum = w.number
