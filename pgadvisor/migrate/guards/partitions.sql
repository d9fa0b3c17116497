-- Refuses a partition that the plan does not know, unless the parent's index is there already and covers it.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_parent_wanted(
    table_name text, index_name text, body text, is_unique boolean, known text[]) RETURNS boolean
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    target oid := pg_temp.pgadvisor_table(table_name);
    state text := pg_temp.pgadvisor_state(table_name, index_name, body, is_unique);
    unknown text;
BEGIN
    IF state IN ('ok', 'INVALID') THEN
        RETURN false;  -- INVALID is how a parent's index stays until its last partition is attached
    ELSIF state <> 'missing' THEN
        RAISE EXCEPTION 'index % cannot be created: %', index_name, state USING HINT = 'Analyse again.';
    END IF;
    SELECT p.relid::text INTO unknown FROM pg_catalog.pg_partition_tree(target) AS p
    WHERE p.relid <> ALL (SELECT pg_catalog.to_regclass(k) FROM pg_catalog.unnest(known) AS k) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'partition % is new since the analysis', unknown USING HINT = 'Analyse again.';
    END IF;
    RETURN true;
END $pgadvisor$;

-- The statement that attaches a partition's index to its parent's; none where that is done.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_attach(
    parent_table text, parent_index text, table_name text, index_name text, body text, is_unique boolean) RETURNS SETOF text
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    target oid := pg_temp.pgadvisor_table(table_name);
    planned text[] := pg_temp.pgadvisor_planned(target, body, is_unique);
    parent oid := pg_temp.pgadvisor_index(pg_temp.pgadvisor_table(parent_table), parent_index);
    child oid;
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_inherits AS h JOIN pg_catalog.pg_index AS i ON i.indexrelid = h.inhrelid
               WHERE h.inhparent = parent AND i.indrelid = target) THEN
        RETURN;
    END IF;
    SELECT i.indexrelid INTO child FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    WHERE i.indrelid = target AND (i.indisvalid OR c.relkind = 'I') AND pg_temp.pgadvisor_definition(i.indexrelid) = planned
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = i.indexrelid)
    ORDER BY c.relname = index_name DESC, i.indexrelid LIMIT 1;
    IF parent IS NULL OR child IS NULL THEN
        RAISE EXCEPTION 'no index of % to attach to %', table_name, parent_index USING HINT = 'Run the file again from its start.';
    END IF;
    RETURN NEXT pg_catalog.format('ALTER INDEX %s ATTACH PARTITION %s', parent::pg_catalog.regclass, child::pg_catalog.regclass);
END $pgadvisor$;

-- The statement that drops a partition's index which was made and never attached.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_unattached(table_name text, index_name text, body text, is_unique boolean) RETURNS SETOF text
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    orphan oid := pg_temp.pgadvisor_index(pg_catalog.to_regclass(table_name), index_name);
BEGIN
    IF orphan IS NOT NULL AND pg_temp.pgadvisor_state(table_name, index_name, body, is_unique) IN ('ok', 'INVALID')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = orphan) THEN
        RETURN QUERY SELECT pg_catalog.format('DROP INDEX %s %s', CASE c.relkind WHEN 'I' THEN '' ELSE 'CONCURRENTLY' END,
                                              orphan::pg_catalog.regclass)
                     FROM pg_catalog.pg_class AS c WHERE c.oid = orphan;
    END IF;
END $pgadvisor$;
