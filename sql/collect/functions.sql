-- The functions of the application: signatures and what the planner knows of them, no bodies.
SELECT /* pgadvisor */ p.oid, n.nspname::text AS schema, p.proname::text AS name, p.prokind::text AS kind,
       pg_catalog.pg_get_function_identity_arguments(p.oid) AS arguments,
       CASE WHEN p.prokind = 'p' THEN '' ELSE pg_catalog.format_type(p.prorettype, NULL) END AS returns,
       p.proretset AS returns_set, p.provolatile::text AS volatility, p.proisstrict AS strict,
       p.proparallel::text AS parallel, p.proleakproof AS leakproof, p.procost AS cost, p.prorows AS rows,
       l.lanname::text AS language
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY p.oid
