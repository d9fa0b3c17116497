-- NOT NULL as constraints of their own (PostgreSQL 18), of the tables in question only: there is one for every column.
SELECT /* pgadvisor */ k.oid, k.conrelid AS table_oid, k.conname::text AS name, k.contype::text AS kind, a.attname::text AS column,
       k.convalidated AS validated
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
 WHERE k.conrelid = ANY (%(oids)s) AND k.contype = 'n'
 ORDER BY k.conrelid, k.oid
