-- What an index is, in a form that compares: method, predicate, then each key with operator class, collation and order.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_definition(wanted oid) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog AS $pgadvisor$
    SELECT array_prepend(
        a.amname || CASE WHEN i.indisunique THEN ' unique' ELSE '' END
            || CASE WHEN (to_jsonb(i) ->> 'indnullsnotdistinct')::boolean THEN ' nulls not distinct' ELSE '' END
            || coalesce(' where ' || pg_get_expr(i.indpred, i.indrelid), ''),
        ARRAY(
            SELECT pg_get_indexdef(i.indexrelid, k, false) || coalesce(' ' || t.attoptions::text, '')
                || CASE WHEN k > i.indnkeyatts THEN ' included'
                        ELSE format(' %s %s %s', i.indclass[k - 1], i.indcollation[k - 1], i.indoption[k - 1]) END
            FROM generate_series(1, i.indnatts) AS k
            JOIN pg_attribute AS t ON t.attrelid = i.indexrelid AND t.attnum = k
            ORDER BY k))
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_am AS a ON a.oid = c.relam
    WHERE i.indexrelid = wanted
$pgadvisor$;

-- The same for an index that is only planned: it is created on an empty temporary copy of the table and dropped again.
-- A definition that cannot work fails here, at once, and not after an hour of building.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_planned(target oid, body text, is_unique boolean) RETURNS text[]
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    definition text[];
BEGIN
    EXECUTE pg_catalog.format('CREATE TEMPORARY TABLE pgadvisor_copy (LIKE %s)', target::pg_catalog.regclass);
    EXECUTE pg_catalog.format('CREATE %s INDEX pgadvisor_copy_index ON pg_temp.pgadvisor_copy %s',
                              CASE WHEN is_unique THEN 'UNIQUE' ELSE '' END, body);
    definition := pg_temp.pgadvisor_definition('pg_temp.pgadvisor_copy_index'::pg_catalog.regclass);
    DROP TABLE pg_temp.pgadvisor_copy;
    RETURN definition;
EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION 'the planned index does not fit table %: %', target::pg_catalog.regclass, SQLERRM
        USING ERRCODE = SQLSTATE, HINT = 'The table has changed since the analysis, or the role''s search_path differs. Analyse again.';
END $pgadvisor$;

-- The table, if it still is what was analysed.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_table(table_name text) RETURNS oid
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    relation pg_catalog.pg_class;
BEGIN
    SELECT c.* INTO relation FROM pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass(table_name);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'table % is not there any more', table_name USING HINT = 'Analyse again.';
    END IF;
    IF relation.relkind NOT IN ('r', 'm', 'p') OR relation.relpersistence = 't' THEN
        RAISE EXCEPTION '% is not an ordinary table any more', table_name USING HINT = 'Analyse again.';
    END IF;
    IF NOT pg_catalog.pg_has_role(relation.relowner, 'USAGE') THEN
        RAISE EXCEPTION 'only the owner of % can do this', table_name
            USING HINT = 'Run the file as ' || pg_catalog.pg_get_userbyid(relation.relowner) || ' or a member of it.';
    END IF;
    RETURN relation.oid;
END $pgadvisor$;

-- The index of that name beside the table, NULL where there is none.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_index(target oid, index_name text) RETURNS oid
LANGUAGE sql STABLE SET search_path = pg_catalog AS $pgadvisor$
    SELECT c.oid FROM pg_class AS c
    WHERE c.relname = index_name AND c.relnamespace = (SELECT t.relnamespace FROM pg_class AS t WHERE t.oid = target)
$pgadvisor$;

-- Whether the index of that name can be read: ok, missing or INVALID.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_validity(table_name text, index_name text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $pgadvisor$
    SELECT coalesce((SELECT CASE WHEN i.indisvalid AND i.indisready AND i.indislive THEN 'ok' ELSE 'INVALID' END FROM pg_index AS i
                     WHERE i.indexrelid = pg_temp.pgadvisor_index(to_regclass(table_name), index_name)), 'missing')
$pgadvisor$;

-- What became of a planned index: ok, missing, INVALID, different, or the name of a valid one that is the same.
CREATE OR REPLACE FUNCTION pg_temp.pgadvisor_state(table_name text, index_name text, body text, is_unique boolean) RETURNS text
LANGUAGE plpgsql AS $pgadvisor$
DECLARE
    target oid := pg_temp.pgadvisor_table(table_name);
    planned text[] := pg_temp.pgadvisor_planned(target, body, is_unique);
    namesake oid := pg_temp.pgadvisor_index(target, index_name);
    twin oid;
BEGIN
    IF namesake IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i WHERE i.indexrelid = namesake AND i.indrelid = target)
            OR pg_temp.pgadvisor_definition(namesake) <> planned THEN
            RETURN 'different';
        END IF;
        RETURN pg_temp.pgadvisor_validity(table_name, index_name);
    END IF;
    SELECT i.indexrelid INTO twin FROM pg_catalog.pg_index AS i
    WHERE i.indrelid = target AND i.indisvalid AND pg_temp.pgadvisor_definition(i.indexrelid) = planned
    ORDER BY i.indexrelid LIMIT 1;
    RETURN coalesce('same as ' || twin::pg_catalog.regclass, 'missing');
END $pgadvisor$;
