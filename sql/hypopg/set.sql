-- A limit, or the search_path, until the transaction ends.
SELECT /* pgadvisor */ pg_catalog.set_config($1, $2, true)
