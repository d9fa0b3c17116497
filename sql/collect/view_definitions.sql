-- Definitions of the views in question; deparsing takes ACCESS SHARE on each relation that they read.
SELECT /* pgadvisor */ o.oid, pg_catalog.pg_get_viewdef(o.oid) AS definition
  FROM pg_catalog.unnest(%(oids)s::oid[]) AS o(oid)
