-- Whether the extension has still to be created. Refuses one whose files the server does not have.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_extension_wanted(extension text) RETURNS boolean
LANGUAGE plpgsql AS $pgadvisor$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions AS e WHERE e.name = extension) THEN
        RAISE EXCEPTION 'the server has no extension %', extension USING HINT = 'Install its package (often postgresql-contrib) first.';
    END IF;
    RETURN NOT EXISTS (SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = extension);
END $pgadvisor$;
