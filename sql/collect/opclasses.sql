-- Operator classes, by which the default one of a type is found as GetDefaultOpClass() does.
SELECT /* pgadvisor */ o.oid, n.nspname::text AS schema, o.opcname::text AS name, m.amname::text AS method,
       o.opcdefault AS is_default, o.opcintype AS type_oid, o.opckeytype <> 0 AS stores_other,
       t.typcategory::text AS category, t.typispreferred AS preferred
  FROM pg_catalog.pg_opclass o
  JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
  JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
  JOIN pg_catalog.pg_type t ON t.oid = o.opcintype
