-- The relations that views read, from the catalog's own dependencies: no view has to be deparsed to find them.
SELECT /* pgadvisor */ DISTINCT r.ev_class AS view_oid, d.refobjid AS relation_oid
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
 WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class AND r.ev_class >= 16384
