-- Refuses the wrong server, the wrong database and a transaction around the file.
DO $pgadvisor$ BEGIN PERFORM pg_catalog.set_config('pgadvisor.same_transaction', 'yes', true); END $pgadvisor$;
DO $pgadvisor$
DECLARE
    expected text := pg_catalog.current_setting('pgadvisor.expected_database');
    major integer := pg_catalog.current_setting('pgadvisor.expected_major')::integer;
    version integer := pg_catalog.current_setting('server_version_num')::integer;
BEGIN
    IF pg_catalog.current_setting('pgadvisor.same_transaction', true) = 'yes' THEN
        RAISE EXCEPTION 'this file cannot run inside a transaction'
            USING HINT = 'Run it with psql -X -f, without -1, and with AUTOCOMMIT on.';
    END IF;
    IF pg_catalog.pg_is_in_recovery() THEN
        RAISE EXCEPTION 'this server is a standby' USING HINT = 'Run the file on the primary; the change replicates by itself.';
    END IF;
    IF pg_catalog.current_database() NOT IN (expected, coalesce(pg_catalog.current_setting('pgadvisor.database', true), '')) THEN
        RAISE EXCEPTION 'this database is %, the analysis was of %', pg_catalog.current_database(), expected
            USING HINT = 'To try the file on a copy, set PGOPTIONS=''-c pgadvisor.database=name_of_the_copy''.';
    END IF;
    IF version / 10000 <> major THEN
        RAISE EXCEPTION 'this is PostgreSQL %, the analysis was of %', version / 10000, major
            USING HINT = 'Analyse again: plans and sizes differ between majors.';
    END IF;
    IF version BETWEEN 140000 AND 140003 THEN
        RAISE EXCEPTION 'PostgreSQL 14.0 to 14.3 may build corrupt indexes concurrently' USING HINT = 'Update to 14.4 or later first.';
    END IF;
    IF NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY') THEN
        RAISE EXCEPTION 'the role needs TEMPORARY on this database'
            USING HINT = 'The checks below are temporary functions and compare definitions on an empty temporary copy of the table.';
    END IF;
END $pgadvisor$;
