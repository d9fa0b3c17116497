-- The settings that steer the planner, and those the rules look at. By name: the view's categories are translated.
-- reset_val, because some are set for the transaction that reads them. Never the whole view: it holds passwords.
SELECT /* pgadvisor */ s.name, s.reset_val AS value, s.unit,
       CASE WHEN s.source <> 'session' THEN s.source
            WHEN s.reset_val IS NOT DISTINCT FROM s.boot_val THEN 'default'
            ELSE 'configuration file' END AS source
  FROM pg_catalog.pg_settings s
 WHERE s.reset_val IS NOT NULL
   AND (s.name ~ '^(enable_|cpu_|geqo|jit|parallel_|min_parallel_|max_parallel_|autovacuum|pg_stat_statements[.])'
        OR s.name ~ '_(page_cost|tuple_cost|setup_cost|collapse_limit)$'
        OR s.name = ANY (%(names)s))
 ORDER BY s.name
