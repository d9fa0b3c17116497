-- A hypothetical index of this session.
SELECT /* pgadvisor */ * FROM {schema}.hypopg_create_index($1)
