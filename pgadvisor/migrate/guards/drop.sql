-- Whether the index is there to be dropped. Refuses one that something depends on, that is not what was analysed, or that
-- has been read since (scans NULL: not asked).
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_droppable(
    table_name text, index_name text, body text, is_unique boolean, scans bigint) RETURNS boolean
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    target oid := pg_catalog.to_regclass(table_name);
    doomed oid := pg_temp.pgadvisor_index(target, index_name);
    facts pg_catalog.pg_index;
    state text;
BEGIN
    IF doomed IS NULL THEN
        RAISE NOTICE 'index % is not there: nothing to drop', index_name;
        RETURN false;
    END IF;
    PERFORM pg_temp.pgadvisor_table(table_name);
    PERFORM pg_temp.pgadvisor_look_around(target);
    state := pg_temp.pgadvisor_state(table_name, index_name, body, is_unique);
    IF state NOT IN ('ok', 'INVALID') THEN
        RAISE EXCEPTION 'index % is not the one that was analysed', index_name USING HINT = 'Analyse again.';
    END IF;
    SELECT i.* INTO facts FROM pg_catalog.pg_index AS i WHERE i.indexrelid = doomed;
    IF facts.indisprimary OR facts.indisexclusion OR EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = doomed) THEN
        RAISE EXCEPTION 'a constraint needs index %', index_name USING HINT = 'Analyse again.';
    END IF;
    IF facts.indisreplident THEN
        RAISE EXCEPTION 'index % is the replica identity of its table', index_name USING HINT = 'Choose another REPLICA IDENTITY first.';
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = doomed) THEN
        RAISE EXCEPTION 'index % is part of a partitioned index', index_name USING HINT = 'Drop the partitioned index instead.';
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
               AND d.objid = doomed AND d.deptype = 'e') THEN
        RAISE EXCEPTION 'index % belongs to an extension', index_name USING HINT = 'Leave it.';
    END IF;
    IF pg_catalog.pg_stat_get_numscans(doomed) > scans THEN
        RAISE EXCEPTION 'index % was read % times since the analysis', index_name, pg_catalog.pg_stat_get_numscans(doomed) - scans
            USING HINT = 'It is in use. Analyse again.';
    END IF;
    RETURN true;
END $pgadvisor$;
