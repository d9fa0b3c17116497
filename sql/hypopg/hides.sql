-- Whether this HypoPG can hide an existing index (1.4 and later can).
SELECT /* pgadvisor */ pg_catalog.to_regprocedure($1) IS NOT NULL
