-- Hides an existing index from this session's planner (HypoPG 1.4).
SELECT /* pgadvisor */ * FROM {schema}.hypopg_hide_index($1)
