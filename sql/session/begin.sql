-- Opens every transaction of ours. The settings end with it, so that a pooler hands on a clean connection.
BEGIN /* pgadvisor */ TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SELECT /* pgadvisor */
       pg_catalog.set_config('search_path', '', true),
       pg_catalog.set_config('client_encoding', {client_encoding}, true),
       pg_catalog.set_config('statement_timeout', {statement_timeout}, true),
       pg_catalog.set_config('lock_timeout', '200ms', true),
       pg_catalog.set_config('idle_in_transaction_session_timeout', '30s', true),
       pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),
       pg_catalog.set_config('jit', 'off', true),
       pg_catalog.set_config('extra_float_digits', '1', true),
       pg_catalog.set_config('DateStyle', 'ISO, YMD', true),
       pg_catalog.set_config('IntervalStyle', 'postgres', true),
       pg_catalog.set_config('TimeZone', 'UTC', true),
       pg_catalog.set_config('bytea_output', 'hex', true),
       pg_catalog.set_config('quote_all_identifiers', 'off', true);
