-- The role that pgadvisor logs in as: it may read what the analysis needs, and nothing can be written through it.
-- Run once as a superuser (or as the administrator of a managed service), in the database to be read; put the password
-- into ~/.pgpass of the machine that runs pgadvisor:  \password pgadvisor
CREATE ROLE pgadvisor LOGIN CONNECTION LIMIT 3 NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;

-- pg_monitor: the statements, counters, sessions and settings of all roles.
GRANT pg_monitor TO pgadvisor;

-- pg_stats shows statistics of those columns only that a role may SELECT. pg_read_all_data (PostgreSQL 14 and later)
-- gives that for all tables, those to come included. pgadvisor never reads a row of them.
-- Narrower: leave this out and grant SELECT on the schemas to be analysed,
--   GRANT USAGE ON SCHEMA app TO pgadvisor;
--   GRANT SELECT ON ALL TABLES IN SCHEMA app TO pgadvisor;
--   ALTER DEFAULT PRIVILEGES FOR ROLE owner_of_app IN SCHEMA app GRANT SELECT ON TABLES TO pgadvisor;
-- or only on columns that hold nothing to be kept apart: GRANT SELECT (id, created_at) ON app.orders TO pgadvisor.
-- A column without SELECT is planned without statistics, and so is an expression index unless the role has
-- pg_read_all_data or owns the table: no grant on a table covers its indexes. The report says what it could not see.
-- PostgreSQL 13 has no such role: there, SELECT is granted on the tables of each schema that is there now, and the
-- ALTER DEFAULT PRIVILEGES above keeps it so for new ones.
DO $setup$
DECLARE
  schema_name text;
BEGIN
  IF pg_catalog.current_setting('server_version_num')::integer >= 140000 THEN
    GRANT pg_read_all_data TO pgadvisor;
  ELSE
    FOR schema_name IN
      SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP
      EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO pgadvisor', schema_name);
      EXECUTE pg_catalog.format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO pgadvisor', schema_name);
    END LOOP;
  END IF;
END
$setup$;

-- Belt and braces: our own transactions are READ ONLY and short in any case.
ALTER ROLE pgadvisor SET default_transaction_read_only = on;
ALTER ROLE pgadvisor SET lock_timeout = '1s';
