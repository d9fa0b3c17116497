-- Every constraint of the application's tables, without the clones that a foreign key to a partitioned table has for
-- each partition it points to.
SELECT /* pgadvisor */ k.oid, k.conrelid AS table_oid, k.conname::text AS name, k.contype::text AS kind, k.conkey AS columns,
       k.convalidated AS validated, k.confrelid AS referenced_oid, k.confkey AS referenced_columns,
       k.conindid AS index_oid,
       CASE WHEN k.contype = 'f' THEN k.confdeltype::text ELSE '' END AS on_delete,
       CASE WHEN k.contype = 'f' THEN k.confupdtype::text ELSE '' END AS on_update
  FROM pg_catalog.pg_constraint k
  LEFT JOIN pg_catalog.pg_constraint parent ON parent.oid = k.conparentid AND k.conparentid <> 0
 WHERE k.conrelid >= 16384 AND k.contype IN ('p', 'u', 'f', 'c', 'x')
   AND parent.conrelid IS DISTINCT FROM k.conrelid
 ORDER BY k.conrelid, k.oid
