-- Who else is busy: refuses another build, VACUUM or DDL on the table; lists the transactions that a build will wait for.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_look_around(target oid) RETURNS void
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    other record;
BEGIN
    FOR other IN
        SELECT l.pid, l.mode, a.usesysid IS NULL AND v.pid IS NOT NULL AS autovacuum, a.query LIKE '%to prevent wraparound%' AS wraparound
        FROM pg_catalog.pg_locks AS l
        LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
        LEFT JOIN pg_catalog.pg_stat_progress_vacuum AS v ON v.pid = l.pid
        WHERE l.locktype = 'relation' AND l.relation = target AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
            AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'SIReadLock')
    LOOP
        IF other.autovacuum AND other.wraparound IS NOT TRUE THEN
            RAISE NOTICE 'autovacuum (pid %) is working on % and will be asked to stop', other.pid, target::pg_catalog.regclass;
        ELSE
            RAISE EXCEPTION 'session % has % on %: another index build, VACUUM or DDL', coalesce(other.pid::text, 'of a prepared transaction'),
                other.mode, target::pg_catalog.regclass USING HINT = 'Run the file again when it has ended.';
        END IF;
    END LOOP;
    FOR other IN
        SELECT a.pid, a.usename, a.application_name, a.state, pg_catalog.date_trunc('second', pg_catalog.clock_timestamp() - a.xact_start) AS age
        FROM pg_catalog.pg_stat_activity AS a
        WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
            AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
            AND coalesce(a.xact_start < pg_catalog.clock_timestamp() - interval '1 minute', true)
    LOOP
        RAISE WARNING 'the build will wait for the transaction of session % (user %, application %, %, open for %)',
            other.pid, other.usename, other.application_name, coalesce(other.state, 'state unknown'), coalesce(other.age::text, 'unknown');
    END LOOP;
    FOR other IN
        SELECT p.gid, p.prepared FROM pg_catalog.pg_prepared_xacts AS p WHERE p.database = pg_catalog.current_database()
    LOOP
        RAISE WARNING 'the build may wait for the prepared transaction % of %', other.gid, other.prepared;
    END LOOP;
    FOR other IN
        SELECT s.slot_name, s.wal_status FROM pg_catalog.pg_replication_slots AS s WHERE s.wal_status <> 'reserved'
    LOOP
        RAISE WARNING 'replication slot % is behind (%): the build writes more WAL', other.slot_name, other.wal_status;
    END LOOP;
END $pgadvisor$;
