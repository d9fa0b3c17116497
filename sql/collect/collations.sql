-- Names of the collations that indexes use.
SELECT /* pgadvisor */ l.oid,
       CASE WHEN n.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(l.collname)
            ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname) END AS name
  FROM pg_catalog.pg_collation l
  JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
 WHERE l.oid = ANY (%(oids)s)
