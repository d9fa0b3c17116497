-- Which relations, types and functions belong to an extension.
SELECT /* pgadvisor */ d.objid AS oid, e.extname::text AS extension,
       CASE d.classid WHEN 'pg_catalog.pg_class'::pg_catalog.regclass THEN 'relation'
                      WHEN 'pg_catalog.pg_type'::pg_catalog.regclass THEN 'type'
                      ELSE 'function' END AS class
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
   AND d.deptype = 'e'
   AND d.classid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_type'::pg_catalog.regclass,
                     'pg_catalog.pg_proc'::pg_catalog.regclass)
