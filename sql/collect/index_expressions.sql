-- Expressions and predicates, of the indexes that have them; deparsing takes ACCESS SHARE on each table.
SELECT /* pgadvisor */ i.indexrelid AS oid,
       ARRAY(SELECT CASE WHEN i.indkey[k] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k + 1, false) END
               FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) AS k ORDER BY k) AS expressions,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       pg_catalog.has_table_privilege(i.indexrelid, 'SELECT') AS readable
  FROM pg_catalog.pg_index i
 WHERE i.indexrelid = ANY (%(oids)s)
