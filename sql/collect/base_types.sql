-- The types of indexed columns, domains followed down to what they are made of.
WITH /* pgadvisor */ RECURSIVE chain(type_oid, oid) AS (
      SELECT u.oid, u.oid FROM pg_catalog.unnest(%(oids)s::oid[]) AS u(oid)
      UNION ALL
      SELECT c.type_oid, t.typbasetype FROM chain c JOIN pg_catalog.pg_type t ON t.oid = c.oid WHERE t.typtype = 'd')
SELECT c.type_oid, t.oid AS base_oid, t.typcategory::text AS category
  FROM chain c
  JOIN pg_catalog.pg_type t ON t.oid = c.oid
 WHERE t.typtype <> 'd'
