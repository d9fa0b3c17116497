-- Bounds and keys of partitions; deparsing takes ACCESS SHARE on each table.
SELECT /* pgadvisor */ c.oid, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS key
  FROM pg_catalog.pg_class c
 WHERE c.oid = ANY (%(oids)s)
