-- Every index of the application as the raw catalogs have it. Columns that only some versions have stand in braces.
SELECT /* pgadvisor */ i.indexrelid AS oid, i.indrelid AS table_oid, n.nspname::text AS schema, c.relname::text AS name,
       c.relkind::text AS kind, m.amname::text AS method, i.indnkeyatts AS key_count,
       i.indkey::text AS columns, i.indclass::text AS opclasses, i.indcollation::text AS collations,
       i.indoption::text AS options_of_keys,
       i.indexprs IS NOT NULL AS has_expressions, i.indpred IS NOT NULL AS has_predicate,
       i.indisvalid AND i.indislive AS valid, i.indisready AS ready, i.indisprimary AS primary, i.indisunique AS unique,
       i.indisexclusion AS exclusion, i.indisreplident AS replica_identity, i.indisclustered AS clustered,
       i.indimmediate AS immediate, {nulls_not_distinct} AS nulls_not_distinct,
       c.relpages AS pages, c.reltuples::float8 AS rows, c.reloptions AS options,
       CASE WHEN m.amname <> 'btree' THEN
            ARRAY(SELECT a.attnum || ' ' || pg_catalog.array_to_string(a.attoptions, ',')
                    FROM pg_catalog.pg_attribute a
                   WHERE a.attrelid = i.indexrelid AND a.attoptions IS NOT NULL)
       END AS opclass_options,
       pg_catalog.pg_stat_get_numscans(c.oid) AS scans,
       pg_catalog.pg_stat_get_tuples_returned(c.oid) AS rows_read,
       pg_catalog.pg_stat_get_tuples_fetched(c.oid) AS rows_fetched,
       {last_idx_scan} AS last_scan
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_am m ON m.oid = c.relam
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY i.indexrelid
