-- The statements that drop what a failed REINDEX CONCURRENTLY of the index left behind.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_reindex_leftovers(table_name text, index_name text) RETURNS SETOF text
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    target oid := pg_temp.pgadvisor_table(table_name);
    worn oid := pg_temp.pgadvisor_index(target, index_name);
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
                   WHERE i.indexrelid = worn AND i.indrelid = target AND c.relkind = 'i') THEN
        RAISE EXCEPTION 'index % of table % is not there any more', index_name, table_name USING HINT = 'Analyse again.';
    END IF;
    PERFORM pg_temp.pgadvisor_look_around(target);
    RETURN QUERY
        SELECT pg_catalog.format('DROP INDEX CONCURRENTLY %s', i.indexrelid::pg_catalog.regclass)
        FROM pg_catalog.pg_index AS i
        JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = target AND NOT i.indisvalid AND i.indexrelid <> worn AND c.relname ~ '_cc(new|old)[0-9]*$'
            AND pg_temp.pgadvisor_definition(i.indexrelid) = pg_temp.pgadvisor_definition(worn);
END $pgadvisor$;

CREATE OR REPLACE PROCEDURE pg_temp.pgadvisor_reindexed(table_name text, index_name text)
LANGUAGE plpgsql AS $pgadvisor$
BEGIN
    IF pg_temp.pgadvisor_validity(table_name, index_name) <> 'ok' THEN
        RAISE EXCEPTION 'index % is not valid', index_name USING HINT = 'Run the file again.';
    END IF;
END $pgadvisor$;
