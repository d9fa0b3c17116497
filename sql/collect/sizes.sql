-- Bytes of the main fork; opens each relation with ACCESS SHARE.
SELECT /* pgadvisor */ o.oid, pg_catalog.pg_relation_size(o.oid) AS size_bytes
  FROM pg_catalog.unnest(%(oids)s::oid[]) AS o(oid)
