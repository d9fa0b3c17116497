-- The relations that somebody holds in ACCESS EXCLUSIVE mode or waits for: to read them would mean to queue up.
SELECT /* pgadvisor */ DISTINCT l.relation AS oid
  FROM pg_catalog.pg_locks l
 WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
   AND l.pid <> pg_catalog.pg_backend_pid()
