-- Sessions in counts, ours left out; no text of any of them.
SELECT /* pgadvisor */ pg_catalog.current_setting('max_connections')::integer AS max_connections,
       count(*)::integer AS connections,
       (count(*) FILTER (WHERE a.state = 'active'))::integer AS active,
       (count(*) FILTER (WHERE a.state ~ '^idle in transaction'))::integer AS idle_in_transaction,
       pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - min(a.xact_start)) AS oldest_transaction_s,
       (SELECT count(*)::integer FROM pg_catalog.pg_prepared_xacts) AS prepared_transactions
  FROM pg_catalog.pg_stat_activity a
 WHERE (a.backend_type = 'client backend' OR a.backend_type IS NULL) AND a.pid <> pg_catalog.pg_backend_pid()
