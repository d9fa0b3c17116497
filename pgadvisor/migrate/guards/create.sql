-- The statement that drops what a failed attempt left behind; none where nothing is left.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_leftover(table_name text, index_name text, body text, is_unique boolean) RETURNS SETOF text
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    target oid := pg_temp.pgadvisor_table(table_name);
BEGIN
    PERFORM pg_temp.pgadvisor_look_around(target);
    IF pg_temp.pgadvisor_state(table_name, index_name, body, is_unique) = 'INVALID' THEN
        RAISE NOTICE 'an earlier attempt left % INVALID: it is dropped and built anew', index_name;
        RETURN NEXT pg_catalog.format('DROP INDEX CONCURRENTLY %s', pg_temp.pgadvisor_index(target, index_name)::pg_catalog.regclass);
    END IF;
END $pgadvisor$;

-- Whether the index has still to be created. Refuses a name that is taken by something else.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_wanted(table_name text, index_name text, body text, is_unique boolean) RETURNS boolean
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    state text := pg_temp.pgadvisor_state(table_name, index_name, body, is_unique);
BEGIN
    IF state = 'different' THEN
        RAISE EXCEPTION 'the name % is taken by something else', index_name
            USING HINT = 'Compare the two definitions; rename or drop the other one, or analyse again.';
    ELSIF state = 'INVALID' THEN
        RAISE EXCEPTION 'index % is INVALID', index_name USING HINT = 'Drop it with DROP INDEX CONCURRENTLY and run the file again.';
    ELSIF state <> 'missing' THEN
        RAISE NOTICE 'index % need not be created: %', index_name, CASE state WHEN 'ok' THEN 'it is there' ELSE state END;
    END IF;
    RETURN state = 'missing';
END $pgadvisor$;

-- After the build: there, valid, and what was planned.
CREATE OR REPLACE PROCEDURE pg_temp.pgadvisor_created(table_name text, index_name text, body text, is_unique boolean)
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    state text := pg_temp.pgadvisor_state(table_name, index_name, body, is_unique);
BEGIN
    IF state <> 'ok' THEN
        RAISE EXCEPTION 'index % is not as planned: %', index_name, state USING HINT = 'Run the file again, or undo with the down file.';
    END IF;
END $pgadvisor$;
