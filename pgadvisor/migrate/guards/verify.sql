-- One line of the table: what became of a change; counts what is not as it should be.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_expect(expected boolean, state text) RETURNS text
LANGUAGE plpgsql AS $pgadvisor$
BEGIN
    IF NOT expected THEN
        PERFORM pg_catalog.set_config('pgadvisor.problems',
            (pg_catalog.current_setting('pgadvisor.problems')::integer + 1)::text, false);
    END IF;
    RETURN state;
END $pgadvisor$;

-- Whether an index that was to be dropped is gone.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_there(table_name text, index_name text, body text, is_unique boolean) RETURNS text
LANGUAGE plpgsql AS $pgadvisor$
BEGIN
    IF pg_temp.pgadvisor_index(pg_catalog.to_regclass(table_name), index_name) IS NULL THEN
        RETURN 'gone';
    END IF;
    RETURN 'still there';
END $pgadvisor$;
