-- Check constraints of the tables in question; deparsing takes ACCESS SHARE on each table.
SELECT /* pgadvisor */ k.oid, pg_catalog.pg_get_constraintdef(k.oid) AS definition
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = ANY (%(oids)s) AND k.contype = 'c'
