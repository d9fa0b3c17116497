-- The schema that HypoPG is in.
SELECT /* pgadvisor */ n.nspname
  FROM pg_catalog.pg_extension x
  JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
 WHERE x.extname = 'hypopg'
