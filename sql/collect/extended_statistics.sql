-- CREATE STATISTICS objects of the tables in question. Deparsing takes ACCESS SHARE on each table.
SELECT /* pgadvisor */ s.stxrelid AS oid, n.nspname::text AS schema, s.stxname::text AS name,
       s.stxkind::text[] AS kinds,
       ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(s.stxkeys) WITH ORDINALITY AS k(number, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.number
              ORDER BY k.place) AS columns,
       {expressions} AS expressions,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
       e.n_distinct::text AS n_distinct, e.dependencies::text AS dependencies,
       e.statistics_name IS NULL AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE') AS hidden
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  LEFT JOIN pg_catalog.pg_stats_ext e
    ON e.statistics_schemaname = n.nspname AND e.statistics_name = s.stxname {not_inherited}
 WHERE s.stxrelid = ANY (%(oids)s)
 ORDER BY s.oid
